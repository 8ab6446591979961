// Contracts that anybody may use, and rarer kinds of transactions: payments to many at once,
// payments of which one is refused, wallets that come and go, blobs, delegated accounts, access
// lists, and transactions that fail.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ingest/simulate/ethereum/tokens.h"
#include "ingest/simulate/ethereum/world.h"

namespace clew::simulate::ethereum {

struct Payment {
  AccountId to = kNobody;
  U256 value{};
};

class Services {
 public:
  void found(Town& town, AccountId creator);

  // Each a transaction (token payments: after an approval), if the sender can pay.
  bool disperse(Town& town, AccountId from, std::span<const Payment> payments);
  bool disperse_tokens(Town& town, const Token& token, AccountId from,
                       std::span<const Payment> payments);
  // Through a contract that goes on when one of those it pays refuses, and gives that part back.
  void split(Town& town, AccountId from, std::span<const AccountId> to, const U256& value);
  // A contract with something in it, which is to end some time later.
  void open_wallet(Town& town, AccountId owner, const U256& value);
  void list_access(Town& town, const Token& token, AccountId from, AccountId to);
  void delegate(Town& town, AccountId account);
  void post_blobs(Town& town);
  void fail_token_transfer(Town& town, const Token& token, AccountId from, AccountId to);
  void run_out_of_gas(Town& town, AccountId from);

 private:
  AccountId disperser_ = kNobody, splitter_ = kNobody, refuser_ = kNobody, inbox_ = kNobody,
            delegate_ = kNobody, rollup_ = kNobody;
};

}  // namespace clew::simulate::ethereum
