#include "ingest/simulate/ethereum/state.h"

#include <algorithm>
#include <cassert>

#include "ingest/simulate/ethereum/amount.h"

namespace clew::simulate::ethereum {
namespace {

std::uint64_t key_of(AssetId asset, AccountId account) {
  return std::uint64_t{asset} << 32 | account;
}

}  // namespace

State::State() : assets_(1) {
  Account zero;
  zero.role = Role::contract;
  accounts_.push_back(zero);
}

AccountId State::add(const Account& account) {
  accounts_.push_back(account);
  return static_cast<AccountId>(accounts_.size() - 1);
}

AssetId State::add_asset(AccountId contract, const U256& token_id) {
  assets_.push_back({{accounts_[contract].address, token_id}, contract});
  return static_cast<AssetId>(assets_.size() - 1);
}

U256 State::balance(AssetId asset, AccountId account) const {
  if (asset == kEther) return accounts_[account].ether;
  const auto found = tokens_.find(key_of(asset, account));
  return found == tokens_.end() ? U256() : found->second;
}

// Nothing for those who have no balance: their assets come from nowhere.
U256* State::find(AssetId asset, AccountId account) {
  if (account == kNobody || (account == kZeroAccount && asset != kEther)) return nullptr;
  changes_.push_back({asset, account});
  accounts_[account].seen = true;
  if (asset == kEther) return &accounts_[account].ether;
  return &tokens_[key_of(asset, account)];
}

void State::apply(const Move& move) {
  if (U256* from = find(move.asset, move.from)) *from = minus(*from, move.value);
  if (U256* to = find(move.asset, move.to)) *to = plus(*to, move.value);
}

std::vector<Holding> State::take_changes() {
  std::ranges::sort(changes_);
  const auto rest = std::ranges::unique(changes_);
  changes_.erase(rest.begin(), rest.end());
  return std::exchange(changes_, {});
}

std::vector<Holding> State::token_holdings() const {
  std::vector<Holding> holdings;
  for (const auto& [key, value] : tokens_)
    holdings.push_back({static_cast<AssetId>(key >> 32), static_cast<AccountId>(key)});
  std::ranges::sort(holdings);
  return holdings;
}

}  // namespace clew::simulate::ethereum
