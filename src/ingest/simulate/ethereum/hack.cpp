#include "ingest/simulate/ethereum/hack.h"

#include <algorithm>

#include "ingest/simulate/ethereum/amount.h"
#include "ingest/simulate/ethereum/town.h"

namespace clew::simulate::ethereum {
namespace {

constexpr unsigned kPeels = 12, kSwaps = 5;
constexpr std::uint64_t kTransferGas = 21'000, kSwapGas = 700'000;

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
  const AccountId thief = hideout(world);
  Label label;
  label.name = "Hack of " + name(exchange.party());
  label.abuse = "service_hack";
  label.sanctioned = number_ % 2 == 1;
  world.publish(thief, std::move(label), Ending::none);
  world.transact({.sender = exchange.hot(),
                  .to = thief,
                  .value = share(world.state[exchange.hot()].ether, 60, 100),
                  .begins_trail = trail});
  world.truth.events.push_back(std::to_string(world.number()) + ",theft," + name(party_));
  for (std::size_t token = 1; token < town.tokens.size(); ++token)
    take_token(town, token, trail);
  const AccountId chain = hideout(world), crowd = hideout(world);
  world.pay(thief, chain, share(world.state[thief].ether, 40, 100));
  world.pay(thief, crowd, share(world.state[thief].ether, 70, 100));
  later(world, [chain](Hack& hack, Town& t) { hack.peel(t, chain, kPeels); });
  later(world, [crowd](Hack& hack, Town& t) { hack.split(t, crowd); });
  later(world, [thief](Hack& hack, Town& t) { hack.mix(t, thief); });
}

// To an address of its own for each.
void Hack::take_token(Town& town, std::size_t index, std::uint32_t trail) {
  World& world = town.world;
  const Token& token = town.tokens[index];
  const AccountId hot = town.exchanges[victim_].hot(), to = hideout(world);
  const U256 held = world.state.balance(token.asset, hot);
  if (held.is_zero()) return;
  send_token(world, token, hot, to, share(held, 2, 100), trail);
  feed(town, to);
  later(world, [to, index](Hack& hack, Town& t) { hack.begin_with_token(t, to, index); });
}

void Hack::feed(Town& town, AccountId account) {
  Exchange& bank = town.exchanges[(victim_ + 1) % town.exchanges.size()];
  bank.withdraw(town.world, kEther, account, town.world.gas_cost_most(8 * kSwapGas));
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

void Hack::split(Town& town, AccountId from) {
  World& world = town.world;
  const std::uint64_t parts = 5 + world.rng.below(3);
  const U256 fees = world.gas_cost_most(2'000'000);
  if (world.state[from].ether < times(fees, 4)) return;
  const U256 even = divide(minus(world.state[from].ether, fees), parts)->quotient;
  std::vector<Payment> payments;
  for (std::uint64_t i = 0; i < parts; ++i)
    payments.push_back({hideout(world), share(even, 75 + world.rng.below(25), 100)});
  if (!town.services.disperse(town, from, payments)) return;
  for (std::size_t i = 0; i < payments.size(); ++i)
    later(world, [to = payments[i].to, i](Hack& hack, Town& t) { hack.go_own_way(t, to, i); });
  // What is left over joins one of the parts again.
  later(world, [from, to = payments.back().to](Hack& hack, Town& t) { hack.merge(t, {from, to}); });
}

// One part is never touched again.
void Hack::go_own_way(Town& town, AccountId from, std::size_t which) {
  switch (which) {
    case 0:
      return swap_ether(town, from);
    case 1:
      return mix(town, from);
    case 2:
      return sell_to_stranger(town, from);
    case 3:
      return;
    default:
      return cash_out(town, from, kEther);
  }
}

void Hack::merge(Town& town, std::vector<AccountId> from) {
  World& world = town.world;
  const AccountId to = hideout(world);
  for (const AccountId account : from)
    world.pay_all(account, to);
  if (!world.state[to].ether.is_zero())
    later(world, [to](Hack& hack, Town& t) { hack.cash_out(t, to, kEther); });
}

// To wrapped bitcoin or dollars, which goes to exchanges.
void Hack::swap_ether(Town& town, AccountId from) {
  World& world = town.world;
  const std::size_t token = world.rng.percent(50) ? 1 : 3;
  const U256 most = town.market.sensible(town, 0, token), held = world.state[from].ether;
  const U256 fees = world.gas_cost_most(8 * kSwapGas);
  if (held <= times(fees, 2)) return;
  const U256 amount = std::min(most, minus(held, fees));
  const AccountId to = world.rng.percent(50) ? from : hideout(world);
  const Swap order{.trader = from,
                   .route = town.market.find_route(0, token),
                   .gives_ether = true,
                   .amount = amount,
                   .to = to};
  if (!town.market.swap(town, order)) return;
  if (to != from) world.pay(from, to, divide(world.state[from].ether, 2)->quotient);
  later(world, [to, token](Hack& hack, Town& t) { hack.fence_token(t, to, token); });
  later(world, [from](Hack& hack, Town& t) { hack.cash_out(t, from, kEther); });
}

// As many of the largest sums as there is money and patience for, each to a fresh address, which
// sells some time later. What is too little stays.
void Hack::mix(Town& town, AccountId from) {
  World& world = town.world;
  std::size_t pool = town.mixer.pools();
  while (pool > 0 && !world.affords(from, times(town.mixer.sum(pool - 1), 2), kSwapGas * 3))
    --pool;
  if (pool == 0) return;
  for (int i = 0; i < 3; ++i) {
    const auto sell = [number = number_](Town& t, AccountId receiver) {
      Hack& hack = t.hacks[number - 1];
      hack.later(t.world, [receiver](Hack& h, Town& u) { h.cash_out(u, receiver, kEther); });
    };
    const AccountId receiver = hideout(world);
    town.mixer.mix(town, pool - 1, from, receiver, 5 + world.rng.below(10 * pace_), sell);
  }
  if (pool > 1) later(world, [from](Hack& hack, Town& t) { hack.swap_ether(t, from); });
}

// Who pays cash, and opens an account to get rid of the money.
void Hack::sell_to_stranger(Town& town, AccountId from) {
  World& world = town.world;
  const AccountId stranger = world.open_account({PartyKind::stranger, number_});
  if (!world.pay_all(from, stranger)) return;
  later(world, [stranger](Hack&, Town& t) {
    Exchange& bank = t.world.rng.pick(t.exchanges);
    const AccountId address = bank.deposit_address(t.world, stranger, true);
    t.world.pay_all(stranger, address);
    bank.notice(t.world, address, kEther);
  });
}

void Hack::begin_with_token(Town& town, AccountId from, std::size_t index) {
  World& world = town.world;
  const AssetId asset = town.tokens[index].asset;
  const U256 held = world.state.balance(asset, from);
  if (held.is_zero() || !world.affords(from, {}, kSwapGas)) return;
  // Half goes to the market, half to a second address and from there to exchanges.
  const AccountId second = hideout(world);
  send_token(world, town.tokens[index], from, second, divide(held, 2)->quotient);
  feed(town, second);
  later(world, [from, index](Hack& hack, Town& t) { hack.swap_token(t, from, index, kSwaps); });
  later(world, [second, index](Hack& hack, Town& t) { hack.fence_token(t, second, index); });
}

void Hack::fence_token(Town& town, AccountId from, std::size_t index) {
  cash_out(town, from, town.tokens[index].asset);
}

// For ether, or for another token on the way there.
void Hack::swap_token(Town& town, AccountId from, std::size_t index, unsigned left) {
  World& world = town.world;
  const U256 held = world.state.balance(town.tokens[index].asset, from);
  if (left == 0 || held.is_zero()) return mix(town, from);
  const std::size_t other = 1 + index % (town.tokens.size() - 1);
  const bool ether = world.rng.percent(60);
  const Swap order{.trader = from,
                   .route = town.market.find_route(index, ether ? 0 : other),
                   .takes_ether = ether,
                   .amount = std::min(held, town.market.sensible(town, index, ether ? 0 : other)),
                   .to = from};
  const bool swapped = town.market.swap(town, order).has_value();
  if (swapped && !ether)
    later(world, [from, other](Hack& hack, Town& t) { hack.fence_token(t, from, other); });
  later(world,
        [from, index, left](Hack& hack, Town& t) { hack.swap_token(t, from, index, left - 1); });
}

void Hack::cash_out(Town& town, AccountId from, AssetId asset) {
  World& world = town.world;
  const U256 held = world.state.balance(asset, from);
  if (held.is_zero() || !world.affords(from, {}, 2 * kTokenTransferGas)) return;
  const U256 reserve = asset == kEther ? world.gas_cost_most(3 * kTokenTransferGas) : U256();
  if (held <= times(reserve, 4)) return;
  deposit(town, from, asset, share(minus(held, reserve), 25 + world.rng.below(50), 100));
  later(world, [from, asset](Hack& hack, Town& t) { hack.cash_out(t, from, asset); });
}

}  // namespace clew::simulate::ethereum
