// Ordinary people: they buy at exchanges, pay each other, and sell.
#pragma once

#include <cstdint>
#include <vector>

#include "ingest/simulate/ethereum/world.h"

namespace clew::simulate::ethereum {

struct User {
  AccountId account = kNobody;
  std::uint32_t bank = 0;  // which exchange
};

class Crowd {
 public:
  void move_in(World& world, std::uint32_t users, std::uint32_t exchanges);
  // Somebody does something, if they can: usually one transaction.
  void act(Town& town);
  const std::vector<User>& users() const { return users_; }

 private:
  void buy(Town& town, const User& user);
  void sell(Town& town, const User& user);
  void pay(Town& town, const User& user);
  void pay_tokens(Town& town, const User& user);
  void wrap_or_unwrap(Town& town, const User& user);

  std::vector<User> users_;
};

}  // namespace clew::simulate::ethereum
