#include "ingest/simulate/tron/world.h"

#include <algorithm>

#include "base/keccak.h"
#include "chain/tron/address.h"

namespace clew::simulate::tron {
namespace {

constexpr std::int64_t kBlockSeconds = 3;

struct TokenName {
  const char *symbol, *name;
};
constexpr std::array<TokenName, kTokens> kTokenNames = {{{"SUSDT", "Simulated Tether USD"},
                                                         {"SUSDC", "Simulated USD Coin"},
                                                         {"WIN", "visit win.chainclew.invalid"},
                                                         {"BONUS", "claim 8888 at bonus.invalid"},
                                                         {"AIRDROP", "free gift at gift.invalid"}}};
constexpr std::uint8_t kDecimals = 6;

}  // namespace

World::World(std::uint64_t seed, std::int64_t begin) : rng(seed), seed_(seed), now_(begin) {
  add(Role::issuer, {});  // kNobody
  for (std::size_t i = 0; i < kTokens; ++i) {
    const Hash256 hash = derive("token", i);
    providers::TokenInfo& token = tokens_.emplace_back();
    token.contract.emplace();
    std::copy_n(hash.begin(), token.contract->size(), token.contract->begin());
    token.symbol = kTokenNames[i].symbol;
    token.name = kTokenNames[i].name;
    token.decimals = kDecimals;
  }
}

Hash256 World::derive(std::string_view what, std::uint64_t number) const {
  Bytes bytes(what.begin(), what.end());
  append_le(bytes, seed_);
  append_le(bytes, number);
  return keccak256(bytes);
}

AccountId World::add(Role role, const chain::Account& address) {
  Account& account = accounts_.emplace_back();
  account.address = address;
  account.role = role;
  return static_cast<AccountId>(accounts_.size() - 1);
}

AccountId World::open(Role role) {
  const Hash256 hash = derive("account", accounts_.size());
  chain::Account address{};
  std::copy_n(hash.begin(), address.size(), address.begin());
  return add(role, address);
}

AccountId World::open_like(Role role, AccountId model) {
  constexpr std::size_t kSameBytes = 8, kSameLetters = 2;
  const std::string known = text(model);
  chain::Account address = accounts_[model].address;
  for (std::uint64_t attempt = 0;; ++attempt) {
    const Hash256 hash = derive("look-alike", accounts_.size() << 32 | attempt);
    std::copy_n(hash.begin(), address.size() - kSameBytes, address.begin() + kSameBytes);
    const std::string text = clew::tron::to_text(address);
    if (text.ends_with(known.substr(known.size() - kSameLetters)) && text != known) break;
  }
  return add(role, address);
}

TransferId World::write(AccountId from, AccountId to, TokenId token, std::int64_t amount) {
  const std::int64_t block = (now_ + kBlockSeconds - 1) / kBlockSeconds * kBlockSeconds;
  transfers_.push_back({static_cast<std::uint64_t>(block) * 1000, from, to, token, amount});
  accounts_[to].balances[token] += amount;
  if (from != kNobody) accounts_[from].balances[token] -= amount;
  return static_cast<TransferId>(transfers_.size() - 1);
}

std::optional<TransferId> World::pay(AccountId from, AccountId to, TokenId token,
                                     std::int64_t amount) {
  if (amount <= 0 || balance(from, token) < amount || from == to) return std::nullopt;
  return write(from, to, token, amount);
}

TransferId World::mint(AccountId to, TokenId token, std::int64_t amount) {
  return write(kNobody, to, token, amount);
}

TransferId World::feign(AccountId from, AccountId to, TokenId token) {
  return write(from, to, token, 0);
}

CaseId World::open_case(std::string what, std::string laundering, TokenId token) {
  cases_.push_back({std::move(what), std::move(laundering), token, 0, {}, {}, {}});
  return static_cast<CaseId>(cases_.size() - 1);
}

std::optional<TransferId> World::take(CaseId number, AccountId victim, AccountId to,
                                      std::int64_t amount) {
  const auto paid = launder(number, victim, to, amount);
  if (!paid) return paid;
  Case& one = cases_[number];
  one.amount += amount;
  if (std::ranges::find(one.victims, victim) == one.victims.end()) one.victims.push_back(victim);
  return paid;
}

std::optional<TransferId> World::launder(CaseId number, AccountId from, AccountId to,
                                         std::int64_t amount, bool end) {
  Case& one = cases_[number];
  const auto paid = pay(from, to, one.token, amount);
  if (!paid) return paid;
  one.path.push_back(*paid);
  join(number, from);
  join(number, to);
  if (end && std::ranges::find(one.ends, to) == one.ends.end()) one.ends.push_back(to);
  return paid;
}

void World::join(CaseId number, AccountId account) {
  Account& one = accounts_[account];
  if (class_of(one.role) == Class::launderer && !one.first_case) one.first_case = number;
}

void World::at(std::int64_t time, Action action) {
  due_.push({std::max(time, now_), order_++, std::move(action)});
}

void World::run_until(std::int64_t time) {
  while (!due_.empty() && due_.top().time < time) {
    now_ = due_.top().time;
    const Action action = due_.top().action;
    due_.pop();
    action();
  }
  now_ = time;
}

std::string World::text(AccountId account) const {
  return clew::tron::to_text(accounts_[account].address);
}

Hash256 World::transaction(TransferId transfer) const {
  return derive("transaction", transfer);
}

providers::Trc20Row World::row(TransferId transfer) const {
  const Transfer& moved = transfers_[transfer];
  return {.transaction = transaction(transfer),
          .time_ms = moved.time_ms,
          .from = accounts_[moved.from].address,
          .to = accounts_[moved.to].address,
          .value = U256(static_cast<std::uint64_t>(moved.amount)),
          .token = tokens_[moved.token]};
}

}  // namespace clew::simulate::tron
