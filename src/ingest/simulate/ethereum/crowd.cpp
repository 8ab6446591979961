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

// Parts in a hundred.
const Crowd::Mood Crowd::kMoods[] = {
    {8, &Crowd::buy},           {13, &Crowd::sell},          {22, &Crowd::pay},
    {28, &Crowd::pay_tokens},   {2, &Crowd::pay_many},       {1, &Crowd::pay_tokens_to_many},
    {1, &Crowd::split},         {4, &Crowd::wrap_or_unwrap}, {11, &Crowd::swap},
    {5, &Crowd::collect},       {1, &Crowd::open_wallet},    {1, &Crowd::mix},
    {1, &Crowd::use_rare_type}, {2, &Crowd::fail},
};

void Crowd::act(Town& town) {
  World& world = town.world;
  const User user = world.rng.pick(users_);
  if (!world.affords(user.account, {}, kFeeGas)) return buy(town, user);
  auto dice = world.rng.below(100);
  for (const Mood& mood : kMoods) {
    if (dice < mood.weight) return (this->*mood.act)(town, user);
    dice -= mood.weight;
  }
}

U256 Crowd::spare(const World& world, const User& user) const {
  return checked_sub(world.state[user.account].ether, world.gas_cost_most(kFeeGas))
      .value_or(U256());
}

AccountId Crowd::somebody(World& world) const {
  return world.rng.pick(users_).account;
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
  const U256 value = portion(world.rng, spare(world, user));
  if (!value.is_zero()) town.deposit(user.account, bank, address, kEther, value);
}

void Crowd::pay(Town& town, const User& user) {
  World& world = town.world;
  const U256 value = portion(world.rng, share(spare(world, user), 1, 3));
  const AccountId to = somebody(world);
  if (!value.is_zero() && to != user.account) world.pay(user.account, to, value);
}

void Crowd::pay_tokens(Town& town, const User& user) {
  World& world = town.world;
  // Most that people pay each other is the stable coin.
  const Token& token = world.rng.percent(60) ? town.stable() : world.rng.pick(town.tokens);
  const U256 held = world.state.balance(token.asset, user.account);
  const AccountId to = somebody(world);
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
  const U256 value = portion(world.rng, share(spare(world, user), 1, 2));
  if (!value.is_zero()) wrap(world, token, user.account, value);
}

void Crowd::pay_many(Town& town, const User& user) {
  World& world = town.world;
  const U256 each = portion(world.rng, share(spare(world, user), 1, 20));
  std::vector<Payment> payments(3 + world.rng.below(8));
  for (Payment& payment : payments)
    payment = {somebody(world), each};
  if (!each.is_zero()) town.services.disperse(town, user.account, payments);
}

void Crowd::pay_tokens_to_many(Town& town, const User& user) {
  World& world = town.world;
  const Token& token = town.stable();
  const U256 each =
      portion_of_tokens(world.rng, share(world.state.balance(token.asset, user.account), 1, 20));
  std::vector<Payment> payments(3 + world.rng.below(8));
  for (Payment& payment : payments)
    payment = {somebody(world), each};
  if (!each.is_zero()) town.services.disperse_tokens(town, token, user.account, payments);
}

void Crowd::split(Town& town, const User& user) {
  World& world = town.world;
  const AccountId to[] = {somebody(world), somebody(world)};
  town.services.split(town, user.account, to, portion(world.rng, share(spare(world, user), 1, 4)));
}

// Prices come back to what the world outside pays: people buy what is cheap.
void Crowd::swap(Town& town, const User& user) {
  World& world = town.world;
  const std::size_t token = 1 + world.rng.below(town.tokens.size() - 1);
  const U256 held = world.state.balance(town.tokens[token].asset, user.account);
  Swap order{.trader = user.account, .to = user.account};
  if (world.rng.percent(15) && !held.is_zero()) {
    const std::size_t other = 1 + token % (town.tokens.size() - 1);
    order.route = town.market.find_route(token, other);
    order.amount = std::min(held, town.market.sensible(town, token, other));
  } else if (!held.is_zero() && world.rng.percent(town.market.is_dear(town, token) ? 80 : 20)) {
    order.route = {token, 0};
    order.takes_ether = true;
    order.amount =
        std::min(portion_of_tokens(world.rng, held), town.market.sensible(town, token, 0));
  } else if (!town.market.is_dear(town, token)) {
    order.route = {0, token};
    order.gives_ether = true;
    order.amount = std::min(portion(world.rng, share(spare(world, user), 1, 2)),
                            town.market.sensible(town, 0, token));
  }
  if (!order.amount.is_zero()) town.market.swap(town, order);
}

void Crowd::collect(Town& town, const User& user) {
  World& world = town.world;
  switch (world.rng.below(5)) {
    case 0:
      return town.collectibles.mint_picture(town, user.account);
    case 1:
      return town.collectibles.give_picture(town, user.account, somebody(world));
    case 2:
      return town.collectibles.buy_picture(town, user.account);
    case 3:
      return town.collectibles.mint_items(town, user.account);
    default:
      return town.collectibles.give_items(town, user.account, somebody(world));
  }
}

void Crowd::open_wallet(Town& town, const User& user) {
  town.services.open_wallet(town, user.account,
                            portion(town.world.rng, share(spare(town.world, user), 1, 4)));
}

// To a new account of one's own.
void Crowd::mix(Town& town, const User& user) {
  World& world = town.world;
  const std::size_t pool = world.rng.below(town.mixer.pools());
  const Party party = world.state[user.account].party;
  if (!world.affords(user.account, town.mixer.sum(pool), 10 * kFeeGas)) return;
  const AccountId receiver = world.open_account(party);
  town.mixer.mix(town, pool, user.account, receiver, 20 + world.rng.below(300));
}

void Crowd::use_rare_type(Town& town, const User& user) {
  if (town.world.rng.percent(70)) {
    const Token& token = town.world.rng.pick(town.tokens);
    town.services.list_access(town, token, user.account, somebody(town.world));
  } else {
    town.services.delegate(town, user.account);
  }
}

void Crowd::fail(Town& town, const User& user) {
  World& world = town.world;
  switch (world.rng.below(3)) {
    case 0:
      return town.services.run_out_of_gas(town, user.account);
    case 1: {
      const Token& token = world.rng.pick(town.tokens);
      return town.services.fail_token_transfer(town, token, user.account, somebody(world));
    }
    default: {
      const U256 amount = portion(world.rng, share(spare(world, user), 1, 2));
      if (amount.is_zero()) return;
      return town.market.fail_swap(town, {.trader = user.account,
                                          .route = {0, 1},
                                          .gives_ether = true,
                                          .amount = amount,
                                          .to = user.account});
    }
  }
}

}  // namespace clew::simulate::ethereum
