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
  using Act = void (Crowd::*)(Town& town, const User& user);
  struct Mood {
    unsigned weight;
    Act act;
  };
  static const Mood kMoods[];

  // At exchanges.
  void buy(Town& town, const User& user);
  void sell(Town& town, const User& user);
  // Payments.
  void pay(Town& town, const User& user);
  void pay_tokens(Town& town, const User& user);
  void pay_many(Town& town, const User& user);
  void pay_tokens_to_many(Town& town, const User& user);
  void split(Town& town, const User& user);
  // With contracts.
  void wrap_or_unwrap(Town& town, const User& user);
  void swap(Town& town, const User& user);
  void collect(Town& town, const User& user);
  void open_wallet(Town& town, const User& user);
  void mix(Town& town, const User& user);
  void use_rare_type(Town& town, const User& user);
  void fail(Town& town, const User& user);

  U256 spare(const World& world, const User& user) const;  // ether beyond what fees may take
  AccountId somebody(World& world) const;

  std::vector<User> users_;
};

}  // namespace clew::simulate::ethereum
