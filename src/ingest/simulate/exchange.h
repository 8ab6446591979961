// An exchange: every customer has a deposit address; deposits are swept into the hot wallet by
// transactions of many inputs; withdrawals leave it in batches; what is too much goes to cold
// storage and comes back when needed.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "ingest/simulate/world.h"

namespace clew::simulate {

class Exchange {
 public:
  Exchange(World& world, std::uint32_t number);

  const Owner& owner() const { return owner_; }
  // The address on which a customer deposits, always the same. About a third are publicly known;
  // `known` makes sure of it when the address is first asked for.
  Spot deposit_spot(WalletId customer, bool known = false);
  // An address of its own for one customer; publicly known.
  Spot known_deposit_spot();
  // Queues a withdrawal for a coming batch; false if the hot wallet cannot promise it.
  bool withdraw(Payment payment, std::function<void(const Coin&)> on_paid = {});
  // Satoshi that withdraw() can still promise.
  std::int64_t available();
  // Somebody has the keys: hands out hot coins worth `percent` of the hot wallet, or a little more.
  std::vector<Coin> breach(unsigned percent);
  std::int64_t hot_balance() { return world_.wallet(hot_).balance(); }  // satoshi
  void step();                                                          // once a block

 private:
  struct Withdrawal {
    Payment payment;
    std::function<void(const Coin&)> on_paid;
  };
  Label label() const;
  void sweep();
  void pay_batch();
  void balance_storage();

  World& world_;
  Owner owner_;
  std::string name_;
  WalletId deposits_, hot_, cold_;
  std::vector<Spot> hot_spots_;
  Spot cold_spot_;
  std::unordered_map<WalletId, Spot> customers_;  // looked up, never iterated
  std::vector<Withdrawal> queue_;
  std::int64_t promised_ = 0;  // satoshi in the queue
};

}  // namespace clew::simulate
