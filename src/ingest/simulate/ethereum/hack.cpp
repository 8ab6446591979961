#include "ingest/simulate/ethereum/hack.h"

#include <algorithm>

#include "ingest/simulate/ethereum/amount.h"
#include "ingest/simulate/ethereum/town.h"

namespace clew::simulate::ethereum {
namespace {

constexpr unsigned kPeels = 12;
constexpr std::uint64_t kTransferGas = 21'000;

}  // namespace

Hack::Hack(World& world, std::uint32_t number, std::uint64_t block, std::uint64_t pace)
    : number_(number), pace_(pace), next_(block), party_{PartyKind::thief, number} {
  world.at_block(block, [number](Town& town) { town.hacks[number - 1].steal(town); });
}

template <class Run>
void Hack::later(World& world, Run run) {
  next_ = std::max(next_, world.number()) + 1 + world.rng.below(2 * pace_);
  world.at_block(next_, [number = number_, run](Town& town) { run(town.hacks[number - 1], town); });
}

AccountId Hack::hideout(World& world) {
  return world.open_account(party_, Role::loot);
}

void Hack::steal(Town& town) {
  World& world = town.world;
  for (std::uint32_t i = 0; i < town.exchanges.size(); ++i)
    if (world.state[town.exchanges[i].hot()].ether >
        world.state[town.exchanges[victim_].hot()].ether)
      victim_ = i;
  const Exchange& exchange = town.exchanges[victim_];
  const std::uint32_t trail = world.loot.begin(TrailKind::theft, exchange.party(), party_);
  const AccountId ether = hideout(world), tokens = hideout(world);
  for (const AccountId account : {ether, tokens}) {
    Label label;
    label.name = "Hack of " + name(exchange.party());
    label.abuse = "service_hack";
    label.sanctioned = number_ % 2 == 1;
    world.publish(account, std::move(label), Ending::none);
  }
  world.transact({.sender = exchange.hot(),
                  .to = ether,
                  .value = share(world.state[exchange.hot()].ether, 60, 100),
                  .begins_trail = trail});
  const Token& stable = town.stable();
  const U256 held = world.state.balance(stable.asset, exchange.hot());
  if (!held.is_zero())
    send_token(world, stable, exchange.hot(), tokens, share(held, 60, 100), trail);
  later(world, [ether](Hack& hack, Town& t) { hack.split(t, ether); });
  later(world, [tokens](Hack& hack, Town& t) {
    // Ether for the fees of tokens comes from where nobody would look.
    Exchange& bank = t.exchanges[(hack.victim_ + 1) % t.exchanges.size()];
    bank.withdraw(t.world, kEther, tokens, t.world.gas_cost_most(6 * kTokenTransferGas));
    hack.later(t.world, [tokens](Hack& h, Town& u) { h.cash_out(u, tokens, u.stable().asset); });
  });
}

void Hack::deposit(Town& town, AccountId from, AssetId asset, const U256& value) {
  World& world = town.world;
  if (customers_.size() < 3 || world.rng.percent(33))
    customers_.push_back(world.open_account(party_, Role::wallet));
  const std::size_t pick = world.rng.below(customers_.size());
  const std::size_t other = 1 + pick % (town.exchanges.size() - 1);
  Exchange& exchange = town.exchanges[(victim_ + other) % town.exchanges.size()];
  const AccountId address = exchange.deposit_address(world, customers_[pick], true);
  town.deposit(from, exchange, address, asset, value);
}

// A part is peeled off, a part waits, and a part is never touched again.
void Hack::split(Town& town, AccountId from) {
  World& world = town.world;
  const U256 loot = world.state[from].ether;
  const AccountId chain = hideout(world), rest = hideout(world);
  world.pay(from, chain, share(loot, 45, 100));
  later(world, [chain](Hack& hack, Town& t) { hack.peel(t, chain, kPeels); });
  world.pay(from, rest, share(loot, 25, 100));
  later(world, [from](Hack& hack, Town& t) { hack.cash_out(t, from, kEther); });
}

void Hack::peel(Town& town, AccountId from, unsigned left) {
  World& world = town.world;
  const U256 held = world.state[from].ether;
  // What is left when patience or money ends stays where it is.
  if (left == 0 || held < times(world.gas_cost_most(kTransferGas), 20)) return;
  deposit(town, from, kEther, share(held, 20 + world.rng.below(70), 1'000));
  const AccountId next = hideout(world);
  world.pay_all(from, next);
  later(world, [next, left](Hack& hack, Town& t) { hack.peel(t, next, left - 1); });
}

// In several parts, one after the other.
void Hack::cash_out(Town& town, AccountId from, AssetId asset) {
  World& world = town.world;
  const U256 held = world.state.balance(asset, from);
  if (held.is_zero() || !world.affords(from, {}, kTokenTransferGas)) return;
  const U256 reserve = asset == kEther ? world.gas_cost_most(3 * kTransferGas) : U256();
  if (held <= times(reserve, 4)) return;
  deposit(town, from, asset, share(minus(held, reserve), 25 + world.rng.below(50), 100));
  later(world, [from, asset](Hack& hack, Town& t) { hack.cash_out(t, from, asset); });
}

}  // namespace clew::simulate::ethereum
