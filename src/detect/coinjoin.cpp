#include "detect/coinjoin.h"

#include <algorithm>

#include "detect/coinjoin_rules.h"

namespace clew::detect {
namespace {

// The most specific first: a rule is asked only where those before it found nothing.
constexpr Rule kRules[] = {
    whirlpool_mix,        wasabi1_coordinator, wasabi2_denominations,
    wasabi1_denomination, joinmarket_round,    wasabi2_order,
};

// Above the money of every chain we read, and far from overflow when a rule adds two.
constexpr std::int64_t kValueMax = 10'000'000'000'000'000;

bool values_are_sane(const TxShape& shape) {
  for (const auto& input : shape.inputs)
    if (input.value && (*input.value < 0 || *input.value > kValueMax)) return false;
  for (const auto& output : shape.outputs)
    if (output.value < 0 || output.value > kValueMax) return false;
  return true;
}

}  // namespace

void TxShape::clear() {
  inputs.clear();
  outputs.clear();
  coinbase = false;
  time.reset();
}

std::string_view name(Protocol protocol) {
  switch (protocol) {
    case Protocol::whirlpool:
      return "whirlpool";
    case Protocol::wasabi1:
      return "wasabi1";
    case Protocol::wasabi2:
      return "wasabi2";
    case Protocol::joinmarket:
      return "joinmarket";
  }
  return "";
}

std::optional<CoinJoin> recognise(const TxShape& shape) {
  if (shape.coinbase || !may_be_coinjoin(shape.inputs.size(), shape.outputs.size()))
    return std::nullopt;
  if (!values_are_sane(shape)) return std::nullopt;
  const ShapeFacts facts = facts_of(shape);
  for (const Rule rule : kRules)
    if (auto verdict = rule(shape, facts)) return verdict;
  return std::nullopt;
}

bool may_be_coinjoin(std::span<std::int64_t> output_values) {
  if (output_values.size() < 5) return false;
  std::sort(output_values.begin(), output_values.end());
  std::size_t run = 1, composite = 0;
  for (std::size_t i = 0; i < output_values.size(); ++i) {
    run = i > 0 && output_values[i] == output_values[i - 1] ? run + 1 : 1;
    composite += is_binary_or_ternary(output_values[i]);
    if (run >= 3 || composite >= 3) return true;
  }
  // Rounds of only decimal denominations repeat them; small ones repeat at least twice, and the
  // rules want more.
  return false;
}

}  // namespace clew::detect
