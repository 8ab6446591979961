#include "ingest/simulate/tron/nuisance.h"

#include <algorithm>

#include "ingest/simulate/tron/draws.h"

namespace clew::simulate::tron {

Spam::Spam(World& world) : world_(world) {
  constexpr std::int64_t kSupply = 1'000'000'000 * kCoin;
  for (TokenId token = kStableCoins; token < kTokens; ++token) {
    senders_[token] = world_.open(Role::spammer);
    world_.mint(senders_[token], token, kSupply);
  }
}

void Spam::plan_day() {
  constexpr unsigned kPercent = 3;
  for (TokenId token = kStableCoins; token < kTokens; ++token)
    if (world_.rng.percent(kPercent))
      world_.in(world_.rng.between(0, kDay - 1), [this, token] { send(token); });
}

// To a part of all that have ever had coins. Services get some too.
void Spam::send(TokenId token) {
  Rng& rng = world_.rng;
  const std::int64_t prize = rng.between(1, 9'999) * kCoin;
  const auto reach = static_cast<unsigned>(rng.between(10, 40));
  std::int64_t when = 0;
  for (AccountId account = 1; account < world_.accounts(); ++account) {
    const auto& balances = world_[account].balances;
    if (!std::ranges::any_of(balances, [](std::int64_t balance) { return balance > 0; })) continue;
    if (!rng.percent(reach)) continue;
    world_.in(when, [this, token, account, prize] {
      world_.pay(senders_[token], account, token, prize);
    });
    when += rng.between(0, 9);
  }
}

Poisoning::Poisoning(World& world, Services& services, People& people, Underworld& underworld,
                     std::uint32_t users, std::uint32_t days)
    : world_(world), services_(services), people_(people), underworld_(underworld) {
  constexpr std::uint32_t kUsersOfLure = 50;
  for (std::uint32_t i = 0; i < std::max<std::uint32_t>(users / kUsersOfLure, 1); ++i)
    days_.push_back(world_.rng.between(days * 3 / 10, days * 7 / 10));
}

void Poisoning::plan_day(std::int64_t day) {
  const auto lures = std::ranges::count(days_, day);
  for (std::int64_t i = 0; i < lures; ++i)
    world_.in(world_.rng.between(0, kDay - 1), [this] { begin(); });
}

void Poisoning::begin() {
  constexpr int kTries = 50;
  PersonId victim = people_.any();
  for (int i = 0; i < kTries && !people_[victim].last; ++i)
    victim = people_.any();
  if (people_[victim].last) lure(victim, people_[victim].last->to);
}

void Poisoning::lure(PersonId victim, AccountId known) {
  constexpr std::int64_t kFunds = 20 * kCoin, kFundsOfLure = kCoin / 2;
  constexpr unsigned kFallsForItPercent = 30;
  Rng& rng = world_.rng;
  const TokenId token = people_[victim].coin;
  if (master_ == kNobody) master_ = world_.open(Role::poisoner);
  if (world_.balance(master_, token) < kFundsOfLure) services_.withdraw(0, master_, token, kFunds);
  const AccountId lure = world_.open_like(Role::poisoner, known);
  const CaseId number = world_.open_case("address-poisoning", "chain", token);
  world_.join(number, lure);
  world_.join(number, master_);
  world_.pay(master_, lure, token, kFundsOfLure);
  std::int64_t when = 0;
  for (std::int64_t times = rng.between(2, 4); times > 0; --times) {
    when += log_normal(rng, 10 * kHour, 200);
    world_.in(when, [this, lure, victim, token] { write(lure, victim, token); });
  }
  if (rng.percent(kFallsForItPercent))
    world_.in(when, [this, number, lure, victim] { watch(number, lure, victim); });
}

// One of nothing that looks as if the victim had sent it, and sometimes one of almost nothing.
void Poisoning::write(AccountId lure, PersonId victim, TokenId token) {
  world_.feign(people_[victim].account, lure, token);
  if (world_.rng.percent(60))
    world_.pay(lure, people_[victim].account, token, world_.rng.between(1, 9) * kCent / 10);
}

void Poisoning::watch(CaseId number, AccountId lure, PersonId victim) {
  people_[victim].mistake = [this, number, lure, victim](std::int64_t amount) {
    const AccountId account = people_[victim].account;
    if (!world_.take(number, account, lure, amount)) return;
    world_.in(log_normal(world_.rng, 30 * kMinute, 120), [this, number, lure, amount] {
      if (!world_.launder(number, lure, master_, amount)) return;
      world_.in(log_normal(world_.rng, 6 * kHour, 150), [this, number, amount] {
        underworld_.cash_out_to_exchange(number, master_, amount);
      });
    });
  };
}

}  // namespace clew::simulate::tron
