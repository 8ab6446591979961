// Whirlpool (Samourai, later Ashigaru): a mix has n inputs and n outputs, one each a participant;
// every output is exactly the pool's denomination; inputs that come from an earlier mix are exactly
// that too, and those that enter the pool bring a little more, which is the miner's fee. All are
// P2WPKH, except that a participant may have its last mix paid to a wallet of another kind.
#include "detect/coinjoin_rules.h"

namespace clew::detect {
namespace {

// Satoshi; the last two are Ashigaru's (2025).
constexpr std::int64_t kPools[] = {100'000,    1'000'000, 5'000'000,
                                   50'000'000, 2'500'000, 25'000'000};
constexpr std::uint32_t kFirstMix = 1554076800;  // 2019-04-01; the first mix is of 2019-04-17
// Five until May 2023, then "surge cycles" of up to 8; Dumplings allows 10.
constexpr std::size_t kParticipantsMin = 5, kParticipantsMax = 10;
// What an entering coin brings for the fee at most: 0.0011 BTC in the studies (Stütz et al.,
// Dumplings). Their blocks end before the fees of 2023 and 2024, so more is let pass with less
// confidence.
constexpr std::int64_t kEntryFeeUsual = 110'000, kEntryFeeMax = 500'000;
constexpr std::uint32_t kDestinations = bit(bitcoin::ScriptType::p2wpkh) |
                                        bit(bitcoin::ScriptType::p2wsh) |
                                        bit(bitcoin::ScriptType::p2tr);

bool types_agree(const TxShape& shape, const ShapeFacts& facts) {
  if ((facts.input_types & ~kP2wpkhOnly) != 0) return false;
  if ((facts.output_types & ~kDestinations) != 0) return false;
  std::size_t usual = 0;
  for (const auto& output : shape.outputs)
    usual += output.type == bitcoin::ScriptType::p2wpkh;
  return usual * 2 > shape.outputs.size();
}

bool is_pool(std::int64_t value) {
  for (const std::int64_t pool : kPools)
    if (pool == value) return true;
  return false;
}

}  // namespace

std::optional<CoinJoin> whirlpool_mix(const TxShape& shape, const ShapeFacts& facts) {
  const std::size_t n = shape.outputs.size();
  if (n < kParticipantsMin || n > kParticipantsMax || shape.inputs.size() != n) return std::nullopt;
  if (facts.groups.size() != 1 || !is_pool(facts.top().value)) return std::nullopt;
  if (!types_agree(shape, facts)) return std::nullopt;
  if (facts.input_owners != n || facts.output_owners != n || facts.owners_on_both_sides != 0)
    return std::nullopt;
  if (!not_before(shape, kFirstMix)) return std::nullopt;

  const std::int64_t pool = facts.top().value;
  std::size_t entering = 0, remixed = 0;
  bool dear = false;
  for (const auto& input : shape.inputs) {
    if (!input.value) continue;
    const std::int64_t more = *input.value - pool;
    if (more < 0 || more > kEntryFeeMax) return std::nullopt;
    dear |= more > kEntryFeeUsual;
    ++(more > 0 ? entering : remixed);
  }
  const bool all_known = facts.valued_inputs == n;
  if (all_known && entering == 0) return std::nullopt;  // nobody paid the miner

  CoinJoin verdict{Protocol::whirlpool, 98, "whirlpool-mix", "", std::uint32_t(n), pool, {}};
  verdict.reason = std::to_string(n) + " inputs and " + std::to_string(n) +
                   " outputs of different addresses, P2WPKH" +
                   (facts.output_types == kP2wpkhOnly ? "" : " but for a payment out") +
                   "; every output is exactly the " + btc(pool) + " pool; ";
  if (facts.valued_inputs > 0)
    verdict.reason += counted(entering, "input") + " entering with the miner's fee, " +
                      std::to_string(remixed) + " remixed";
  else
    verdict.reason += "judged by the outputs";
  verdict.reason += unknown_values(shape, facts);
  if (!all_known || dear) verdict.confidence = 85;
  // Only a pool's first mixes have nobody to remix.
  else if (remixed == 0)
    verdict.confidence = 75;
  return verdict;
}

}  // namespace clew::detect
