#include "ingest/simulate/peers.h"

#include <algorithm>
#include <tuple>

namespace clew::simulate {
namespace {

bool less_coin(const Coin& a, const Coin& b) {
  return std::tie(a.value, a.txid, a.vout) < std::tie(b.value, b.txid, b.vout);
}
bool less_payment(const Payment& a, const Payment& b) {
  return std::tie(a.value, a.to.key) < std::tie(b.value, b.to.key);
}

}  // namespace

std::optional<Peer> invite(World& world, WalletId wallet, const Entry& entry) {
  Wallet& w = world.wallet(wallet);
  Peer peer{wallet, {}, 0};
  for (std::size_t i = w.size(); i-- > 0 && peer.coins.size() < entry.coins_max;) {
    if (!entry.accepts(w.coins()[i])) continue;
    peer.coins.push_back(w.take(i));
    peer.sum += peer.coins.back().value;
    if (peer.sum >= entry.least && world.rng.percent(60)) break;
  }
  if (peer.sum >= entry.least && !peer.coins.empty()) return peer;
  for (Coin& coin : peer.coins)
    w.receive(std::move(coin));
  return std::nullopt;
}

void gather(World& world, const std::vector<WalletId>& users, std::size_t count, const Entry& entry,
            std::vector<Peer>& peers) {
  const std::size_t wanted = peers.size() + count;
  for (std::size_t tries = 8 * count; tries-- > 0 && peers.size() < wanted;) {
    const WalletId user = world.rng.pick(users);
    const auto same = [user](const Peer& p) { return p.wallet == user; };
    if (std::any_of(peers.begin(), peers.end(), same)) continue;
    if (auto peer = invite(world, user, entry)) peers.push_back(std::move(*peer));
  }
}

void send_home(World& world, std::vector<Peer>& peers) {
  for (Peer& peer : peers)
    for (Coin& coin : peer.coins)
      world.wallet(peer.wallet).receive(std::move(coin));
  peers.clear();
}

std::vector<Peer> WaitingRoom::call(World& world, const std::vector<WalletId>& users,
                                    std::size_t least, std::size_t most, const Entry& entry) {
  std::vector<Peer> peers = std::move(guests_);
  guests_.clear();
  const std::size_t guests = peers.size();
  gather(world, users, least + world.rng.below(most - least), entry, peers);
  if (peers.size() >= least) return peers;
  const auto others = peers.begin() + static_cast<std::ptrdiff_t>(guests);
  guests_.assign(std::make_move_iterator(peers.begin()), std::make_move_iterator(others));
  peers.erase(peers.begin(), others);
  send_home(world, peers);
  return {};
}

std::vector<Coin> collect(std::vector<Peer>& peers) {
  std::vector<Coin> coins;
  for (Peer& peer : peers)
    for (Coin& coin : peer.coins)
      coins.push_back(std::move(coin));
  return coins;
}

void sort_ascending(Draft& draft) {
  std::sort(draft.inputs.begin(), draft.inputs.end(), less_coin);
  std::sort(draft.outputs.begin(), draft.outputs.end(), less_payment);
}

void sort_descending(Draft& draft) {
  sort_ascending(draft);
  std::reverse(draft.inputs.begin(), draft.inputs.end());
  std::reverse(draft.outputs.begin(), draft.outputs.end());
}

}  // namespace clew::simulate
