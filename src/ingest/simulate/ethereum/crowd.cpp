#include "ingest/simulate/ethereum/crowd.h"

#include <algorithm>

#include "ingest/simulate/ethereum/amount.h"
#include "ingest/simulate/ethereum/town.h"

namespace clew::simulate::ethereum {
namespace {

// What somebody has for a fee before they do anything else.
constexpr std::uint64_t kFeeGas = 400'000;

// A part of `most`, spread over the orders of magnitude; often a round number of gwei.
U256 portion(Rng& rng, const U256& most) {
  const auto gwei = static_cast<std::int64_t>(std::min<std::uint64_t>(to_gwei(most), 1ULL << 60));
  if (gwei < 1'000) return U256();
  std::int64_t value = rng.magnitude(gwei, 5);
  if (rng.percent(50)) {
    std::int64_t unit = 1;
    while (unit * 100 <= value)
      unit *= 10;
    value -= value % unit;
  }
  return from_gwei(static_cast<std::uint64_t>(value));
}

// The same of a token.
U256 portion_of_tokens(Rng& rng, const U256& most) {
  const std::uint64_t whole = most.to_u64().value_or(~0ULL >> 2);
  if (whole < 100 || !most.to_u64()) return share(most, 1 + rng.below(99), 100);
  return U256(static_cast<std::uint64_t>(
      rng.magnitude(static_cast<std::int64_t>(std::min<std::uint64_t>(whole, 1ULL << 62)), 5)));
}

}  // namespace

void Crowd::move_in(World& world, std::uint32_t users, std::uint32_t exchanges) {
  for (std::uint32_t i = 1; i <= users; ++i)
    users_.push_back({world.open_account({PartyKind::user, i}),
                      static_cast<std::uint32_t>(world.rng.below(exchanges))});
}

void Crowd::act(Town& town) {
  World& world = town.world;
  const User user = world.rng.pick(users_);
  if (!world.affords(user.account, {}, kFeeGas)) return buy(town, user);
  const auto mood = world.rng.below(100);
  if (mood < 8) return buy(town, user);
  if (mood < 22) return sell(town, user);
  if (mood < 50) return pay(town, user);
  if (mood < 92) return pay_tokens(town, user);
  wrap_or_unwrap(town, user);
}

void Crowd::buy(Town& town, const User& user) {
  World& world = town.world;
  Exchange& bank = town.exchanges[user.bank];
  if (world.rng.percent(60) || !world.affords(user.account, {}, kFeeGas)) {
    const U256 wanted = plus(portion(world.rng, from_ether(20)), world.gas_cost_most(kFeeGas));
    bank.withdraw(world, kEther, user.account, wanted);
    return;
  }
  const Token& token = world.rng.pick(town.tokens);
  if (token.wrapped_ether) return;
  const U256 wanted = token.worth(portion(world.rng, from_ether(20)));
  if (!wanted.is_zero()) bank.withdraw(world, token.asset, user.account, wanted);
}

void Crowd::sell(Town& town, const User& user) {
  World& world = town.world;
  Exchange& bank = town.exchanges[user.bank];
  const AccountId address = bank.deposit_address(world, user.account);
  const Token& token = world.rng.pick(town.tokens);
  const U256 held = world.state.balance(token.asset, user.account);
  if (world.rng.percent(60) && !token.wrapped_ether && !held.is_zero()) {
    const U256 value = world.rng.percent(30) ? held : portion_of_tokens(world.rng, held);
    return town.deposit(user.account, bank, address, token.asset, value);
  }
  const U256 spare = minus(world.state[user.account].ether, world.gas_cost_most(kFeeGas));
  const U256 value = portion(world.rng, spare);
  if (!value.is_zero()) town.deposit(user.account, bank, address, kEther, value);
}

void Crowd::pay(Town& town, const User& user) {
  World& world = town.world;
  const U256 spare = minus(world.state[user.account].ether, world.gas_cost_most(kFeeGas));
  const U256 value = portion(world.rng, share(spare, 1, 3));
  const AccountId to = world.rng.pick(users_).account;
  if (!value.is_zero() && to != user.account) world.pay(user.account, to, value);
}

void Crowd::pay_tokens(Town& town, const User& user) {
  World& world = town.world;
  // Most that people pay each other is the stable coin.
  const Token& token = world.rng.percent(60) ? town.stable() : world.rng.pick(town.tokens);
  const U256 held = world.state.balance(token.asset, user.account);
  const AccountId to = world.rng.pick(users_).account;
  if (held.is_zero() || to == user.account) return buy(town, user);
  const U256 value = portion_of_tokens(world.rng, held);
  if (!value.is_zero()) send_token(world, token, user.account, to, value);
}

void Crowd::wrap_or_unwrap(Town& town, const User& user) {
  World& world = town.world;
  const Token& token = town.wrapped();
  const U256 held = world.state.balance(token.asset, user.account);
  if (!held.is_zero() && world.rng.percent(50)) {
    unwrap(world, token, user.account, world.rng.percent(70) ? held : share(held, 1, 2));
    return;
  }
  const U256 spare = minus(world.state[user.account].ether, world.gas_cost_most(kFeeGas));
  const U256 value = portion(world.rng, share(spare, 1, 2));
  if (!value.is_zero()) wrap(world, token, user.account, value);
}

}  // namespace clew::simulate::ethereum
