// Those whose business it is to be paid: exchanges with an address for each customer, shops,
// employers, and the issuer who lets exchanges have coins.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "ingest/simulate/tron/world.h"

namespace clew::simulate::tron {

class Services {
 public:
  Services(World& world, std::uint32_t users);

  std::size_t exchanges() const { return exchanges_.size(); }
  const std::vector<AccountId>& shops() const { return shops_; }
  const std::vector<AccountId>& employers() const { return employers_; }

  // From the hot wallet; the exchange always has enough.
  void withdraw(std::size_t exchange, AccountId to, TokenId token, std::int64_t amount);
  // The address that an exchange gave to a customer; always the same.
  AccountId deposit_address(std::size_t exchange, AccountId customer);
  // Says that something came to a deposit address: it goes on to the hot wallet before long.
  void expect_sweep(AccountId deposit);
  bool deposit(std::size_t exchange, AccountId customer, TokenId token, std::int64_t amount);
  // A deposit address that published lists name.
  void publish(AccountId deposit);

  // An employer pays now, with coins bought for it if need be.
  void pay_wage(AccountId employer, AccountId to, TokenId token, std::int64_t amount);
  // Shops take what they earned to an exchange.
  void plan_day();

 private:
  struct Exchange {
    AccountId hot = kNobody;
    std::string name, actor;
    std::map<AccountId, AccountId> deposits;  // by customer
  };
  void found_exchange(std::size_t number);
  void found_shop(std::size_t number);
  void label(AccountId account, const std::string& name, const std::string& category,
             const std::string& actor);
  void sweep(AccountId deposit);

  World& world_;
  AccountId issuer_;
  std::vector<Exchange> exchanges_;
  std::map<AccountId, std::size_t> exchange_of_;  // by deposit address
  std::set<AccountId> published_;
  std::vector<AccountId> shops_, employers_;
};

}  // namespace clew::simulate::tron
