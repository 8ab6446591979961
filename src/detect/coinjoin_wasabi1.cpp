// Wasabi 1 (ZeroLink, zkSNACKs' coordinator): each peer gets one output of the round's base
// denomination, about 0.1 BTC; from version 1.1 on richer peers also get one at each of the levels
// 2, 4, 8… times the registered denomination; then change, and the coordinator's fee. Everything is
// P2WPKH. The denomination is the poorest peer's input less fees, so it drifts from round to round.
#include "detect/coinjoin_rules.h"

namespace clew::detect {
namespace {

constexpr std::uint32_t kFirstRound = 1530403200;      // 2018-07-01
constexpr std::uint32_t kCoordinatorEnd = 1717200000;  // 2024-06-01: zkSNACKs stopped coordinating
constexpr std::int64_t kBase = 10'000'000;             // the coordinator's setting: 0.1 BTC
constexpr std::int64_t kDrift = 2'000'000;             // ±20 %, as in Dumplings
constexpr int kLevelMax = 10;                          // MaximumMixingLevelCount 11, base included
constexpr std::uint32_t kInputsPerPeerMax = 7;         // enforced by the coordinator
// A round of unsorted outputs is told by its size alone, as in Dumplings. From July 2019 on the
// coordinator sorted by amount, which tells smaller rounds too.
constexpr std::uint32_t kPeersMin = 10, kPeersMinSorted = 5;

bool in_lifetime(const TxShape& shape) {
  return not_before(shape, kFirstRound) && (!shape.time || *shape.time < kCoordinatorEnd);
}

bool all_p2wpkh(const ShapeFacts& facts) {
  return facts.output_types == kP2wpkhOnly && (facts.input_types & ~kP2wpkhOnly) == 0;
}

// "; levels: 7 x 0.22 BTC, …" of the groups near 2^k times the base.
std::string describe_levels(const ShapeFacts& facts) {
  std::string text;
  for (int k = 1; k <= kLevelMax && facts.top().value <= kBase + kDrift; ++k) {
    const std::int64_t level = facts.top().value << k;
    for (const auto& group : facts.groups)
      if (group.count >= 2 && group.value > level - level / 20 && group.value < level + level / 20)
        text += (text.empty() ? "; mixing levels " : ", ") + std::to_string(group.count) + " x " +
                btc(group.value);
  }
  return text;
}

std::string describe(const TxShape& shape, const ShapeFacts& facts) {
  return std::to_string(facts.top().count) + " equal outputs of " + btc(facts.top().value) +
         " among " + std::to_string(shape.outputs.size()) + ", " +
         counted(shape.inputs.size(), "input") + ", all P2WPKH" + describe_levels(facts);
}

}  // namespace

std::optional<CoinJoin> wasabi1_coordinator(const TxShape& shape, const ShapeFacts& facts) {
  const ValueGroup& base = facts.top();
  if (base.count < 3 || shape.inputs.size() < base.count) return std::nullopt;
  if (!all_p2wpkh(facts) || !in_lifetime(shape)) return std::nullopt;
  bool paid = false;
  for (const auto& output : shape.outputs)
    paid |= output.wasabi_coordinator;
  if (!paid) return std::nullopt;
  CoinJoin verdict{Protocol::wasabi1, 97, "wasabi1-coordinator", "", base.count, base.value, {}};
  verdict.reason = describe(shape, facts) + "; one pays the Wasabi coordinator's known address";
  return verdict;
}

std::optional<CoinJoin> wasabi1_denomination(const TxShape& shape, const ShapeFacts& facts) {
  const ValueGroup& base = facts.top();
  if (base.value < kBase - kDrift || base.value > kBase + kDrift) return std::nullopt;
  if (!all_p2wpkh(facts) || !in_lifetime(shape)) return std::nullopt;
  const bool sorted = facts.outputs_ascending && facts.inputs_ascending;
  if (base.count < (sorted ? kPeersMinSorted : kPeersMin)) return std::nullopt;
  // Each peer brings 1 to 7 inputs, and no two peers share an address.
  if (facts.input_owners < base.count ||
      shape.inputs.size() > std::size_t{kInputsPerPeerMax} * base.count)
    return std::nullopt;
  std::size_t alone = 0;  // values that occur once: at least one change and the coordinator's fee
  for (const auto& group : facts.groups)
    alone += group.count == 1;
  if (alone < 2) return std::nullopt;

  CoinJoin verdict{Protocol::wasabi1, 95, "wasabi1-denomination", "", base.count, base.value, {}};
  verdict.reason = describe(shape, facts) + "; " + counted(alone, "value") + " occur once" +
                   (sorted ? "; outputs sorted by amount" : "");
  if (base.count < kPeersMin) verdict.confidence = 80;
  if (sorted) return verdict;
  verdict.confidence = 75;
  if (joinmarket_round(shape, facts)) {
    verdict.confidence = kDoubtful;
    verdict.alternative = Protocol::joinmarket;
    verdict.reason +=
        "; but the outputs are not sorted by amount and it fits a JoinMarket round as well "
        "(published lists count such rounds as Wasabi 1)";
  }
  return verdict;
}

}  // namespace clew::detect
