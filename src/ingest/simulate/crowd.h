// Users: they buy at exchanges, pay each other and merchants, save, and sell.
#pragma once

#include <vector>

#include "ingest/simulate/commerce.h"
#include "ingest/simulate/exchange.h"
#include "ingest/simulate/traffic_mix.h"
#include "ingest/simulate/world.h"

namespace clew::simulate {

class Crowd {
 public:
  Crowd(World& world, std::vector<Exchange>& exchanges, std::vector<Merchant>& merchants,
        std::uint32_t users);
  // One user does one thing; it need not come to a transaction.
  void act();
  const std::vector<WalletId>& users() const { return users_; }
  // An exchange at which the user is a customer.
  Exchange& bank_of(WalletId user) { return exchanges_[user % exchanges_.size()]; }
  // What a user buys at once, satoshi: coins are shared out among all users.
  std::int64_t purchase();

 private:
  void buy(WalletId user);
  void sell(WalletId user);
  void spend(WalletId user);
  void experiment(WalletId user);  // scripts that are seldom seen
  std::int64_t price(std::int64_t most);
  std::size_t payees();
  std::size_t inputs_wanted(WalletId user);

  World& world_;
  const TrafficMix mix_;
  std::vector<Exchange>& exchanges_;
  std::vector<Merchant>& merchants_;
  std::vector<WalletId> users_;
  std::int64_t ration_;  // satoshi
};

}  // namespace clew::simulate
