// An exchange: every customer has a deposit address of their own, whose content is forwarded to the
// hot wallet some time later. An address that got tokens is sent ether for the fee first. The hot
// wallet pays withdrawals one by one; what is too much goes to cold storage and comes back when
// needed.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "ingest/simulate/ethereum/tokens.h"
#include "ingest/simulate/ethereum/world.h"

namespace clew::simulate::ethereum {

class Exchange {
 public:
  Exchange(World& world, std::uint32_t number);

  Party party() const { return party_; }
  AccountId hot() const { return hot_; }
  AccountId cold() const { return cold_; }
  AccountId gas_station() const { return gas_station_; }
  // The address on which a customer deposits, always the same. About a third are publicly known;
  // `known` makes sure of it when the address is first asked for.
  AccountId deposit_address(World& world, AccountId customer, bool known = false);
  // To be told when something was paid to a deposit address.
  void notice(World& world, AccountId deposit, AssetId asset);
  // Queues a withdrawal; false if the hot wallet cannot promise it.
  bool withdraw(const World& world, AssetId asset, AccountId to, const U256& value);
  U256 available(const World& world, AssetId asset) const;
  void step(Town& town);  // once a block

 private:
  struct Withdrawal {
    AssetId asset = kEther;
    AccountId to = kNobody;
    U256 value{};
  };
  struct Forward {
    std::uint64_t due = 0;  // block
    AccountId deposit = kNobody;
    AssetId asset = kEther;
    bool fed = false;  // has been sent ether for its fee
  };
  Label label() const;
  void forward(Town& town);
  bool forward_one(Town& town, Forward& item);
  void pay(Town& town);
  void balance_storage(World& world);

  Party party_;
  std::string name_;
  AccountId hot_, cold_, gas_station_;
  std::unordered_map<AccountId, AccountId> customers_;  // looked up, never iterated
  std::unordered_map<AssetId, U256> promised_;          // likewise
  std::deque<Withdrawal> queue_;
  std::deque<Forward> forwards_;
};

}  // namespace clew::simulate::ethereum
