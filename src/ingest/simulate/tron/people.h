// Ordinary users: salaries, rent, shopping, payments among friends, money sent home, savings, small
// trade. Most days nothing happens.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "ingest/simulate/tron/services.h"

namespace clew::simulate::tron {

using PersonId = std::uint32_t;

struct Payment {
  AccountId to = kNobody;
  std::int64_t amount = 0;
};

struct Person {
  AccountId account = kNobody;
  Role role = Role::salaried;
  unsigned zone = 0;  // hours ahead of UTC
  TokenId coin = 0;   // that they live in
  std::size_t exchange = 0;
  AccountId employer = kNobody, landlord = kNobody, savings = kNobody;
  std::optional<PersonId> family;  // whom they send money home to
  std::int64_t wage = 0, rent = 0;
  std::int64_t pay_day = 0;  // of thirty
  unsigned shopping = 0;     // chance of a day, in percent
  std::vector<AccountId> shops;
  std::vector<PersonId> friends;
  std::optional<Payment> last;                       // to somebody they know
  std::function<void(std::int64_t amount)> mistake;  // made once, instead of the next such payment
};

class People {
 public:
  People(World& world, Services& services, std::uint32_t users, std::uint32_t days);

  // Somebody who lives like others beside what else is done with that account.
  PersonId move_in(AccountId account, std::int64_t day);
  // What everybody does within a day that begins now.
  void plan_day(std::int64_t day);

  PersonId size() const { return static_cast<PersonId>(people_.size()); }
  Person& operator[](PersonId person) { return people_[person]; }
  // An ordinary user, any.
  PersonId any();

  // Buys coins now, and pays when they are there.
  void buy_and_pay(PersonId person, std::int64_t amount, std::function<void()> then);
  void buy(PersonId person, std::int64_t amount);
  void sell(PersonId person, std::int64_t amount);

 private:
  void add(Role role, std::int64_t first_day);
  void settle(Person& person);
  void acquaint();
  void plan_person(PersonId id, std::int64_t day);
  void plan_wages(PersonId id, std::int64_t day);
  void plan_trade(PersonId id);
  void plan_freelance(PersonId id);
  void plan_remittance(PersonId id);
  void plan_landlord(PersonId id);

  void later_today(PersonId id, std::function<void()> action);
  void shop(PersonId id);
  void pay_friend(PersonId id);
  void pay(PersonId id, AccountId to, std::int64_t amount, bool known);
  void pay_wage(PersonId id);
  void freelance(PersonId id);
  void save(PersonId id);
  void send_home(PersonId id);
  void receive_home(PersonId family, std::int64_t amount);
  void deal(PersonId id);
  std::int64_t balance(PersonId id) const;

  World& world_;
  Services& services_;
  PersonId users_ = 0;
  std::vector<Person> people_;
  std::vector<std::int64_t> first_day_;
  std::vector<AccountId> landlords_;
};

}  // namespace clew::simulate::tron
