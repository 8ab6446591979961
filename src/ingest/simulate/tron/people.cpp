#include "ingest/simulate/tron/people.h"

#include <algorithm>
#include <array>
#include <utility>

#include "ingest/simulate/tron/draws.h"

namespace clew::simulate::tron {
namespace {

constexpr std::int64_t kMonth = 30;  // days

struct Share {
  Role role;
  unsigned percent;
};
// Of a hundred users. Families come with those who send them money.
constexpr std::array<Share, 6> kShares = {{{Role::landlord, 4},
                                           {Role::trader, 7},
                                           {Role::freelancer, 14},
                                           {Role::remitter, 9},
                                           {Role::saver, 13},
                                           {Role::salaried, 44}}};

}  // namespace

People::People(World& world, Services& services, std::uint32_t users, std::uint32_t days)
    : world_(world), services_(services) {
  const std::int64_t arrival = std::max<std::int64_t>(days / 5, 1);
  for (const auto& [role, percent] : kShares) {
    const std::uint32_t count = std::max<std::uint32_t>(users * percent / 100, 1);
    for (std::uint32_t i = 0; i < count && people_.size() < users; ++i)
      add(role, static_cast<std::int64_t>(world_.rng.below(static_cast<std::uint64_t>(arrival))));
  }
  while (people_.size() < users)
    add(Role::family,
        static_cast<std::int64_t>(world_.rng.below(static_cast<std::uint64_t>(arrival))));
  users_ = size();
  acquaint();
}

void People::add(Role role, std::int64_t first_day) {
  Person person;
  person.account = world_.open(role);
  person.role = role;
  settle(person);
  if (role == Role::landlord) landlords_.push_back(person.account);
  people_.push_back(std::move(person));
  first_day_.push_back(first_day);
}

// Habits.
void People::settle(Person& person) {
  Rng& rng = world_.rng;
  person.zone = static_cast<unsigned>(rng.below(24));
  person.coin = rng.percent(85) ? 0 : 1;
  person.exchange = rng.below(services_.exchanges());
  person.employer = rng.pick(services_.employers());
  person.wage = human_amount(rng, 900 * kCoin, 70);
  person.rent = human_amount(rng, 260 * kCoin, 50);
  person.pay_day = static_cast<std::int64_t>(rng.below(kMonth));
  person.shopping = static_cast<unsigned>(rng.between(4, 30));
  for (int i = 0; i < 4; ++i)
    person.shops.push_back(rng.pick(services_.shops()));
}

void People::acquaint() {
  Rng& rng = world_.rng;
  std::vector<PersonId> families;
  for (PersonId id = 0; id < users_; ++id)
    if (people_[id].role == Role::family) families.push_back(id);
  for (PersonId id = 0; id < users_; ++id) {
    Person& person = people_[id];
    for (int i = 0; i < 5; ++i) {
      const PersonId other = any();
      if (other != id) person.friends.push_back(other);
    }
    if (person.role == Role::landlord) continue;
    if (rng.percent(50)) person.landlord = rng.pick(landlords_);
    if (person.role == Role::remitter && !families.empty()) person.family = rng.pick(families);
    if (rng.percent(12)) person.savings = world_.open(Role::savings);
  }
}

PersonId People::move_in(AccountId account, std::int64_t day) {
  Person person;
  person.account = account;
  person.role = Role::mule;
  settle(person);
  person.shopping = person.shopping / 2 + 1;
  for (int i = 0; i < 3; ++i)
    person.friends.push_back(any());
  people_.push_back(std::move(person));
  first_day_.push_back(day);
  return size() - 1;
}

PersonId People::any() {
  return static_cast<PersonId>(world_.rng.below(users_));
}

std::int64_t People::balance(PersonId id) const {
  return world_.balance(people_[id].account, people_[id].coin);
}

void People::later_today(PersonId id, std::function<void()> action) {
  world_.in(waking_second(world_.rng, people_[id].zone), std::move(action));
}

void People::plan_day(std::int64_t day) {
  for (PersonId id = 0; id < size(); ++id) {
    if (day < first_day_[id]) continue;
    if (day == first_day_[id])
      later_today(id, [this, id] { buy(id, human_amount(world_.rng, 300 * kCoin, 100)); });
    else
      plan_person(id, day);
  }
}

void People::plan_person(PersonId id, std::int64_t day) {
  Rng& rng = world_.rng;
  const Role role = people_[id].role;
  if (role == Role::landlord) plan_landlord(id);
  if (role == Role::trader) plan_trade(id);
  if (role == Role::freelancer) plan_freelance(id);
  if (role == Role::remitter) plan_remittance(id);
  if (role == Role::salaried || role == Role::remitter) plan_wages(id, day);
  if (role == Role::saver && rng.percent(5))
    later_today(id, [this, id] { buy(id, human_amount(world_.rng, 200 * kCoin, 120)); });
  if (people_[id].landlord != kNobody && (day + people_[id].pay_day) % kMonth == 4)
    later_today(id, [this, id] { pay(id, people_[id].landlord, people_[id].rent, true); });
  const unsigned shopping = role == Role::saver ? 3 : people_[id].shopping;
  for (int times = 0; times < 2 && rng.percent(shopping); ++times)
    later_today(id, [this, id] { shop(id); });
  if (rng.percent(5)) later_today(id, [this, id] { pay_friend(id); });
  if (rng.percent(2))
    later_today(
        id, [this, id] { sell(id, whole_cents(balance(id) / 100 * world_.rng.between(30, 100))); });
  if (people_[id].savings != kNobody && rng.percent(4)) later_today(id, [this, id] { save(id); });
}

void People::plan_wages(PersonId id, std::int64_t day) {
  if ((day + people_[id].pay_day) % kMonth == 0) later_today(id, [this, id] { pay_wage(id); });
}

void People::plan_freelance(PersonId id) {
  for (int jobs = 0; jobs < 2 && world_.rng.percent(20); ++jobs)
    later_today(id, [this, id] { freelance(id); });
}

void People::plan_remittance(PersonId id) {
  if (people_[id].family && world_.rng.percent(9)) later_today(id, [this, id] { send_home(id); });
}

void People::plan_landlord(PersonId id) {
  if (world_.rng.percent(10))
    later_today(id, [this, id] { sell(id, whole_cents(balance(id) * 4 / 5)); });
}

// A trader's day has some deals within a few hours, or none.
void People::plan_trade(PersonId id) {
  Rng& rng = world_.rng;
  if (!rng.percent(30)) return;
  const std::int64_t begin = waking_second(rng, people_[id].zone);
  const std::int64_t deals = rng.between(1, 5);
  for (std::int64_t i = 0; i < deals; ++i) {
    const std::int64_t delay = begin + rng.between(0, 4 * kHour);
    world_.in(delay, [this, id] { deal(id); });
  }
}

void People::buy(PersonId id, std::int64_t amount) {
  const Person& person = people_[id];
  services_.withdraw(person.exchange, person.account, person.coin, amount);
}

void People::sell(PersonId id, std::int64_t amount) {
  constexpr std::int64_t kLeast = 10 * kCoin;
  const Person& person = people_[id];
  if (amount >= kLeast) services_.deposit(person.exchange, person.account, person.coin, amount);
}

void People::buy_and_pay(PersonId id, std::int64_t amount, std::function<void()> then) {
  buy(id, amount);
  world_.in(log_normal(world_.rng, 15 * kMinute, 130), std::move(then));
}

// Who has not enough buys some more than is needed, or lets it be.
void People::pay(PersonId id, AccountId to, std::int64_t amount, bool known) {
  Person& person = people_[id];
  if (to == person.account || to == kNobody) return;
  if (balance(id) < amount) {
    if (world_.rng.percent(30)) return;
    const std::int64_t more = human_amount(world_.rng, 150 * kCoin, 80);
    buy_and_pay(id, amount + more, [this, id, to, amount, known] { pay(id, to, amount, known); });
    return;
  }
  if (known && person.mistake) {
    std::exchange(person.mistake, nullptr)(amount);
    return;
  }
  world_.pay(person.account, to, person.coin, amount);
  if (known) person.last = Payment{to, amount};
}

void People::shop(PersonId id) {
  const AccountId where = world_.rng.pick(people_[id].shops);
  pay(id, where, human_amount(world_.rng, 22 * kCoin, 120), false);
}

void People::pay_friend(PersonId id) {
  const auto& friends = people_[id].friends;
  if (friends.empty()) return;
  const PersonId other = world_.rng.pick(friends);
  pay(id, people_[other].account, human_amount(world_.rng, 45 * kCoin, 130), true);
}

void People::pay_wage(PersonId id) {
  const Person& person = people_[id];
  services_.pay_wage(person.employer, person.account, person.coin, person.wage);
}

// Some cash in at once what they earned.
void People::freelance(PersonId id) {
  const Person& person = people_[id];
  const std::int64_t amount = human_amount(world_.rng, 180 * kCoin, 120);
  services_.pay_wage(world_.rng.pick(services_.employers()), person.account, person.coin, amount);
  if (!world_.rng.percent(35)) return;
  const bool all = world_.rng.percent(50);
  world_.in(log_normal(world_.rng, 90 * kMinute, 150),
            [this, id, all, amount] { sell(id, all ? balance(id) : amount); });
}

void People::save(PersonId id) {
  const std::int64_t amount = whole_cents(balance(id) / 100 * world_.rng.between(10, 50));
  world_.pay(people_[id].account, people_[id].savings, people_[id].coin, amount);
}

void People::send_home(PersonId id) {
  const std::int64_t amount = human_amount(world_.rng, 150 * kCoin, 80);
  const bool from_wage = balance(id) >= amount;
  const auto send = [this, id, amount] {
    const Person& person = people_[id];
    if (world_.pay(person.account, people_[*person.family].account, person.coin, amount))
      receive_home(*person.family, amount);
  };
  if (from_wage)
    send();
  else
    buy_and_pay(id, amount, send);
}

void People::receive_home(PersonId family, std::int64_t amount) {
  if (!world_.rng.percent(60)) return;
  world_.in(log_normal(world_.rng, 5 * kHour, 180),
            [this, family, amount] { sell(family, amount); });
}

// Buys for somebody, or from somebody, and settles with an exchange: the gain is in cash.
void People::deal(PersonId id) {
  Rng& rng = world_.rng;
  const Person& person = people_[id];
  const std::int64_t amount = human_amount(rng, 260 * kCoin, 110);
  const PersonId other = any();
  if (other == id) return;
  if (rng.percent(50)) {
    const AccountId customer = people_[other].account;
    const auto hand_over = [this, id, customer, amount] {
      world_.pay(people_[id].account, customer, people_[id].coin, amount);
    };
    if (balance(id) >= amount)
      hand_over();
    else
      buy_and_pay(id, amount, hand_over);
    return;
  }
  if (!world_.pay(people_[other].account, person.account, person.coin, amount)) return;
  const std::size_t where = rng.below(services_.exchanges());
  world_.in(log_normal(rng, kHour, 180), [this, id, where, amount] {
    services_.deposit(where, people_[id].account, people_[id].coin, amount);
  });
}

}  // namespace clew::simulate::tron
