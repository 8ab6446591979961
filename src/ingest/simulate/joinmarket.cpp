#include <algorithm>

#include "ingest/simulate/mixing.h"

namespace clew::simulate {
namespace {

constexpr std::size_t kMakersMin = 3, kMakersMax = 9;
constexpr std::int64_t kChangeMin = 30 * kDust;

}  // namespace

std::int64_t JoinMarket::least() {
  return kBitcoin / 10;
}

// Of the peers the first is the taker, who pays the makers and the miner.
Draft JoinMarket::draft_round(std::vector<Peer>& peers, std::int64_t amount, bool sweep) {
  Draft draft;
  draft.note = "joinmarket round";
  draft.coinjoin = CoinJoin::joinmarket;
  draft.sequence = 0xfffffffe;
  draft.lock_time = world_.height() - 1;
  std::int64_t cost = 0;
  const auto pay = [&](WalletId wallet, std::int64_t value) {
    draft.outputs.push_back({world_.fresh(wallet, Role::mix, Scheme::p2wpkh), value});
  };
  for (std::size_t i = 0; i < peers.size(); ++i) {
    pay(peers[i].wallet, amount);
    if (i == 0) continue;
    const std::int64_t earned = world_.rng.between(amount / 100'000, amount / 20'000);
    pay(peers[i].wallet, peers[i].sum - amount + earned);
    cost += earned;
  }
  draft.inputs = {};
  std::vector<Coin> inputs = collect(peers);
  if (!sweep) {
    pay(peers[0].wallet, 0);
    cost += world_.fee(inputs, draft.outputs);
    draft.outputs.back().value = peers[0].sum - amount - cost;
  }
  draft.inputs = std::move(inputs);
  world_.rng.shuffle(draft.inputs);
  world_.rng.shuffle(draft.outputs);
  return draft;
}

bool JoinMarket::round(Peer& taker) {
  // A sweep spends all that the taker brought and leaves it no change.
  const bool sweep = world_.rng.percent(15);
  const std::int64_t reserve = taker.sum / 2'000 + 2'800 * world_.fee_rate() + kChangeMin;
  const std::int64_t amount =
      sweep ? taker.sum - reserve : (taker.sum - reserve) / 100 * world_.rng.between(10, 66);
  std::vector<Peer> peers = {taker};
  gather(world_, crowd_.users(), kMakersMin + world_.rng.below(kMakersMax - kMakersMin),
         {amount + kChangeMin, 3, false}, peers);
  if (peers.size() < 1 + kMakersMin) {
    peers.erase(peers.begin());
    send_home(world_, peers);
    return false;
  }
  world_.send(draft_round(peers, amount, sweep));
  return true;
}

void JoinMarket::step(bool open) {
  if (!guests_.empty() && round(guests_.front())) guests_.pop_front();
  if (!open || !world_.rng.percent(12)) return;
  std::vector<Peer> takers;
  gather(world_, crowd_.users(), 1, {least(), 3, false}, takers);
  if (!takers.empty() && !round(takers[0])) send_home(world_, takers);
}

}  // namespace clew::simulate
