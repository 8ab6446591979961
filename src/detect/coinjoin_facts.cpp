#include <algorithm>

#include "detect/coinjoin_rules.h"

namespace clew::detect {
namespace {

std::vector<ValueGroup> group_values(const TxShape& shape) {
  std::vector<std::int64_t> values;
  values.reserve(shape.outputs.size());
  for (const auto& output : shape.outputs)
    values.push_back(output.value);
  std::sort(values.begin(), values.end(), std::greater<>());
  std::vector<ValueGroup> groups;
  for (const std::int64_t value : values) {
    if (groups.empty() || groups.back().value != value) groups.push_back({value, 0});
    ++groups.back().count;
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const auto& a, const auto& b) { return a.count > b.count; });
  return groups;
}

// Sorts `owners` and removes repetitions; unknown owners are dropped and counted.
std::uint32_t make_distinct(std::vector<std::uint32_t>& owners) {
  const auto known = std::remove(owners.begin(), owners.end(), kUnknownOwner);
  const auto unknown = static_cast<std::uint32_t>(owners.end() - known);
  owners.erase(known, owners.end());
  std::sort(owners.begin(), owners.end());
  owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
  return static_cast<std::uint32_t>(owners.size()) + unknown;
}

void count_owners(const TxShape& shape, ShapeFacts& facts) {
  std::vector<std::uint32_t> in, out, both;
  for (const auto& input : shape.inputs)
    in.push_back(input.owner);
  for (const auto& output : shape.outputs)
    out.push_back(output.owner);
  facts.input_owners = make_distinct(in);
  facts.output_owners = make_distinct(out);
  std::set_intersection(in.begin(), in.end(), out.begin(), out.end(), std::back_inserter(both));
  facts.owners_on_both_sides = static_cast<std::uint32_t>(both.size());
}

struct Order {
  bool ascending = true, descending = true;
};

Order order_of(const std::vector<std::int64_t>& values) {
  return {std::is_sorted(values.begin(), values.end()),
          std::is_sorted(values.begin(), values.end(), std::greater<>())};
}

bool is_power_of_three(std::int64_t value) {
  constexpr std::int64_t kLargest = 5559060566555523;  // 3^33, above all money
  return value > 0 && kLargest % value == 0;
}

constexpr std::int64_t kSmallestDenomination = 5000;  // Wasabi 2's least registrable amount

}  // namespace

bool is_binary_or_ternary(std::int64_t value) {
  if (value < kSmallestDenomination) return false;
  return (value & (value - 1)) == 0 || is_power_of_three(value) ||
         (value % 2 == 0 && is_power_of_three(value / 2));
}

bool is_decimal(std::int64_t value) {
  if (value < kSmallestDenomination) return false;
  while (value % 10 == 0)
    value /= 10;
  return value == 1 || value == 2 || value == 5;
}

ShapeFacts facts_of(const TxShape& shape) {
  ShapeFacts facts;
  facts.groups = group_values(shape);
  count_owners(shape, facts);
  std::vector<std::int64_t> values;
  for (const auto& input : shape.inputs) {
    if (input.type) {
      ++facts.typed_inputs;
      facts.input_types |= bit(*input.type);
    }
    if (input.value) values.push_back(*input.value);
  }
  facts.valued_inputs = static_cast<std::uint32_t>(values.size());
  const Order inputs = order_of(values);
  values.clear();
  for (const auto& output : shape.outputs) {
    facts.output_types |= bit(output.type);
    values.push_back(output.value);
  }
  const Order outputs = order_of(values);
  facts.inputs_ascending = inputs.ascending;
  facts.inputs_descending = inputs.descending;
  facts.outputs_ascending = outputs.ascending;
  facts.outputs_descending = outputs.descending;
  return facts;
}

bool not_before(const TxShape& shape, std::uint32_t start) {
  return !shape.time || *shape.time >= start;
}

std::string btc(std::int64_t satoshi) {
  const auto magnitude =
      satoshi < 0 ? 0 - static_cast<std::uint64_t>(satoshi) : static_cast<std::uint64_t>(satoshi);
  std::string fraction = std::to_string(magnitude % 100'000'000);
  fraction.insert(0, 8 - fraction.size(), '0');
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return (satoshi < 0 ? "-" : "") + std::to_string(magnitude / 100'000'000) +
         (fraction.empty() ? "" : "." + fraction) + " BTC";
}

std::string counted(std::uint64_t count, const char* one) {
  return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

std::string unknown_values(const TxShape& shape, const ShapeFacts& facts) {
  const std::size_t unknown = shape.inputs.size() - facts.valued_inputs;
  if (unknown == 0) return "";
  return "; the values of " + std::to_string(unknown) + " of " +
         counted(shape.inputs.size(), "input") + " are unknown";
}

}  // namespace clew::detect
