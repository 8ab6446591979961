// What strangers write into histories: worthless tokens, and addresses that look like known ones.
#pragma once

#include <array>
#include <vector>

#include "ingest/simulate/tron/people.h"
#include "ingest/simulate/tron/underworld.h"

namespace clew::simulate::tron {

// Worthless tokens sent to many at once, whoever they are.
class Spam {
 public:
  explicit Spam(World& world);
  void plan_day();

 private:
  void send(TokenId token);

  World& world_;
  std::array<AccountId, kTokens> senders_{};
};

// An address made to look like one that a victim has paid leaves transfers of nothing and of almost
// nothing in the victim's history, so that the next payment goes there if it is copied from it.
class Poisoning {
 public:
  Poisoning(World& world, Services& services, People& people, Underworld& underworld,
            std::uint32_t users, std::uint32_t days);
  void plan_day(std::int64_t day);

 private:
  void begin();
  void lure(PersonId victim, AccountId known);
  void write(AccountId lure, PersonId victim, TokenId token);
  void watch(CaseId number, AccountId lure, PersonId victim);

  World& world_;
  Services& services_;
  People& people_;
  Underworld& underworld_;
  std::vector<std::int64_t> days_;
  AccountId master_ = kNobody;
};

}  // namespace clew::simulate::tron
