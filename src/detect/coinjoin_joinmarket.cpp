// JoinMarket: a taker and n-1 makers each get one output of the same amount. Every maker has a
// change output that its own inputs pay for but for a small fee; the taker has one too unless it
// sweeps. So of 2n or 2n-1 outputs exactly n are equal, and the inputs can be divided into shares
// that match the changes: a payout by one owner passes that test by accident at most.
#include <algorithm>

#include "detect/coinjoin_partition.h"
#include "detect/coinjoin_rules.h"

namespace clew::detect {
namespace {

using bitcoin::ScriptType;

constexpr std::uint32_t kFirstRound = 1420070400;  // 2015-01-01, the announcement's month
constexpr std::int64_t kAmountMin = 27'300;        // JoinMarket's DUST_THRESHOLD
constexpr std::uint32_t kParticipantsMin = 3;      // a taker and two makers
// Without the shares' proof, so few equal outputs are too common among payouts.
constexpr std::uint32_t kParticipantsMinUnproven = 5;
// Dozens of makers have never been coordinated (crocs-muni: at most 100 inputs or outputs).
constexpr std::size_t kOutputsMax = 100;
constexpr std::uint32_t kWalletTypes = bit(ScriptType::p2pkh) | bit(ScriptType::p2sh) |
                                       bit(ScriptType::p2wpkh) | bit(ScriptType::p2tr);

// What the taker may pay to.
constexpr std::uint32_t kAddressTypes = kWalletTypes | bit(ScriptType::p2wsh);

// Wallets pay themselves with the script type they spend; only the taker's payment may go to
// another kind of address.
bool types_agree(const TxShape& shape, const ShapeFacts& facts) {
  if ((facts.input_types & ~kWalletTypes) != 0) return false;
  if ((facts.output_types & ~kAddressTypes) != 0) return false;
  if (facts.typed_inputs < shape.inputs.size()) return true;
  std::size_t foreign = 0;
  for (const auto& output : shape.outputs)
    foreign += (bit(output.type) & facts.input_types) == 0;
  return foreign <= 1;
}

// What a maker can gain or lose: fees a little over 1 % are not taken by default settings, and the
// contribution to the miner's fee is small.
std::int64_t fee_allowance(std::int64_t amount) {
  return std::max(amount / 100, std::min<std::int64_t>(10'000, amount / 10));
}

struct Round {
  std::int64_t amount = 0;
  std::vector<std::int64_t> changes;
  Partition shares = Partition::undecided;
};

Round judge(const TxShape& shape, const ShapeFacts& facts, const ValueGroup& group,
            std::size_t participants) {
  Round round{group.value, {}, Partition::undecided};
  std::size_t equal = 0;  // a change of the same amount is not among the n
  for (const auto& output : shape.outputs)
    if (output.value != group.value || ++equal > participants)
      round.changes.push_back(output.value);
  if (facts.valued_inputs < shape.inputs.size()) return round;
  std::vector<std::int64_t> inputs, targets;
  for (const auto& input : shape.inputs)
    inputs.push_back(*input.value);
  for (const std::int64_t change : round.changes)
    targets.push_back(change + group.value);
  const std::int64_t allowance = fee_allowance(group.value);
  // One owner's largest coin still has to fit its amount and change.
  const std::int64_t largest = *std::max_element(inputs.begin(), inputs.end());
  if (largest >
      *std::max_element(targets.begin(), targets.end()) + allowance * std::int64_t(participants)) {
    round.shares = Partition::impossible;
    return round;
  }
  const std::int64_t below = std::min<std::int64_t>(10'000, group.value / 10);
  // A maker's change exceeds its inputs less the amount by its fee, so its share may fall short of
  // the target by the fee, and exceed it by what it gives to the miner.
  round.shares = divide_inputs({inputs, targets, allowance, below,
                                round.changes.size() == participants ? std::size_t{1} : 0});
  return round;
}

CoinJoin verdict_of(const TxShape& shape, const ShapeFacts& facts, const Round& round,
                    std::uint32_t n) {
  CoinJoin verdict{Protocol::joinmarket, 0, "joinmarket-round", "", n, round.amount, {}};
  verdict.reason = std::to_string(n) + " equal outputs of " + btc(round.amount) + " and " +
                   counted(round.changes.size(), "change output") + "; inputs of " +
                   std::to_string(facts.input_owners) + " different addresses";
  if (round.shares == Partition::found) {
    verdict.confidence = n >= 5 ? 92 : n == 4 ? 80 : 65;
    verdict.reason += " divide into shares that pay for each maker's change within " +
                      btc(fee_allowance(round.amount));
  } else {
    verdict.rule = "joinmarket-outputs";
    verdict.confidence = facts.valued_inputs == shape.inputs.size() ? 55 : 40;
    verdict.reason += facts.valued_inputs == shape.inputs.size()
                          ? "; too many to divide them into the makers' shares"
                          : "; judged by the outputs";
  }
  verdict.reason += unknown_values(shape, facts);
  return verdict;
}

}  // namespace

std::optional<CoinJoin> joinmarket_round(const TxShape& shape, const ShapeFacts& facts) {
  const auto participants = static_cast<std::uint32_t>((shape.outputs.size() + 1) / 2);
  if (participants < kParticipantsMin || shape.outputs.size() > kOutputsMax) return std::nullopt;
  if (facts.top().count < participants || facts.input_owners < participants) return std::nullopt;
  // Every output goes to a fresh address.
  if (facts.output_owners != shape.outputs.size() || facts.owners_on_both_sides != 0)
    return std::nullopt;
  if (!types_agree(shape, facts) || !not_before(shape, kFirstRound)) return std::nullopt;

  for (const auto& group : facts.groups) {
    if (group.count < participants) break;
    if (group.count > participants + 1 || group.value < kAmountMin) continue;
    const Round round = judge(shape, facts, group, participants);
    if (round.shares == Partition::impossible) continue;
    if (round.shares == Partition::undecided && participants < kParticipantsMinUnproven) continue;
    return verdict_of(shape, facts, round, participants);
  }
  return std::nullopt;
}

}  // namespace clew::detect
