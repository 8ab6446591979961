#include <algorithm>

#include "ingest/simulate/mixing.h"

namespace clew::simulate {
namespace {

constexpr std::int64_t kOutputMin = 5'000;  // satoshi
constexpr std::int64_t kOutputMax = 1'374 * kBitcoin;
constexpr std::size_t kPeersMin = 8, kPeersMax = 24;
constexpr std::size_t kOutputsOfPeerMax = 8;
constexpr std::uint32_t kPause = 30;  // blocks between rounds

// WabiSabi's standard denominations, descending: powers of 2 and of 3, twice the latter, and 1, 2
// and 5 times the powers of 10.
std::vector<std::int64_t> standard_denominations() {
  std::vector<std::int64_t> all;
  const auto add = [&all](std::int64_t value) {
    if (value >= kOutputMin && value <= kOutputMax) all.push_back(value);
  };
  for (std::int64_t value = 1; value <= kOutputMax; value *= 2)
    add(value);
  for (std::int64_t value = 1; value <= kOutputMax; value *= 3) {
    add(value);
    add(2 * value);
  }
  for (std::int64_t value = 1; value <= kOutputMax; value *= 10) {
    add(value);
    add(2 * value);
    add(5 * value);
  }
  std::sort(all.rbegin(), all.rend());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace

std::int64_t Wasabi2::least() {
  return kBitcoin / 20;
}

void Wasabi2::round(std::vector<Peer>& peers) {
  // Clients agree on a part of the denominations, which makes more outputs equal.
  std::vector<std::int64_t> denominations;
  for (const std::int64_t value : standard_denominations())
    if (world_.rng.percent(60)) denominations.push_back(value);
  Draft draft;
  draft.note = "wasabi 2 round";
  draft.coinjoin = CoinJoin::wasabi2;
  draft.version = 1;
  draft.sequence = 0xffffffff;
  const auto pay = [&](WalletId wallet, std::int64_t value) {
    const Scheme scheme = world_.rng.percent(50) ? Scheme::p2wpkh : Scheme::p2tr;
    draft.outputs.push_back({world_.fresh(wallet, Role::mix, scheme), value});
  };
  const std::int64_t output_fee = 40 * world_.fee_rate();
  for (const Peer& peer : peers) {
    std::int64_t rest =
        peer.sum - 70 * world_.fee_rate() * static_cast<std::int64_t>(peer.coins.size());
    std::size_t outputs = 0;
    for (const std::int64_t value : denominations) {
      while (rest >= value + output_fee && outputs < kOutputsOfPeerMax) {
        pay(peer.wallet, value);
        rest -= value + output_fee;
        ++outputs;
      }
    }
    if (rest >= kOutputMin + output_fee) pay(peer.wallet, rest - output_fee);
  }
  draft.inputs = collect(peers);
  sort_descending(draft);
  world_.send(std::move(draft));
}

void Wasabi2::step(bool open) {
  if (world_.height() % kPause != 11 || (!open && guests_.empty())) return;
  auto peers = guests_.call(world_, crowd_.users(), kPeersMin, kPeersMax, {least(), 4, true});
  if (!peers.empty()) round(peers);
}

}  // namespace clew::simulate
