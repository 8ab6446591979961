#include "ingest/simulate/mixing.h"

#include <algorithm>
#include <utility>

namespace clew::simulate {
namespace {

constexpr std::int64_t kPool = kBitcoin / 100;

}  // namespace

Mixing::Mixing(World& world, const Crowd& crowd)
    : world_(world),
      coordinator_(world.open_wallet({Kind::coordinator, 1}, {})),
      whirlpool_(world, crowd, coordinator_, kPool),
      wasabi1_(world, crowd, coordinator_),
      wasabi2_(world, crowd),
      joinmarket_(world, crowd) {}

void Mixing::step() {
  // Where little happens, few people mix.
  const bool open = world_.rng.percent(8 * std::min(world_.traffic(), 12u));
  whirlpool_.step(open);
  wasabi1_.step(open);
  wasabi2_.step(open);
  joinmarket_.step(open);
}

void Mixing::enter(CoinJoin protocol, Peer peer) {
  switch (protocol) {
    case CoinJoin::whirlpool:
      return whirlpool_.enter(std::move(peer));
    case CoinJoin::wasabi1:
      return wasabi1_.enter(std::move(peer));
    case CoinJoin::wasabi2:
      return wasabi2_.enter(std::move(peer));
    case CoinJoin::joinmarket:
      return joinmarket_.enter(std::move(peer));
    case CoinJoin::none:
      return;
  }
}

std::int64_t Mixing::least(CoinJoin protocol) const {
  switch (protocol) {
    case CoinJoin::whirlpool:
      return whirlpool_.least();
    case CoinJoin::wasabi1:
      return Wasabi1::least();
    case CoinJoin::wasabi2:
      return Wasabi2::least();
    case CoinJoin::joinmarket:
      return JoinMarket::least();
    case CoinJoin::none:
      break;
  }
  return 0;
}

}  // namespace clew::simulate
