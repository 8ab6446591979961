#include "ingest/simulate/ethereum/scams.h"

#include <algorithm>

#include "ingest/simulate/ethereum/amount.h"
#include "ingest/simulate/ethereum/town.h"

namespace clew::simulate::ethereum {
namespace {

constexpr unsigned kVictims = 6;
constexpr std::uint64_t kEnoughGas = 300'000;

}  // namespace

Scam::Scam(World& world, std::uint32_t number, std::uint64_t block, std::uint64_t pace)
    : number_(number), pace_(pace), next_(block), party_{PartyKind::scammer, number} {
  world.at_block(block, [number](Town& town) { town.scams[number - 1].begin(town); });
}

template <class Run>
void Scam::later(World& world, Run run) {
  next_ = std::max(next_, world.number()) + 1 + world.rng.below(2 * pace_);
  world.at_block(next_, [number = number_, run](Town& town) { run(town.scams[number - 1], town); });
}

void Scam::begin(Town& town) {
  World& world = town.world;
  collector_ = world.open_account(party_, Role::loot);
  town.exchanges[number_ % town.exchanges.size()].withdraw(world, kEther, collector_,
                                                           from_ether(2));
  later(world, [](Scam& scam, Town& t) { scam.rob(t, kVictims); });
}

// Somebody who has dollars approves the collector, who takes them all.
void Scam::rob(Town& town, unsigned left) {
  World& world = town.world;
  if (left == 0) {
    later(world, [](Scam& scam, Town& t) { scam.cash_out(t); });
    return later(world, [](Scam& scam, Town& t) { scam.poison(t); });
  }
  later(world, [left](Scam& scam, Town& t) { scam.rob(t, left - 1); });
  const Token& token = town.stable();
  AccountId victim = kNobody;
  for (int tries = 0; tries < 50 && victim == kNobody; ++tries) {
    const AccountId user = world.rng.pick(town.crowd.users()).account;
    if (!world.state.balance(token.asset, user).is_zero() && world.affords(user, {}, kEnoughGas))
      victim = user;
  }
  if (victim == kNobody || !world.affords(collector_, {}, kEnoughGas)) return;
  if (trail_ == 0) {
    trail_ = world.loot.begin(TrailKind::scam, world.state[victim].party, party_);
    Label label;
    label.name = "Phishing of scammer-" + std::to_string(number_);
    label.abuse = "phishing";
    world.publish(collector_, std::move(label), Ending::none);
  }
  approve(world, token, victim, collector_, U256::max());
  send_token_from(world, token, collector_, victim, collector_,
                  world.state.balance(token.asset, victim), trail_);
}

// The victim has paid somebody; a look-alike pays them nothing, and some time later gets the next
// payment.
void Scam::poison(Town& town) {
  World& world = town.world;
  const Token& token = town.stable();
  const AccountId victim = world.rng.pick(town.crowd.users()).account;
  const AccountId paid = world.rng.pick(town.crowd.users()).account;
  const U256 held = world.state.balance(token.asset, victim);
  if (victim == paid || held < U256(1'000) || trail_ == 0 ||
      !world.affords(victim, {}, kEnoughGas) || !world.affords(collector_, {}, kEnoughGas))
    return later(world, [](Scam& scam, Town& t) { scam.poison(t); });
  const AccountId lookalike = world.open_lookalike(world.address(paid), party_);
  send_token(world, token, victim, paid, divide(held, 10)->quotient);
  send_token_from(world, token, collector_, victim, lookalike, U256());
  later(world, [victim, lookalike](Scam& scam, Town& t) {
    World& w = t.world;
    const U256 left = w.state.balance(t.stable().asset, victim);
    if (left.is_zero() || !w.affords(victim, {}, kEnoughGas)) return;
    send_token(w, t.stable(), victim, lookalike, divide(left, 2)->quotient, scam.trail_);
    w.pay(scam.collector_, lookalike, w.gas_cost_most(kEnoughGas));
    scam.later(w, [lookalike](Scam& s, Town& u) {
      const U256 all = u.world.state.balance(u.stable().asset, lookalike);
      if (all.is_zero() || !u.world.affords(lookalike, {}, kTokenTransferGas)) return;
      send_token(u.world, u.stable(), lookalike, s.collector_, all);
      s.later(u.world, [](Scam& last, Town& v) { last.cash_out(v); });
    });
  });
}

// Dollars become ether, most of which goes to an exchange.
void Scam::cash_out(Town& town) {
  World& world = town.world;
  const U256 held = world.state.balance(town.stable().asset, collector_);
  if (held.is_zero()) return;
  const Swap order{.trader = collector_,
                   .route = town.market.find_route(1, 0),
                   .takes_ether = true,
                   .amount = std::min(held, town.market.sensible(town, 1, 0)),
                   .to = collector_};
  if (!town.market.swap(town, order)) return;
  later(world, [](Scam& scam, Town& t) {
    World& w = t.world;
    const U256 fees = w.gas_cost_most(4 * kEnoughGas), ether = w.state[scam.collector_].ether;
    if (ether <= times(fees, 2)) return;
    Exchange& exchange = t.exchanges[(scam.number_ + 1) % t.exchanges.size()];
    const AccountId address = exchange.deposit_address(w, scam.collector_, true);
    t.deposit(scam.collector_, exchange, address, kEther, minus(ether, fees));
    scam.cash_out(t);
  });
}

}  // namespace clew::simulate::ethereum
