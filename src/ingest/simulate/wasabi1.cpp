#include <algorithm>

#include "ingest/simulate/mixing.h"

namespace clew::simulate {
namespace {

constexpr std::int64_t kBase = kBitcoin / 10;
constexpr std::size_t kPeersMin = 10, kPeersMax = 40;
constexpr std::uint32_t kPause = 24;  // blocks between rounds
constexpr int kLevels = 6;

Spot fresh(World& world, WalletId owner) {
  return world.fresh(owner, Role::mix, Scheme::p2wpkh);
}

// What each peer still has to be paid.
struct Credit {
  WalletId wallet = 0;
  std::int64_t rest = 0;  // satoshi
};

// From the second level on, the doubled denominations go to those who can have them, if they are
// not alone.
void pay_levels(World& world, std::vector<Credit>& credits, std::int64_t registered, Draft& draft) {
  for (int level = kLevels; level >= 1; --level) {
    const std::int64_t value = registered << level;
    const auto rich = [value](const Credit& c) { return c.rest >= value; };
    if (std::count_if(credits.begin(), credits.end(), rich) < 2) continue;
    for (Credit& credit : credits) {
      if (!rich(credit)) continue;
      draft.outputs.push_back({fresh(world, credit.wallet), value});
      credit.rest -= value;
    }
  }
}

}  // namespace

std::int64_t Wasabi1::least() {
  return kBase + kBase / 5;
}

void Wasabi1::round(std::vector<Peer>& peers) {
  Draft draft;
  draft.note = "wasabi 1 round";
  draft.coinjoin = CoinJoin::wasabi1;
  draft.version = 1;
  draft.sequence = 0xffffffff;
  // The denomination is what the poorest can pay, and drifts around 0.1 BTC from round to round.
  const std::int64_t registered = world_.rng.between(kBase - kBase / 100, kBase + kBase / 10);
  const std::int64_t base = registered + world_.rng.between(200, 1'200);
  // 0.003 % of the denomination for each peer that one hides among.
  const std::int64_t coordination = base * 3 * static_cast<std::int64_t>(peers.size()) / 100'000;
  const std::int64_t mining = 150 * world_.fee_rate();
  std::vector<Credit> credits;
  for (const Peer& peer : peers) {
    const auto coins = static_cast<std::int64_t>(peer.coins.size());
    credits.push_back({peer.wallet, peer.sum - base - coordination - mining * coins});
    draft.outputs.push_back({fresh(world_, peer.wallet), base});
  }
  pay_levels(world_, credits, registered, draft);
  for (const Credit& credit : credits)
    if (credit.rest >= 5 * kDust)
      draft.outputs.push_back({fresh(world_, credit.wallet), credit.rest});
  draft.outputs.push_back(
      {fresh(world_, coordinator_), coordination * static_cast<std::int64_t>(peers.size())});
  draft.inputs = collect(peers);
  sort_ascending(draft);
  world_.send(std::move(draft));
}

void Wasabi1::step(bool open) {
  if (world_.height() % kPause != 5 || (!open && guests_.empty())) return;
  auto peers = guests_.call(world_, crowd_.users(), kPeersMin, kPeersMax, {least(), 4, false});
  if (!peers.empty()) round(peers);
}

}  // namespace clew::simulate
