#include "ingest/simulate/town.h"

#include <algorithm>

namespace clew::simulate {
namespace {

constexpr std::uint32_t kExchanges = 5, kMiners = 24, kPools = 4, kMerchants = 6;
constexpr std::uint32_t kFirstSpendable = 101;
constexpr std::uint32_t kBlocksPerHack = 3'000, kBlocksPerRansom = 2'500, kCrimesMax = 99;

std::uint32_t population(const World& world) {
  return std::clamp<std::uint32_t>(world.traffic() * 5, 80, 100'000);
}

}  // namespace

Town::Town(World& world)
    : world_(world),
      sleepers_(world),
      crowd_(world, exchanges_, merchants_, population(world)),
      mixing_(world, crowd_) {
  open_businesses();
  // Fees that thieves pay to a CoinJoin's coordinator end where everybody can see them.
  exchanges_[0].deposit_spot(mixing_.coordinator(), true);
  plan_crimes();
}

void Town::open_businesses() {
  exchanges_.reserve(kExchanges);
  for (std::uint32_t i = 1; i <= kExchanges; ++i)
    exchanges_.emplace_back(world_, i);
  for (std::uint32_t i = 1; i <= kMiners; ++i) {
    Habits habits = draw_habits(world_.rng, 0);
    habits.reuses_addresses = world_.rng.percent(80);  // pools pay to the address in the settings
    miners_.push_back(world_.open_wallet({Kind::miner, i}, habits));
  }
  for (std::uint32_t i = 1; i <= kPools; ++i)
    pools_.emplace_back(world_, i, exchanges_[i % kExchanges], miners_);
  for (std::uint32_t i = 1; i <= kMerchants; ++i)
    merchants_.emplace_back(world_, i, exchanges_[i % kExchanges]);
}

// The first hack and the first ransom campaign fit even into the smallest world; a large one sees
// more of them, evenly spread, at the same pace.
void Town::plan_crimes() {
  const Scene scene{world_, exchanges_, merchants_, crowd_, mixing_};
  const std::uint32_t active = world_.options().blocks - kFirstSpendable;
  const std::uint32_t first_hack = std::clamp<std::uint32_t>(active * 2 / 5, 38, 400);
  const std::uint32_t first_ransom = std::clamp<std::uint32_t>(active / 4, 24, 300);
  const std::uint32_t hacks = 1 + std::min(kCrimesMax, active / kBlocksPerHack);
  const std::uint32_t ransoms = 1 + std::min(kCrimesMax, active / kBlocksPerRansom);
  for (std::uint32_t i = 0; i < hacks; ++i) {
    const std::uint32_t height = first_hack + (active - first_hack) / hacks * i;
    hacks_.emplace_back(scene, i + 1, kFirstSpendable + height,
                        std::clamp<std::uint32_t>(active / 150, 1, 10));
  }
  for (std::uint32_t i = 0; i < ransoms; ++i) {
    const std::uint32_t height = first_ransom + (active - first_ransom) / ransoms * i;
    ransoms_.emplace_back(scene, i + 1, kFirstSpendable + height,
                          std::clamp<std::uint32_t>(active / 25, 4, 40));
  }
}

Town::Miner Town::next_miner() {
  // A few of the first blocks are found by people who never come back for them.
  if (world_.height() < kFirstSpendable && world_.rng.percent(8))
    return {sleepers_.mining_spot(), "/solo/"};
  const Pool& pool = world_.rng.pick(pools_);
  return {pool.payout_spot(), pool.tag()};
}

void Town::trade() {
  for (Pool& pool : pools_)
    pool.step();
  for (const WalletId miner : miners_)
    sell_payouts(world_, miner, exchanges_[miner % kExchanges]);
  sell_payouts(world_, mixing_.coordinator(), exchanges_[0]);
  for (Merchant& merchant : merchants_)
    merchant.step();
  for (Exchange& exchange : exchanges_)
    exchange.step();
  sleepers_.step(exchanges_);
  mixing_.step();
}

void Town::step() {
  if (world_.height() < kFirstSpendable) return;
  world_.run_agenda();
  trade();
  // Most blocks have about as many transactions as the last; some few have hardly any.
  const std::uint32_t traffic = world_.traffic(), spread = traffic / 4;
  const std::uint64_t wanted =
      world_.rng.percent(2) ? 0 : traffic - spread + world_.rng.below(2 * spread + 1);
  std::uint64_t tries = 3 * wanted;
  while (tries-- > 0 && world_.block_transactions() < wanted && !world_.block_full())
    crowd_.act();
}

}  // namespace clew::simulate
