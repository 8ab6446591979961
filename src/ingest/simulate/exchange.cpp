#include "ingest/simulate/exchange.h"

#include <algorithm>
#include <iterator>

namespace clew::simulate {
namespace {

constexpr const char* kNames[] = {"Amber Exchange",  "Borealis Markets", "Cobalt Trade",
                                  "Dune Exchange",   "Ember Coin",       "Fathom Digital",
                                  "Granite Trading", "Harbour Bitcoin"};
constexpr std::size_t kSweepInputsMax = 60;
constexpr std::size_t kBatchMax = 60;
constexpr std::size_t kBatchDue = 12;
// Of a withdrawal, so that the fee of the batch can be paid too.
constexpr std::int64_t kBatchMargin = kBitcoin / 10;

Habits service_habits(Scheme scheme, bool reuses) {
  Habits habits;
  habits.scheme = scheme;
  habits.reuses_addresses = reuses;
  return habits;
}

}  // namespace

Exchange::Exchange(World& world, std::uint32_t number)
    : world_(world),
      owner_{Kind::exchange, number},
      name_(kNames[(number - 1) % std::size(kNames)]) {
  constexpr Scheme kSchemes[] = {Scheme::p2wpkh, Scheme::p2pkh, Scheme::p2sh_multisig};
  const Scheme scheme = kSchemes[number % std::size(kSchemes)];
  deposits_ = world.open_wallet(owner_, service_habits(scheme, false));
  hot_ = world.open_wallet(owner_, service_habits(scheme, true));
  cold_ = world.open_wallet(owner_, service_habits(Scheme::p2wsh_multisig, true));
  for (int i = 0; i < 3; ++i) {
    hot_spots_.push_back(world.fresh(hot_, Role::hot));
    world.publish(hot_spots_.back(), label(), true);
  }
  world.wallet(hot_).reused = hot_spots_[0];
  cold_spot_ = world.fresh(cold_, Role::cold);
  world.publish(cold_spot_, label(), true);
  world.wallet(cold_).reused = cold_spot_;
}

Label Exchange::label() const {
  Label label;
  label.name = name_;
  label.category = "exchange";
  label.actor = name(owner_);
  return label;
}

Spot Exchange::known_deposit_spot() {
  Spot spot = world_.fresh(deposits_, Role::deposit);
  world_.publish(spot, label(), true);
  return spot;
}

Spot Exchange::deposit_spot(WalletId customer, bool known) {
  const auto found = customers_.find(customer);
  if (found != customers_.end()) return found->second;
  const bool publish = known || world_.rng.percent(30);
  const Spot spot = publish ? known_deposit_spot() : world_.fresh(deposits_, Role::deposit);
  customers_.emplace(customer, spot);
  return spot;
}

std::int64_t Exchange::available() {
  return std::max<std::int64_t>(0, world_.wallet(hot_).balance() - promised_ - kBatchMargin);
}

bool Exchange::withdraw(Payment payment, std::function<void(const Coin&)> on_paid) {
  if (payment.value > available()) return false;
  promised_ += payment.value;
  queue_.push_back({payment, std::move(on_paid)});
  return true;
}

std::vector<Coin> Exchange::breach(unsigned percent) {
  Wallet& hot = world_.wallet(hot_);
  const std::int64_t wanted = hot.balance() / 100 * percent;
  std::vector<Coin> coins;
  for (std::int64_t sum = 0; sum < wanted && hot.size() != 0; sum += coins.back().value)
    coins.push_back(hot.take_any(world_.rng));
  return coins;
}

void Exchange::step() {
  sweep();
  const bool due = world_.height() % 3 == owner_.number % 3;
  if (!queue_.empty() && (due || queue_.size() >= kBatchDue)) pay_batch();
  if (world_.height() % 12 == owner_.number % 12) balance_storage();
}

void Exchange::sweep() {
  Wallet& deposits = world_.wallet(deposits_);
  const bool due = world_.height() % 5 == owner_.number % 5;
  while (deposits.size() >= kSweepInputsMax || (due && deposits.size() != 0)) {
    Draft draft;
    draft.note = "sweep of deposits";
    std::int64_t sum = 0;
    while (deposits.size() != 0 && draft.inputs.size() < kSweepInputsMax) {
      draft.inputs.push_back(deposits.take_any(world_.rng));
      sum += draft.inputs.back().value;
    }
    draft.outputs.push_back({world_.rng.pick(hot_spots_), 0});
    draft.outputs[0].value = sum - world_.fee(draft.inputs, draft.outputs);
    if (draft.outputs[0].value < kDust) {  // not worth its fee yet
      for (Coin& coin : draft.inputs)
        deposits.receive(std::move(coin));
      return;
    }
    world_.send(std::move(draft));
  }
}

void Exchange::pay_batch() {
  const std::size_t count = std::min(queue_.size(), kBatchMax);
  std::vector<Payment> payments;
  for (std::size_t i = 0; i < count; ++i)
    payments.push_back(queue_[i].payment);
  const auto sent = world_.pay(hot_, payments, {}, world_.wallet(hot_).size() > 30 ? 8 : 1);
  if (!sent) return;  // tried again with the next batch
  for (std::size_t i = 0; i < count; ++i) {
    promised_ -= queue_[i].payment.value;
    if (!queue_[i].on_paid) continue;
    const auto paid = std::find_if(sent->coins.begin(), sent->coins.end(), [&](const Coin& c) {
      return c.spot.key == queue_[i].payment.to.key && c.value == queue_[i].payment.value;
    });
    queue_[i].on_paid(*paid);
  }
  queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
}

void Exchange::balance_storage() {
  constexpr std::int64_t kHotMost = 600 * kBitcoin, kHotLeast = 100 * kBitcoin;
  Wallet& hot = world_.wallet(hot_);
  Wallet& cold = world_.wallet(cold_);
  if (hot.balance() - promised_ > kHotMost) {
    world_.pay(hot_, {{cold_spot_, (hot.balance() - promised_) / 2}});
  } else if (hot.balance() < kHotLeast && cold.balance() > 2 * kHotLeast) {
    world_.pay(cold_, {{hot_spots_[1], kHotLeast}});
  }
}

}  // namespace clew::simulate
