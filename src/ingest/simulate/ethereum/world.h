// What all actors share: the accounts, the block under construction, the clock, the price of gas,
// and the books of truth. Whatever moves in the world moves through transact(). May be copied: a
// branch of the chain goes on from a copy.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ingest/simulate/ethereum/block_maker.h"
#include "ingest/simulate/ethereum/execution.h"
#include "ingest/simulate/ethereum/keys.h"
#include "ingest/simulate/ethereum/loot_book.h"
#include "ingest/simulate/ethereum/state.h"
#include "ingest/simulate/ethereum/truth.h"
#include "ingest/simulate/label_book.h"
#include "ingest/simulate/rng.h"

namespace clew::simulate::ethereum {

struct Town;
using Step = std::function<void(Town&)>;  // captures values only, so that towns can be copied

// Wei a gas.
struct GasPrice {
  U256 tip{};
  U256 most{};  // tip and base fee together; what is over the base fee in force is not paid
};

struct Request {
  AccountId sender = kNobody;
  AccountId to = kNobody;  // of a creation the contract that comes into being
  U256 value{};
  Bytes input = {};
  bool creates = false;
  std::string error = {};              // why it will fail; empty: it will not
  bool burns_limit = false;            // it runs out of gas
  std::optional<GasPrice> price = {};  // none: as wallets choose it
  std::uint32_t begins_trail = 0;      // what the criminal receives is loot of this trail
  std::optional<evm::TransactionType> type = {};  // none: 2, now and then 0
  Bytes access_list = {}, blob_hashes = {}, authorizations = {};
  std::uint32_t blobs = 0;
};

struct Sent {
  Hash256 hash{};
  std::uint32_t position = 0;
  std::uint64_t gas_used = 0;
};

struct WorldOptions {
  std::uint64_t seed = 1;
  std::uint64_t chain_id = 1;
  std::uint32_t transactions_per_block = 30;
  bool transfers = true;  // keep lines for truth/transfers.csv
};

class World {
 public:
  explicit World(const WorldOptions& options);

  const WorldOptions& options() const { return options_; }
  std::uint32_t traffic() const { return options_.transactions_per_block; }
  std::uint64_t number() const { return maker_.header().number; }  // of the block being made
  std::uint64_t time() const { return maker_.header().time; }
  U256 base_fee() const { return *maker_.header().base_fee; }
  std::uint64_t gas_left() const { return maker_.header().gas_limit - maker_.gas_used(); }
  std::size_t block_transactions() const { return maker_.size(); }

  // Accounts.
  AccountId open_account(Party party, Role role = Role::wallet);
  // A contract that `creator` makes with its next transaction.
  AccountId open_contract(AccountId creator, Party party);
  // At an address of its own, as create2 makes it.
  AccountId open_contract_at(const Address& address, Party party);
  // Another of the party's accounts, whose address begins and ends like `original`.
  AccountId open_lookalike(const Address& original, Party party);
  void publish(AccountId account, Label label, Ending ending);
  // That the account, which sends the transaction it is part of, runs another's code (EIP-7702).
  evm::Authorization authorize(AccountId account, const Address& code) const;
  const Address& address(AccountId account) const { return state[account].address; }
  std::string text(AccountId account) const;  // of its address

  // Runs `body` as the code of the transaction: what it returns is the outermost call's output. The
  // sender must be able to pay for it, which is checked, because a mistake here would make a false
  // world.
  using Body = std::function<Bytes(Execution&)>;
  Sent transact(Request request, const Body& body = {});
  Sent pay(AccountId from, AccountId to, const U256& value);  // ether
  // All ether of `from` to `to`: the fee is what is left.
  std::optional<Sent> pay_all(AccountId from, AccountId to);
  GasPrice draw_price();
  // Whether the account has `value` and what so much gas costs by any price that draw_price gives.
  bool affords(AccountId account, const U256& value, std::uint64_t gas) const;
  U256 gas_cost_most(std::uint64_t gas) const;
  // Runs `step` when the block of that number is under construction (at the next, if it is past).
  void at_block(std::uint64_t number, Step step);
  std::vector<Step> due_steps();

  // The loop of simulate.cpp.
  MadeBlock make_genesis();
  void begin_block();
  void withdraw(std::uint64_t validator, AccountId to, std::uint64_t gwei);
  void set_builder(AccountId builder) { builder_ = builder; }
  AccountId builder() const { return builder_; }
  MadeBlock finish_block();

  // Another future from here on.
  void salt(std::uint64_t value) { rng = Rng(rng.next() ^ split_mix(value)); }

  Rng rng;
  State state;
  LootBook loot;
  LabelBook labels{"ETH", "ETH"};
  Truth truth;

 private:
  evm::Transaction fill(const Request& request, std::uint64_t gas_limit, const GasPrice& price);
  Bytes sign(evm::Transaction& tx, AccountId sender) const;
  std::vector<Move> charge(const Request& request, const GasPrice& price, std::uint64_t gas_used);
  // What the sender had before, and where the transaction's moves begin.
  struct Start {
    U256 ether{};
    std::size_t move = 0;
  };
  void finish_transaction(const Request& request, const GasPrice& price, const Start& start,
                          DoneTransaction done);

  WorldOptions options_;
  Keys keys_;
  KeyNumber next_key_ = 0;
  BlockMaker maker_;
  Effects effects_;
  std::vector<evm::Withdrawal> withdrawals_;
  std::uint64_t next_withdrawal_ = 0;
  AccountId builder_ = kNobody;
  std::multimap<std::uint64_t, Step> agenda_;
};

}  // namespace clew::simulate::ethereum
