// Wasabi 2 (WabiSabi; zkSNACKs' and other coordinators): peers break their coins into standard
// denominations, which are powers of 2 and 3, twice a power of 3, and the 1-2-5 series, from 5000
// satoshi on. The coordinator sorts inputs and outputs by descending amount. Inputs and outputs
// are P2WPKH or, since version 2.0.4, P2TR.
#include <algorithm>

#include "detect/coinjoin_rules.h"

namespace clew::detect {
namespace {

constexpr std::uint32_t kFirstRound = 1646092800;  // 2022-03-01, the first mainnet test rounds
constexpr std::size_t kInputsMin = 5;              // the least that later coordinators ask for
constexpr std::int64_t kOutputMin = 5000;          // least registrable amount

struct Denominations {
  std::uint32_t standard = 0;            // outputs of a standard denomination
  std::uint32_t composite = 0;           // of these, binary or ternary ones
  std::uint32_t distinct_composite = 0;  // different values among these
};

Denominations count_denominations(const ShapeFacts& facts) {
  Denominations found;
  for (const auto& group : facts.groups) {
    const bool composite = is_binary_or_ternary(group.value);
    if (composite || is_decimal(group.value)) found.standard += group.count;
    if (composite) {
      found.composite += group.count;
      ++found.distinct_composite;
    }
  }
  return found;
}

bool common_constants_hold(const TxShape& shape, const ShapeFacts& facts) {
  return (facts.output_types & ~kSegwitKeys) == 0 && (facts.input_types & ~kSegwitKeys) == 0 &&
         facts.outputs_descending && facts.inputs_descending &&
         shape.outputs.back().value >= kOutputMin && not_before(shape, kFirstRound);
}

std::string describe(const TxShape& shape, const Denominations& found) {
  return std::to_string(found.standard) + " of " + counted(shape.outputs.size(), "output") +
         " are standard denominations, " + std::to_string(found.composite) +
         " of them powers of 2 or 3 (" + std::to_string(found.distinct_composite) +
         " different); " + counted(shape.inputs.size(), "input") +
         "; P2WPKH and P2TR only; both sides sorted by descending amount";
}

}  // namespace

std::optional<CoinJoin> wasabi2_denominations(const TxShape& shape, const ShapeFacts& facts) {
  if (shape.inputs.size() < kInputsMin || !common_constants_hold(shape, facts)) return std::nullopt;
  // The coordinator adds up outputs to one script, so no script occurs twice.
  if (facts.output_owners != shape.outputs.size()) return std::nullopt;
  const Denominations found = count_denominations(facts);
  if (found.composite < 4 || found.distinct_composite < 3) return std::nullopt;
  const auto outputs = static_cast<std::uint32_t>(shape.outputs.size());
  if (std::uint64_t{found.standard} * 10 < std::uint64_t{outputs} * 6) return std::nullopt;

  const bool strong = std::uint64_t{found.standard} * 10 >= std::uint64_t{outputs} * 8 &&
                      found.composite >= 10 && shape.inputs.size() >= 10;
  CoinJoin verdict{Protocol::wasabi2,
                   strong ? 97 : 85,
                   "wasabi2-denominations",
                   "",
                   facts.top().count,
                   facts.top().value,
                   {}};
  if (facts.valued_inputs < shape.inputs.size()) verdict.confidence -= 5;
  if (facts.input_owners == 1) verdict.confidence = 30;
  verdict.reason = describe(shape, found) +
                   (facts.input_owners == 1 ? "; but all inputs are of one address" : "") +
                   unknown_values(shape, facts);
  return verdict;
}

// Large rounds of decimal denominations only: the order and the share of denominations are all that
// tells them (the rule of Dumplings), so the verdict is a doubtful one.
std::optional<CoinJoin> wasabi2_order(const TxShape& shape, const ShapeFacts& facts) {
  if (shape.inputs.size() < 50 || facts.top().count < 3) return std::nullopt;
  if (!common_constants_hold(shape, facts)) return std::nullopt;
  const Denominations found = count_denominations(facts);
  if (std::uint64_t{found.standard} * 10 <= std::uint64_t{shape.outputs.size()} * 8)
    return std::nullopt;
  CoinJoin verdict{Protocol::wasabi2, 55, "wasabi2-order", "", facts.top().count,
                   facts.top().value, {}};
  verdict.reason = describe(shape, found);
  if (facts.valued_inputs < shape.inputs.size()) verdict.confidence = 40;
  if (facts.output_owners != shape.outputs.size() || facts.input_owners * 2 < shape.inputs.size()) {
    verdict.confidence = 25;
    verdict.reason += "; but " + counted(shape.inputs.size(), "input") + " are of " +
                      std::to_string(facts.input_owners) + " and the outputs of " +
                      std::to_string(facts.output_owners) +
                      " different addresses, which speaks for one owner";
  }
  verdict.reason += unknown_values(shape, facts);
  return verdict;
}

}  // namespace clew::detect
