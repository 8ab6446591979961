#include <algorithm>

#include "ingest/simulate/mixing.h"

namespace clew::simulate {
namespace {

constexpr std::int64_t kEntryFeeMin = 3'000, kEntryFeeMax = 60'000;  // satoshi
constexpr std::size_t kPremixMax = 6;                                // outputs of one tx0
constexpr std::size_t kPeersMin = 5, kPeersMax = 8;
constexpr std::size_t kQueueMax = 60;  // coins that wait for company before others stay away

Spot mix_spot(World& world, WalletId owner) {
  return world.fresh(owner, Role::mix, Scheme::p2wpkh);
}

}  // namespace

Whirlpool::Whirlpool(World& world, const Crowd& crowd, WalletId coordinator, std::int64_t pool)
    : world_(world), crowd_(crowd), coordinator_(coordinator), pool_(pool) {}

std::int64_t Whirlpool::entry_fee() const {
  return std::clamp<std::int64_t>(300 * world_.fee_rate(), kEntryFeeMin, kEntryFeeMax);
}

// One premix output, the coordinator's fee of 5 %, and enough for the miner.
std::int64_t Whirlpool::least() const {
  return pool_ + pool_ / 20 + 3 * kEntryFeeMax;
}

void Whirlpool::enter(Peer peer) {
  const std::int64_t premix = pool_ + entry_fee();
  const std::int64_t spare = peer.sum - pool_ / 20 - 2 * kEntryFeeMax;
  const auto parts = std::min<std::int64_t>(spare / premix, kPremixMax);
  Draft draft;
  draft.note = "tx0 for whirlpool";
  draft.inputs = std::move(peer.coins);
  draft.outputs = {{world_.fresh(peer.wallet, Role::mix, Scheme::op_return), 0},
                   {mix_spot(world_, coordinator_), pool_ / 20}};
  for (std::int64_t i = 0; i < parts; ++i)
    draft.outputs.push_back({mix_spot(world_, peer.wallet), premix, true});
  Payment change{world_.fresh(peer.wallet, Role::change, Scheme::p2wpkh), 0};
  draft.outputs.push_back(change);
  change.value = peer.sum - pool_ / 20 - parts * premix - world_.fee(draft.inputs, draft.outputs);
  draft.outputs.pop_back();
  if (change.value >= kDust) draft.outputs.push_back(change);
  // Outputs in ascending order, inputs as they are.
  std::vector<Coin> inputs = draft.inputs;
  sort_ascending(draft);
  draft.inputs = std::move(inputs);
  for (Coin& coin : world_.send(std::move(draft)).coins)
    if (coin.value == premix && coin.spot.wallet == peer.wallet)
      premix_.push_back({peer.wallet, {coin}, coin.value});
}

// Takes the oldest whose owner is not in the mix yet.
bool Whirlpool::draw(std::deque<Peer>& from, std::vector<Peer>& into) {
  for (auto it = from.begin(); it != from.end(); ++it) {
    const auto same = [&](const Peer& p) { return p.wallet == it->wallet; };
    if (std::any_of(into.begin(), into.end(), same)) continue;
    into.push_back(std::move(*it));
    from.erase(it);
    return true;
  }
  return false;
}

void Whirlpool::mix() {
  const std::size_t wanted = kPeersMin + world_.rng.below(kPeersMax - kPeersMin + 1);
  std::vector<Peer> peers;
  while (peers.size() < 2 && draw(premix_, peers)) {
  }
  while (peers.size() < wanted && draw(postmix_, peers)) {
  }
  while (peers.size() < kPeersMin && draw(premix_, peers)) {
  }
  const bool entered =
      std::any_of(peers.begin(), peers.end(), [this](const Peer& p) { return p.sum > pool_; });
  if (peers.size() < kPeersMin || !entered) {
    for (Peer& peer : peers)
      (peer.sum > pool_ ? premix_ : postmix_).push_front(std::move(peer));
    return;
  }
  Draft draft;
  draft.note = "whirlpool mix";
  draft.coinjoin = CoinJoin::whirlpool;
  draft.version = 1;
  draft.sequence = 0xffffffff;
  for (const Peer& peer : peers) {
    // Some take their coin out after this mix; the others stay for the next.
    const bool leaves = world_.rng.percent(postmix_.size() > kQueueMax ? 60 : 30);
    draft.outputs.push_back({mix_spot(world_, peer.wallet), pool_, !leaves});
  }
  draft.inputs = collect(peers);
  world_.rng.shuffle(draft.inputs);
  world_.rng.shuffle(draft.outputs);
  const auto outputs = draft.outputs;
  const Sent sent = world_.send(std::move(draft));
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (outputs[i].held)
      postmix_.push_back({outputs[i].to.wallet, {sent.coins[i]}, sent.coins[i].value});
}

void Whirlpool::step(bool open) {
  if (open && world_.rng.percent(15) && premix_.size() < kQueueMax) {
    std::vector<Peer> peers;
    gather(world_, crowd_.users(), 1, {least(), 3, false}, peers);
    if (!peers.empty()) enter(std::move(peers[0]));
  }
  // The more coins wait to enter, the sooner a mix comes about.
  const auto chance = static_cast<unsigned>(10 * std::min<std::size_t>(premix_.size(), 9));
  if (premix_.size() >= 2 && world_.rng.percent(chance)) mix();
}

}  // namespace clew::simulate
