#include "ingest/simulate/tron/services.h"

#include <algorithm>
#include <array>

#include "ingest/simulate/tron/draws.h"

namespace clew::simulate::tron {
namespace {

constexpr std::array<const char*, 4> kExchanges = {"Lantern", "Quayside", "Meridian", "Tollgate"};
constexpr std::array<const char*, 6> kShops = {"Bazaar",  "Gamehall", "Topup",
                                               "Hosting", "Travel",   "Grocer"};
constexpr std::int64_t kHotMin = 200'000 * kCoin, kIssue = 2'000'000 * kCoin;

std::string lower(std::string name) {
  name[0] = static_cast<char>(name[0] - 'A' + 'a');
  return name;
}

}  // namespace

Services::Services(World& world, std::uint32_t users)
    : world_(world), issuer_(world.open(Role::issuer)) {
  for (std::size_t i = 0; i < kExchanges.size(); ++i)
    found_exchange(i);
  for (std::size_t i = 0; i < 2 * kShops.size(); ++i)
    found_shop(i);
  constexpr std::uint32_t kUsersOfEmployer = 25;
  for (std::uint32_t i = 0; i < 2 + users / kUsersOfEmployer; ++i)
    employers_.push_back(world_.open(Role::employer));
}

void Services::label(AccountId account, const std::string& name, const std::string& category,
                     const std::string& actor) {
  world_.labels.add(
      {.address = world_.text(account), .name = name, .category = category, .actor = actor});
}

void Services::found_exchange(std::size_t number) {
  const std::string name = kExchanges[number];
  exchanges_.push_back({world_.open(Role::exchange), name, lower(name), {}});
  label(exchanges_.back().hot, name + " hot wallet", "exchange", lower(name));
}

void Services::found_shop(std::size_t number) {
  shops_.push_back(world_.open(Role::merchant));
  if (number >= kShops.size()) return;  // nobody has published it
  const std::string name = kShops[number];
  label(shops_.back(), name, "market", lower(name));
}

void Services::withdraw(std::size_t exchange, AccountId to, TokenId token, std::int64_t amount) {
  const AccountId hot = exchanges_[exchange].hot;
  while (world_.balance(hot, token) < amount + kHotMin) {
    world_.mint(issuer_, token, kIssue);
    world_.pay(issuer_, hot, token, kIssue);
  }
  world_.pay(hot, to, token, amount);
}

AccountId Services::deposit_address(std::size_t exchange, AccountId customer) {
  constexpr unsigned kPublishedPercent = 30;
  const auto [known, is_new] = exchanges_[exchange].deposits.try_emplace(customer, kNobody);
  if (is_new) {
    known->second = world_.open(Role::deposit);
    exchange_of_[known->second] = exchange;
    if (world_.rng.percent(kPublishedPercent)) publish(known->second);
  }
  return known->second;
}

void Services::publish(AccountId deposit) {
  const Exchange& exchange = exchanges_[exchange_of_.at(deposit)];
  if (published_.insert(deposit).second)
    label(deposit, exchange.name + " deposit", "exchange", exchange.actor);
}

void Services::expect_sweep(AccountId deposit) {
  const std::int64_t delay = log_normal(world_.rng, 25 * kMinute, 120);
  world_.in(delay, [this, deposit] { sweep(deposit); });
}

void Services::sweep(AccountId deposit) {
  const AccountId hot = exchanges_[exchange_of_.at(deposit)].hot;
  for (TokenId token = 0; token < kStableCoins; ++token)
    world_.pay(deposit, hot, token, world_.balance(deposit, token));
}

bool Services::deposit(std::size_t exchange, AccountId customer, TokenId token,
                       std::int64_t amount) {
  const AccountId address = deposit_address(exchange, customer);
  if (!world_.pay(customer, address, token, amount)) return false;
  expect_sweep(address);
  return true;
}

void Services::pay_wage(AccountId employer, AccountId to, TokenId token, std::int64_t amount) {
  constexpr std::int64_t kReserve = 20'000 * kCoin;
  if (world_.balance(employer, token) < amount)
    withdraw(employer % exchanges_.size(), employer, token, amount + kReserve);
  world_.pay(employer, to, token, amount);
}

void Services::plan_day() {
  constexpr unsigned kCashesInPercent = 20;
  for (const AccountId shop : shops_) {
    if (!world_.rng.percent(kCashesInPercent)) continue;
    world_.in(waking_second(world_.rng, shop % 24), [this, shop] {
      for (TokenId token = 0; token < kStableCoins; ++token)
        deposit(shop % exchanges_.size(), shop, token, world_.balance(shop, token));
    });
  }
}

}  // namespace clew::simulate::tron
