#include "chain/evm/block_rewards.h"

#include <algorithm>

namespace clew::evm {
namespace {

using chain::Transfer;
using chain::TransferKind;

// An uncle's parent is among the seven blocks before the one that names it.
constexpr std::uint64_t kUncleAgeMax = 6;

void append(const Address& to, const U256& value, std::uint32_t place, std::vector<Transfer>& out) {
  if (value.is_zero()) return;
  Transfer& transfer = out.emplace_back();
  transfer.kind = TransferKind::reward;
  transfer.to = to;
  transfer.value = value;
  transfer.place = place;
}

std::uint64_t base_reward(const Header& header, const ChainParams& chain) {
  std::uint64_t wei = 0;
  if (header.difficulty.is_zero()) return wei;
  for (const RewardEra& era : chain.rewards) {
    if (era.from_block <= header.number) wei = era.wei;
  }
  return wei;
}

Result<void> append_by_rule(const Block& block, std::uint64_t base, std::vector<Transfer>& out) {
  const std::uint64_t number = block.header.number;
  const std::uint64_t uncles = std::max(block.uncles.size(), block.uncle_hashes.size());
  // At most 8 ether with two uncles, so that nothing overflows unless a block names thousands.
  const auto shares = checked_mul(U256(base / 32), uncles);
  append(block.header.beneficiary, *checked_add(U256(base), *shares), 0, out);
  std::uint32_t place = 1;
  for (const Header& uncle : block.uncles) {
    if (uncle.number >= number || number - uncle.number > kUncleAgeMax) {
      return fail(ErrorKind::data, "block " + std::to_string(number) + " names block " +
                                       std::to_string(uncle.number) + " as its uncle");
    }
    append(uncle.beneficiary, U256(base / 8 * (8 - (number - uncle.number))), place++, out);
  }
  return {};
}

std::string told(const Transfer& reward) {
  return reward.value.to_decimal() + " to " + to_text(*reward.to);
}

// The traced rewards against what the rule gives; uncles in any order, and only if they are known.
Result<void> check_traced(std::span<const Transfer> by_rule, std::span<const Transfer> traced) {
  if (by_rule.empty() != traced.empty()) {
    return fail(ErrorKind::data,
                by_rule.empty() ? "a reward is traced where there is none" : "no reward is traced");
  }
  if (traced.empty()) return {};
  if (by_rule.size() > 1 && by_rule.size() != traced.size()) {
    return fail(ErrorKind::data, std::to_string(traced.size()) + " rewards are traced, by the " +
                                     "chain's rule there are " + std::to_string(by_rule.size()));
  }
  for (const Transfer& expected : by_rule) {
    const auto found = std::ranges::find_if(traced, [&](const Transfer& one) {
      return one.to == expected.to && one.value == expected.value;
    });
    if (found != traced.end()) continue;
    return fail(ErrorKind::data, "a reward of " + told(expected) + " is not among those traced");
  }
  return {};
}

}  // namespace

Result<std::uint64_t> append_rewards(const Block& block, const ChainParams& chain,
                                     std::span<const TracedReward> traced,
                                     std::vector<Transfer>& out) {
  std::vector<Transfer> by_rule, by_trace;
  const std::uint64_t base = base_reward(block.header, chain);
  if (base == 0 && !chain.rewards.empty()) return std::uint64_t{0};
  if (base != 0) CLEW_CHECK(append_by_rule(block, base, by_rule));
  for (const TracedReward& reward : traced)
    append(reward.author, reward.value, static_cast<std::uint32_t>(by_trace.size()), by_trace);
  if (base != 0 && !traced.empty()) {
    if (auto held = check_traced(by_rule, by_trace); !held) {
      return fail(std::move(held).error().within("block " + std::to_string(block.header.number)));
    }
  }
  const bool uncles_known = block.uncles.size() == block.uncle_hashes.size();
  const auto& rewards = base != 0 && (uncles_known || traced.empty()) ? by_rule : by_trace;
  out.insert(out.end(), rewards.begin(), rewards.end());
  if (base == 0 || uncles_known || !traced.empty()) return std::uint64_t{0};
  return std::uint64_t{block.uncle_hashes.size()};
}

}  // namespace clew::evm
