#include "ingest/simulate/ethereum/exchange.h"

#include <iterator>

#include "ingest/simulate/ethereum/amount.h"
#include "ingest/simulate/ethereum/town.h"

namespace clew::simulate::ethereum {
namespace {

constexpr const char* kNames[] = {"Amber Exchange", "Borealis Markets", "Cobalt Trade",
                                  "Dune Exchange",  "Ember Coin",       "Fathom Digital"};
constexpr std::uint64_t kTransferGas = 21'000;

}  // namespace

Exchange::Exchange(World& world, std::uint32_t number)
    : party_{PartyKind::exchange, number}, name_(kNames[(number - 1) % std::size(kNames)]) {
  hot_ = world.open_account(party_, Role::hot);
  cold_ = world.open_account(party_, Role::cold);
  gas_station_ = world.open_account(party_, Role::gas);
  world.publish(hot_, label(), Ending::service);
  world.publish(cold_, label(), Ending::service);
}

Label Exchange::label() const {
  Label label;
  label.name = name_;
  label.category = "exchange";
  label.actor = name(party_);
  return label;
}

AccountId Exchange::deposit_address(World& world, AccountId customer, bool known) {
  const auto found = customers_.find(customer);
  if (found != customers_.end()) return found->second;
  const AccountId deposit = world.open_account(party_, Role::deposit);
  if (known || world.rng.percent(30)) world.publish(deposit, label(), Ending::service);
  world.truth.add_deposit_address(world.state, deposit, customer, hot_);
  customers_.emplace(customer, deposit);
  return deposit;
}

void Exchange::notice(World& world, AccountId deposit, AssetId asset) {
  forwards_.push_back({world.number() + 2 + world.rng.below(40), deposit, asset, false});
}

U256 Exchange::available(const World& world, AssetId asset) const {
  const auto found = promised_.find(asset);
  const U256 margin = plus(found == promised_.end() ? U256() : found->second,
                           asset == kEther ? from_ether(5) : U256());
  return checked_sub(world.state.balance(asset, hot_), margin).value_or(U256());
}

bool Exchange::withdraw(const World& world, AssetId asset, AccountId to, const U256& value) {
  if (value > available(world, asset)) return false;
  promised_[asset] = plus(promised_[asset], value);
  queue_.push_back({asset, to, value});
  return true;
}

void Exchange::step(Town& town) {
  forward(town);
  pay(town);
  if (town.world.number() % 50 == party_.number) balance_storage(town.world);
}

void Exchange::forward(Town& town) {
  const std::size_t waiting = forwards_.size();
  for (std::size_t i = 0; i < waiting && town.has_room(); ++i) {
    Forward item = forwards_.front();
    forwards_.pop_front();
    if (item.due > town.world.number() || !forward_one(town, item)) forwards_.push_back(item);
  }
}

// Whether that is done; if not, it is tried again.
bool Exchange::forward_one(Town& town, Forward& item) {
  World& world = town.world;
  const U256 amount = world.state.balance(item.asset, item.deposit);
  if (item.asset == kEther) {
    // Not worth its fee.
    if (amount < times(world.gas_cost_most(kTransferGas), 2)) return true;
    world.pay_all(item.deposit, hot_);
    return true;
  }
  if (amount.is_zero()) return true;
  const U256 fee = world.gas_cost_most(kTokenTransferGas);
  if (world.state[item.deposit].ether >= fee) {
    send_token(world, town.token_of(item.asset), item.deposit, hot_, amount);
    return true;
  }
  if (world.affords(gas_station_, fee, kTransferGas)) {
    world.pay(gas_station_, item.deposit, times(fee, 2));
    item.due = world.number() + 1;
  }
  return false;
}

void Exchange::pay(Town& town) {
  World& world = town.world;
  for (std::size_t n = queue_.size(); n > 0 && town.has_room(); --n) {
    const Withdrawal next = queue_.front();
    queue_.pop_front();
    if (!world.affords(hot_, next.asset == kEther ? next.value : U256(), kTokenTransferGas) ||
        world.state.balance(next.asset, hot_) < next.value) {
      queue_.push_back(next);
      continue;
    }
    promised_[next.asset] = minus(promised_[next.asset], next.value);
    if (next.asset == kEther) {
      world.pay(hot_, next.to, next.value);
    } else {
      send_token(world, town.token_of(next.asset), hot_, next.to, next.value);
    }
  }
}

void Exchange::balance_storage(World& world) {
  const U256 most = from_ether(30'000), least = from_ether(3'000);
  if (available(world, kEther) > most) {
    world.pay(hot_, cold_, share(available(world, kEther), 1, 2));
  } else if (world.state[hot_].ether < least && world.affords(cold_, least, kTransferGas)) {
    world.pay(cold_, hot_, least);
  }
  if (world.state[gas_station_].ether < from_ether(20) &&
      world.affords(hot_, from_ether(100), kTransferGas))
    world.pay(hot_, gas_station_, from_ether(50));
}

}  // namespace clew::simulate::ethereum
