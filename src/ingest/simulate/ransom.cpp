#include "ingest/simulate/ransom.h"

namespace clew::simulate {
namespace {

constexpr unsigned kVictims = 7;

std::int64_t sum_of(const std::vector<Coin>& coins) {
  std::int64_t sum = 0;
  for (const Coin& coin : coins)
    sum += coin.value;
  return sum;
}

}  // namespace

Ransom::Ransom(const Scene& scene, std::uint32_t number, std::uint32_t height, std::uint32_t pace)
    : scene_(scene), world_(scene.world), number_(number), pace_(pace) {
  gang_ = world_.open_wallet({Kind::ransomware, number}, {});
  demand_ = world_.fresh(gang_, Role::loot, Scheme::p2pkh);
  Label label;
  label.name = "Ransomware family " + std::to_string(number);
  label.abuse = "ransomware";
  label.sanctioned = number % 2 == 0;
  world_.publish(demand_, std::move(label), false);
  price_ = kBitcoin / 10 * world_.rng.between(2, 9);
  for (unsigned i = 0; i < kVictims; ++i)
    world_.at_height(height + i * pace + static_cast<std::uint32_t>(world_.rng.below(pace)),
                     [this] { infect(); });
  world_.at_height(height + (kVictims / 2) * pace, [this] { collect(); });
  world_.at_height(height + (kVictims + 3) * pace, [this] { collect(); });
}

// The victim has no coins and must buy them first.
void Ransom::infect() {
  const WalletId victim = world_.rng.pick(scene_.crowd.users());
  const std::int64_t bought = price_ + price_ / 20 + kBitcoin / 100;
  scene_.crowd.bank_of(victim).withdraw({world_.fresh(victim, Role::receive), bought, true},
                                        [this, victim](const Coin& coin) { pay(victim, coin); });
}

void Ransom::pay(WalletId victim, const Coin& coin) {
  if (trail_ == 0) {
    trail_ = world_.trails().begin(Trail::Kind::ransom, world_.wallet(victim).owner(),
                                   {Kind::ransomware, number_});
  }
  Draft draft;
  draft.note = "ransom payment";
  draft.inputs = {coin};
  draft.outputs = {{demand_, price_, true, trail_}, {world_.fresh(victim, Role::change), 0}};
  const std::int64_t change = coin.value - price_ - world_.fee(draft.inputs, draft.outputs);
  draft.outputs[1].value = change;
  if (change < kDust) draft.outputs.pop_back();
  const Sent sent = world_.send(std::move(draft));
  world_.tell("ransom payment", sent.txid);
  collected_.push_back(sent.coins[0]);
}

void Ransom::collect() {
  if (collected_.empty()) return;
  Draft draft;
  draft.note = "collection of ransoms";
  draft.inputs = std::exchange(collected_, {});
  const std::int64_t sum = sum_of(draft.inputs);
  draft.outputs = {{world_.fresh(gang_, Role::loot), 0, true}};
  draft.outputs[0].value = sum - world_.fee(draft.inputs, draft.outputs);
  const Coin coin = world_.send(std::move(draft)).coins[0];
  world_.at_height(world_.height() + pace_, [this, coin] { share(coin); });
}

// A fifth for whoever wrote the program, who keeps it; the rest for whoever spread it.
void Ransom::share(const Coin& coin) {
  Draft draft;
  draft.note = "shares of the gang";
  draft.inputs = {coin};
  draft.outputs = {{world_.fresh(gang_, Role::loot, Scheme::p2tr), coin.value / 5, true},
                   {world_.fresh(gang_, Role::loot), 0, true}};
  draft.outputs[1].value = coin.value - coin.value / 5 - world_.fee(draft.inputs, draft.outputs);
  const Coin spread = world_.send(std::move(draft)).coins[1];
  world_.at_height(world_.height() + pace_, [this, spread] { cash_out(spread, "cash-out"); });
}

void Ransom::cash_out(const Coin& coin, std::string_view note) {
  Draft draft;
  draft.note = note;
  draft.inputs = {coin};
  Exchange& first = world_.rng.pick(scene_.exchanges);
  Exchange& second = world_.rng.pick(scene_.exchanges);
  draft.outputs = {{first.known_deposit_spot(), coin.value / 100 * world_.rng.between(40, 60)},
                   {second.known_deposit_spot(), 0}};
  draft.outputs[1].value =
      coin.value - draft.outputs[0].value - world_.fee(draft.inputs, draft.outputs);
  world_.send(std::move(draft));
}

}  // namespace clew::simulate
