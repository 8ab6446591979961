#include "ingest/simulate/hack.h"

#include <algorithm>

namespace clew::simulate {
namespace {

constexpr std::int64_t kLootMin = 2 * kBitcoin;
constexpr unsigned kPeels = 14;

}  // namespace

Hack::Hack(const Scene& scene, std::uint32_t number, std::uint32_t height, std::uint32_t pace)
    : scene_(scene), world_(scene.world), number_(number), pace_(pace), next_(height) {
  thief_ = world_.open_wallet({Kind::thief, number}, {});
  world_.at_height(height > 10 * pace ? height - 4 * pace : height, [this] { buy_clean(); });
  world_.at_height(height, [this] { steal(); });
}

Spot Hack::hideout() {
  constexpr Scheme kChoice[] = {Scheme::p2wpkh, Scheme::p2wpkh, Scheme::p2tr, Scheme::p2pkh};
  return world_.fresh(thief_, Role::loot, world_.rng.pick(kChoice));
}

// A thief keeps few accounts: two in three payments go to one that is known already.
Spot Hack::cash_out() {
  if (accounts_.size() >= 3 && world_.rng.percent(67)) return world_.rng.pick(accounts_);
  const std::size_t other = 1 + world_.rng.below(scene_.exchanges.size() - 1);
  Exchange& exchange = scene_.exchanges[(victim_ + other) % scene_.exchanges.size()];
  accounts_.push_back(exchange.known_deposit_spot());
  return accounts_.back();
}

void Hack::later(std::function<void()> step) {
  next_ = std::max(next_, world_.height()) + 1 +
          static_cast<std::uint32_t>(world_.rng.below(2 * pace_));
  world_.at_height(next_, std::move(step));
}

Coin Hack::move(std::vector<Coin> inputs, std::vector<Payment> payments, const Spot& rest,
                std::string_view note, bool held) {
  Draft draft;
  draft.note = note;
  std::int64_t sum = 0;
  for (const Coin& coin : inputs)
    sum += coin.value;
  for (const Payment& payment : payments)
    sum -= payment.value;
  draft.inputs = std::move(inputs);
  draft.outputs = std::move(payments);
  draft.outputs.push_back({rest, 0, held});
  draft.outputs.back().value = sum - world_.fee(draft.inputs, draft.outputs);
  // The rest is not always last.
  const std::size_t place = world_.rng.below(draft.outputs.size());
  std::swap(draft.outputs[place], draft.outputs.back());
  return world_.send(std::move(draft)).coins[place];
}

// Coins that the thief buys honestly, to mix them in later.
void Hack::buy_clean() {
  for (int i = 0; i < 4; ++i) {
    Exchange& exchange = world_.rng.pick(scene_.exchanges);
    const std::int64_t value = world_.rng.between(kBitcoin / 2, 2 * kBitcoin);
    exchange.withdraw({world_.fresh(thief_, Role::receive), value, true},
                      [this](const Coin& coin) { clean_.push_back(coin); });
  }
}

void Hack::steal() {
  for (std::size_t i = 0; i < scene_.exchanges.size(); ++i)
    if (scene_.exchanges[i].hot_balance() > scene_.exchanges[victim_].hot_balance()) victim_ = i;
  Exchange& exchange = scene_.exchanges[victim_];
  if (exchange.hot_balance() < 2 * kLootMin) return later([this] { steal(); });
  trail_ =
      world_.trails().begin(Trail::Kind::theft, exchange.owner(), world_.wallet(thief_).owner());
  Draft draft;
  draft.note = "theft";
  draft.inputs = exchange.breach(60);
  std::int64_t sum = 0;
  for (const Coin& coin : draft.inputs)
    sum += coin.value;
  for (int i = 0; i < 3; ++i) {
    Spot spot = hideout();
    Label label;
    label.name = "Hack of exchange-" + std::to_string(exchange.owner().number);
    label.abuse = "service_hack";
    label.sanctioned = number_ % 2 == 1;
    world_.publish(spot, std::move(label), false);
    draft.outputs.push_back({spot, 0, true, trail_});
  }
  const std::int64_t loot = sum - world_.fee(draft.inputs, draft.outputs);
  draft.outputs[0].value = loot / 100 * world_.rng.between(45, 55);
  draft.outputs[1].value = loot / 100 * world_.rng.between(25, 30);
  draft.outputs[2].value = loot - draft.outputs[0].value - draft.outputs[1].value;
  const Sent sent = world_.send(std::move(draft));
  world_.tell("theft", sent.txid);
  later([this, coin = sent.coins[1]] { split(coin); });
  later([this, coin = sent.coins[2]] { mix(coin); });
  later([this, coin = sent.coins[0]] { peel(coin, kPeels); });
}

// What one link of the chain gives away: mostly to an exchange, now and then for goods.
Payment Hack::peeled(std::int64_t value) {
  if (world_.rng.percent(15)) return {world_.rng.pick(scene_.merchants).checkout(true), value};
  return {cash_out(), value};
}

void Hack::peel(Coin coin, unsigned left) {
  const std::int64_t value = coin.value / 1000 * world_.rng.between(20, 90);
  // What is left when patience or money ends stays where it is.
  if (left == 0 || value < kBitcoin / 50) return;
  std::vector<Coin> inputs = {coin};
  std::string_view note = "peel";
  if (!clean_.empty() && left % 5 == 2) {
    note = "peel with clean coins";
    inputs.insert(inputs.begin() + static_cast<std::ptrdiff_t>(world_.rng.below(2)), clean_.back());
    clean_.pop_back();
  }
  const Payment payment = peeled(value);
  const Coin rest = move(std::move(inputs), {payment}, hideout(), note);
  later([this, rest, left] { peel(rest, left - 1); });
}

void Hack::split(Coin coin) {
  const auto parts = static_cast<std::int64_t>(4 + world_.rng.below(4));
  std::vector<Payment> payments;
  for (std::int64_t i = 1; i < parts; ++i) {
    const std::int64_t even = coin.value / parts;
    payments.push_back({hideout(), even - world_.rng.between(0, even / 4), true});
  }
  Draft draft;
  draft.note = "split";
  draft.inputs = {coin};
  draft.outputs = payments;
  std::int64_t rest = coin.value;
  for (const Payment& payment : payments)
    rest -= payment.value;
  draft.outputs.push_back({hideout(), 0, true});
  draft.outputs.back().value = rest - world_.fee(draft.inputs, draft.outputs);
  const Sent sent = world_.send(std::move(draft));
  // One part is never touched again; the others go their ways.
  for (std::size_t i = 1; i < sent.coins.size(); ++i) {
    later([this, i, part = sent.coins[i]] {
      if (i % 3 == 0) return deposit_all(part);
      if (i % 3 == 1) return commingle(part);
      sell_to_stranger(part);
    });
  }
}

// Clean coins before or after the loot, so that what leaves first is one or the other.
void Hack::commingle(Coin coin) {
  std::vector<Coin> inputs = {coin};
  std::int64_t sum = coin.value;
  for (int i = 0; i < 2 && !clean_.empty(); ++i) {
    const bool before = world_.rng.percent(50);
    sum += clean_.back().value;
    inputs.insert(before ? inputs.begin() : inputs.end(), clean_.back());
    clean_.pop_back();
  }
  std::vector<Payment> payments = {{cash_out(), sum / 100 * world_.rng.between(20, 40)}};
  if (world_.rng.percent(50))
    payments.push_back({cash_out(), sum / 100 * world_.rng.between(10, 30)});
  const Coin rest = move(std::move(inputs), std::move(payments), hideout(), "commingle");
  later([this, rest] { deposit_all(rest); });
}

void Hack::deposit_all(Coin coin) {
  move({coin}, {}, cash_out(), "deposit", false);
}

// A stranger pays cash, and opens an account to get rid of the coins.
void Hack::sell_to_stranger(Coin coin) {
  const WalletId stranger = world_.rng.pick(scene_.crowd.users());
  const Coin sold = move({coin}, {}, world_.fresh(stranger, Role::receive), "sale to a stranger");
  later([this, stranger, sold] {
    Exchange& bank = scene_.crowd.bank_of(stranger);
    move({sold}, {}, bank.known_deposit_spot(), "stranger's deposit", false);
  });
}

void Hack::mix(Coin coin) {
  constexpr CoinJoin kChoice[] = {CoinJoin::wasabi1, CoinJoin::whirlpool, CoinJoin::wasabi2,
                                  CoinJoin::joinmarket};
  const CoinJoin protocol = kChoice[(number_ + world_.rng.below(2)) % 4];
  const std::int64_t value =
      std::max(scene_.mixing.least(protocol) * 2, std::min(coin.value / 3, 3 * kBitcoin));
  if (coin.value < 2 * value) return;  // too little to hide
  // The rest of this part is never touched again.
  const Spot entrance = world_.fresh(thief_, Role::loot, Scheme::p2wpkh);
  const Coin enters =
      move({coin}, {{hideout(), coin.value - value, true}}, entrance, "on the way into a CoinJoin");
  later([this, protocol, enters] {
    scene_.mixing.enter(protocol, {thief_, {enters}, enters.value});
  });
}

}  // namespace clew::simulate
