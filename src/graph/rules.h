// The rules by which addresses are held to be controlled together. Definitions and sources:
// docs/entities.md.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace clew::graph {

// Values are written to disk; never renumber.
enum class Rule : std::uint8_t {
  multi_input = 0,
  one_time_change = 1,
  direct_change = 2,
  multi_input_change = 3,
  peeling_chain = 4,
  power_of_ten_value = 5,
  optimal_change = 6,
  address_type = 7,
  locktime = 8,
  address_reuse = 9,
  client_change_address_behavior = 10,
  legacy = 11,
  fixed_fee = 12,
};
constexpr std::size_t kRuleCount = 13;

struct RuleInfo {
  Rule rule{};
  std::string_view name;
  int confidence = 0;        // percent
  bool looks_ahead = false;  // uses what happens after the transaction: results are dated
  std::string_view meaning;  // one line
};
std::span<const RuleInfo> all_rules();  // by value of Rule
const RuleInfo& info(Rule rule);

class RuleSet {
 public:
  constexpr RuleSet() = default;
  constexpr RuleSet(std::initializer_list<Rule> rules) {
    for (const Rule rule : rules)
      add(rule);
  }
  static constexpr RuleSet from_bits(std::uint32_t bits) {
    RuleSet set;
    set.bits_ = bits & ((1u << kRuleCount) - 1);
    return set;
  }
  constexpr void add(Rule rule) { bits_ |= 1u << static_cast<unsigned>(rule); }
  constexpr bool has(Rule rule) const { return (bits_ >> static_cast<unsigned>(rule)) & 1; }
  constexpr std::uint32_t bits() const { return bits_; }
  constexpr bool operator==(const RuleSet&) const = default;

  std::vector<Rule> list() const;  // by value
  std::string text() const;        // names, separated by commas
  bool looks_ahead() const;

 private:
  std::uint32_t bits_ = 0;
};

// Co-spending alone: every other rule merges strangers often enough that the share of its errors
// can be measured (docs/entities.md).
inline constexpr RuleSet kDefaultRules{Rule::multi_input};

// Rules of the set that join nothing, or nothing beside the others of it: one sentence each.
std::vector<std::string> idle_rules(RuleSet rules);

// Names separated by commas. usage if one is unknown (the nearest name is offered) or none is
// given.
Result<RuleSet> parse_rules(std::string_view text);

}  // namespace clew::graph
