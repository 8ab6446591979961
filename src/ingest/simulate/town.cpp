#include "ingest/simulate/town.h"

#include <algorithm>

namespace clew::simulate {
namespace {

constexpr std::uint32_t kExchanges = 5, kMiners = 24, kPools = 4, kMerchants = 6;
constexpr std::uint32_t kFirstSpendable = 101;

std::uint32_t population(const Options& options) {
  const std::uint32_t perBlock = options.profile == Profile::benchmark ? 20 : 4;
  return std::clamp<std::uint32_t>(traffic(options) * perBlock, 80, 100'000);
}

}  // namespace

std::uint32_t traffic(const Options& options) {
  if (options.transactions_per_block != 0) return options.transactions_per_block;
  return options.profile == Profile::benchmark ? 2000 : 12;
}

Town::Town(World& world) : world_(world), traffic_(traffic(world.options())) {
  // What is not a user comes first, so that its wallets keep their numbers whatever the traffic.
  open_businesses();
  crowd_.reserve(1);
  crowd_.emplace_back(world_, exchanges_, merchants_, population(world.options()));
}

void Town::open_businesses() {
  exchanges_.reserve(kExchanges);
  for (std::uint32_t i = 1; i <= kExchanges; ++i)
    exchanges_.emplace_back(world_, i);
  for (std::uint32_t i = 1; i <= kMiners; ++i)
    miners_.push_back(world_.open_wallet({Kind::miner, i}, draw_habits(world_.rng)));
  for (std::uint32_t i = 1; i <= kPools; ++i)
    pools_.emplace_back(world_, i, exchanges_[i % kExchanges], miners_);
  for (std::uint32_t i = 1; i <= kMerchants; ++i)
    merchants_.emplace_back(world_, i, exchanges_[i % kExchanges]);
  sleepers_ = world_.open_wallet({Kind::sleeper, 1}, {});
}

Town::Miner Town::next_miner() {
  // A few of the first blocks are found by people who never come back for them.
  if (world_.height() < kFirstSpendable && world_.rng.percent(8))
    return {world_.fresh(sleepers_, Role::payout, Scheme::p2pk), "/solo/"};
  const Pool& pool = world_.rng.pick(pools_);
  return {pool.payout_spot(), pool.tag()};
}

void Town::step() {
  if (world_.height() < kFirstSpendable) return;
  world_.run_agenda();
  for (Pool& pool : pools_)
    pool.step();
  for (const WalletId miner : miners_)
    sell_payouts(world_, miner, exchanges_[miner % kExchanges]);
  for (Merchant& merchant : merchants_)
    merchant.step();
  for (Exchange& exchange : exchanges_)
    exchange.step();
  // Most blocks have about as many transactions as the last; some few have hardly any.
  const std::uint32_t spread = traffic_ / 4;
  const std::uint64_t wanted =
      world_.rng.percent(2) ? 0 : traffic_ - spread + world_.rng.below(2 * spread + 1);
  std::uint64_t tries = 3 * wanted;
  while (tries-- > 0 && world_.block_transactions() < wanted && !world_.block_full())
    crowd_[0].act();
}

}  // namespace clew::simulate
