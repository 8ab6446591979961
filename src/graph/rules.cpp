#include "graph/rules.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace clew::graph {

namespace {

constexpr std::array<RuleInfo, kRuleCount> kRules = {{
    {Rule::multi_input, "multi_input", 90, false, "spent together in one transaction"},
    {Rule::one_time_change, "one_time_change", 50, true,
     "the only output of the inputs' script type with an uneven value below every input, to an "
     "address used once"},
    {Rule::direct_change, "direct_change", 100, false, "paid back to an address of the inputs"},
    {Rule::multi_input_change, "multi_input_change", 50, true,
     "paid to an address that is elsewhere spent together with an input's"},
    {Rule::peeling_chain, "peeling_chain", 50, true,
     "the only output that continues a chain of one-input, two-output transactions"},
    {Rule::power_of_ten_value, "power_of_ten_value", 50, false,
     "the only output that is not a multiple of 0.01 coins"},
    {Rule::optimal_change, "optimal_change", 50, false, "the only output below every input"},
    {Rule::address_type, "address_type", 50, false,
     "the only output of the script type that all inputs have"},
    {Rule::locktime, "locktime", 50, true,
     "the only output spent with lock time where this transaction has one, or without as it"},
    {Rule::address_reuse, "address_reuse", 100, false,
     "the only output to an address of the inputs"},
    {Rule::client_change_address_behavior, "client_change_address_behavior", 50, false,
     "the only output to an address never seen before"},
    {Rule::legacy, "legacy", 50, false,
     "the only output below every input to an address never seen before, of at least two"},
    {Rule::fixed_fee, "fixed_fee", 50, true,
     "the only output spent at the same fee rate as this transaction"},
}};

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

tl::unexpected<Error> unknown_rule(std::string_view name) {
  const auto* nearest =
      std::min_element(kRules.begin(), kRules.end(), [&](const RuleInfo& a, const RuleInfo& b) {
        return edit_distance(name, a.name) < edit_distance(name, b.name);
      });
  return fail(ErrorKind::usage, "no rule is named \"" + std::string(name.substr(0, 64)) +
                                    "\"; the nearest is " + std::string(nearest->name));
}

}  // namespace

std::span<const RuleInfo> all_rules() {
  return kRules;
}

const RuleInfo& info(Rule rule) {
  return kRules[static_cast<std::size_t>(rule)];
}

std::vector<Rule> RuleSet::list() const {
  std::vector<Rule> rules;
  for (const RuleInfo& one : kRules)
    if (has(one.rule)) rules.push_back(one.rule);
  return rules;
}

std::string RuleSet::text() const {
  std::string text;
  for (const Rule rule : list()) {
    if (!text.empty()) text += ',';
    text += info(rule).name;
  }
  return text;
}

bool RuleSet::looks_ahead() const {
  const auto rules = list();
  return std::any_of(rules.begin(), rules.end(), [](Rule r) { return info(r).looks_ahead; });
}

std::vector<std::string> idle_rules(RuleSet rules) {
  std::vector<std::string> sentences;
  const bool by_inputs = rules.has(Rule::multi_input);
  if (rules.has(Rule::multi_input_change))
    sentences.push_back(by_inputs ? "multi_input_change adds nothing to multi_input, which joins "
                                    "the addresses that it points to"
                                  : "multi_input_change joins nothing: it points to addresses that "
                                    "multi_input joins, which is not among the rules");
  if (!by_inputs) return sentences;
  for (const Rule rule : {Rule::direct_change, Rule::address_reuse})
    if (rules.has(rule))
      sentences.push_back(std::string(info(rule).name) +
                          " adds nothing to multi_input: it points to addresses of the inputs");
  return sentences;
}

Result<RuleSet> parse_rules(std::string_view text) {
  RuleSet rules;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    const std::string_view name = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (name.empty()) continue;
    if (name.size() > 64) return unknown_rule(name.substr(0, 64));
    const auto* found = std::find_if(kRules.begin(), kRules.end(),
                                     [&](const RuleInfo& one) { return one.name == name; });
    if (found == kRules.end()) return unknown_rule(name);
    rules.add(found->rule);
  }
  if (rules == RuleSet{}) return fail(ErrorKind::usage, "no rule is named");
  return rules;
}

}  // namespace clew::graph
