// Who has what: every balance of every asset, exactly, as the transactions of the world leave it.
// May be copied: a branch of the chain goes on from a copy.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/u256.h"
#include "chain/transfer.h"
#include "ingest/simulate/ethereum/account.h"

namespace clew::simulate::ethereum {

using AssetId = std::uint32_t;
constexpr AssetId kEther = 0;

// One movement, in the order in which things happened.
struct Move {
  chain::TransferKind kind{};
  AssetId asset = kEther;
  AccountId from = kNobody, to = kNobody;
  U256 value{};
  std::uint32_t tx = chain::Transfer::kNoTx;  // these two as in chain::Transfer
  std::uint32_t place = 0;
};

struct Holding {
  AssetId asset = kEther;
  AccountId account = kZeroAccount;
  bool operator==(const Holding&) const = default;
  auto operator<=>(const Holding&) const = default;
};

class State {
 public:
  State();

  AccountId add(const Account& account);
  Account& operator[](AccountId id) { return accounts_[id]; }
  const Account& operator[](AccountId id) const { return accounts_[id]; }
  std::size_t accounts() const { return accounts_.size(); }

  AssetId add_asset(AccountId contract, const U256& token_id = {});
  const chain::Asset& asset(AssetId id) const { return assets_[id].asset; }
  AccountId contract_of(AssetId id) const { return assets_[id].contract; }
  std::size_t assets() const { return assets_.size(); }

  U256 balance(AssetId asset, AccountId account) const;
  // The balance must suffice: anything else would make a false world. The zero address gives and
  // takes tokens without a balance of its own, and so does nobody.
  void apply(const Move& move);

  // Balances that were written since this was last called, in rising order, each once.
  std::vector<Holding> take_changes();
  // Balances of tokens that were ever written, in rising order.
  std::vector<Holding> token_holdings() const;

 private:
  struct AssetEntry {
    chain::Asset asset;
    AccountId contract = kNobody;
  };
  U256* find(AssetId asset, AccountId account);

  std::vector<Account> accounts_;
  std::vector<AssetEntry> assets_;
  std::unordered_map<std::uint64_t, U256> tokens_;  // by asset and account
  std::vector<Holding> changes_;
};

}  // namespace clew::simulate::ethereum
