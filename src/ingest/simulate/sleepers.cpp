#include "ingest/simulate/sleepers.h"

namespace clew::simulate {
namespace {

// What may sleep at a time, or the world would run out of coins.
constexpr std::int64_t kMost = 400 * kBitcoin;
constexpr std::size_t kCoinsMost = 1'000;
constexpr std::uint32_t kSleepMin = 60;  // blocks

}  // namespace

Sleepers::Sleepers(World& world)
    : world_(world), drawer_(world.open_wallet({Kind::sleeper, 1}, {})) {}

Spot Sleepers::mining_spot() {
  return world_.fresh(drawer_, Role::payout, Scheme::p2pk);
}

void Sleepers::step(std::vector<Exchange>& exchanges) {
  const Wallet& drawer = world_.wallet(drawer_);
  if (world_.rng.percent(4) && drawer.balance() < kMost && drawer.size() < kCoinsMost) {
    const std::int64_t value = world_.rng.magnitude(2 * kBitcoin, 6);
    world_.rng.pick(exchanges).withdraw({world_.fresh(drawer_, Role::receive), value});
  }
  if (world_.rng.percent(1)) wake(world_.rng.pick(exchanges));
}

// The oldest of a few coins is sold: what wakes has slept for long.
void Sleepers::wake(Exchange& exchange) {
  Wallet& drawer = world_.wallet(drawer_);
  if (drawer.size() == 0) return;
  std::size_t oldest = world_.rng.below(drawer.size());
  for (int i = 0; i < 3; ++i) {
    const std::size_t other = world_.rng.below(drawer.size());
    if (drawer.coins()[other].height < drawer.coins()[oldest].height) oldest = other;
  }
  if (drawer.coins()[oldest].height + kSleepMin > world_.height()) return;
  Draft draft;
  draft.note = "a sleeper wakes";
  draft.inputs = {drawer.take(oldest)};
  draft.outputs = {{exchange.deposit_spot(drawer_), 0}};
  const std::int64_t value = draft.inputs[0].value - world_.fee(draft.inputs, draft.outputs);
  if (value < kDust) return drawer.receive(std::move(draft.inputs[0]));
  draft.outputs[0].value = value;
  world_.tell("a sleeper wakes", world_.send(std::move(draft)).txid);
}

}  // namespace clew::simulate
