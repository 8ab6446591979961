#include "ingest/simulate/tron/underworld.h"

#include <algorithm>

#include "ingest/simulate/tron/draws.h"

namespace clew::simulate::tron {
namespace {

constexpr std::string_view method_name(unsigned method) {
  constexpr std::string_view kNames[] = {"chain", "smurfing", "broker"};
  return kNames[method];
}

constexpr std::uint32_t share_of(std::uint32_t users, std::uint32_t per, std::uint32_t least) {
  return std::max(users / per, least);
}

}  // namespace

Underworld::Underworld(World& world, Services& services, People& people, std::uint32_t users,
                       std::uint32_t days)
    : world_(world), services_(services), people_(people) {
  constexpr std::uint32_t kUsersOfRing = 60, kUsersOfScam = 25, kUsersOfBroker = 80;
  constexpr std::uint32_t kUsersOfRegular = 50;
  Rng& rng = world_.rng;
  rings_.resize(share_of(users, kUsersOfRing, 2));
  for (Ring& ring : rings_)
    ring.uses_sanctioned = rng.percent(40);
  for (std::uint32_t i = 0; i < share_of(users, kUsersOfScam, 3); ++i) {
    Plan plan;
    plan.day = rng.between(days / 10, days * 6 / 10);
    plan.ring = rng.below(rings_.size());
    plan.method = i < 3 ? static_cast<Method>(i) : static_cast<Method>(rng.below(3));
    plans_.push_back(plan);
  }
  for (std::uint32_t i = 0; i < share_of(users, kUsersOfBroker, 1); ++i)
    brokers_.push_back(world_.open(Role::broker));
  sanctioned_ = world_.open(Role::sanctioned);
  world_.labels.add({.address = world_.text(sanctioned_),
                     .name = "Greywater Exchange",
                     .category = "exchange",
                     .actor = "greywater",
                     .sanctioned = true});
  for (std::uint32_t i = 0; i < share_of(users, kUsersOfRegular, 1); ++i)
    regulars_.push_back(people_.any());
}

void Underworld::plan_day(std::int64_t day) {
  constexpr std::int64_t kStock = 5'000 * kCoin;
  for (const Plan& plan : plans_)
    if (plan.day == day) begin_scam(plan);
  for (const AccountId broker : brokers_) {
    if (day == 0) services_.withdraw(broker % services_.exchanges(), broker, 0, kStock);
    plan_sales(broker, 45, false);
  }
  if (day == 0) services_.withdraw(0, sanctioned_, 0, kStock);
  plan_sales(sanctioned_, 15, true);
}

// --- Scams ---

void Underworld::begin_scam(const Plan& plan) {
  constexpr unsigned kKnownPercent = 50;
  Rng& rng = world_.rng;
  const TokenId token = rng.percent(90) ? 0 : 1;
  const auto method = std::string(method_name(static_cast<unsigned>(plan.method)));
  const AccountId account = world_.open(Role::scam);
  scams_.push_back(
      {world_.open_case("pig-butchering", method, token), plan.ring, plan.method, account});
  if (rng.percent(kKnownPercent))
    world_.labels.add({.address = world_.text(account),
                       .name = "Fake investment " + std::to_string(scams_.size()),
                       .abuse = "scam"});
  const std::int64_t victims = rng.between(3, 7);
  for (std::int64_t i = 0; i < victims; ++i) {
    const PersonId victim = people_.any();
    const std::size_t scam = scams_.size() - 1;
    world_.in(rng.between(0, 10 * kDay), [this, scam, victim] { court(scam, victim); });
  }
}

// A little first, of which a little comes back with a gain; then more and more.
void Underworld::court(std::size_t scam, PersonId victim) {
  Rng& rng = world_.rng;
  const std::int64_t first = human_amount(rng, 120 * kCoin, 60);
  take(scam, victim, first);
  std::int64_t when = rng.between(kDay, 4 * kDay);
  if (rng.percent(50)) {
    const std::int64_t gain = whole_cents(first * rng.between(20, 112) / 100);
    world_.in(when, [this, scam, victim, gain] {
      const Scam& one = scams_[scam];
      world_.pay(one.account, people_[victim].account, world_.case_at(one.number).token, gain);
    });
  }
  std::int64_t amount = human_amount(rng, 1'200 * kCoin, 100);
  for (std::int64_t more = rng.between(1, 4); more > 0; --more) {
    when += rng.between(12 * kHour, 6 * kDay);
    world_.in(when, [this, scam, victim, amount] { take(scam, victim, amount); });
    amount = whole_cents(amount * rng.between(90, 240) / 100);
  }
}

void Underworld::take(std::size_t scam, PersonId victim, std::int64_t amount) {
  const TokenId token = world_.case_at(scams_[scam].number).token;
  const Person& person = people_[victim];
  services_.withdraw(person.exchange, person.account, token, amount);
  world_.in(log_normal(world_.rng, 30 * kMinute, 150), [this, scam, victim, amount] {
    const Scam& one = scams_[scam];
    if (!world_.take(one.number, people_[victim].account, one.account, amount)) return;
    world_.in(log_normal(world_.rng, 45 * kMinute, 180), [this, scam] { empty(scam); });
  });
}

// Small sums gather, larger ones move on; some stays, to pay gains from.
void Underworld::empty(std::size_t scam) {
  constexpr std::int64_t kWorthIt = 400 * kCoin;
  const Scam& one = scams_[scam];
  const std::int64_t held = world_.balance(one.account, world_.case_at(one.number).token);
  if (held < kWorthIt) return;
  const bool all = world_.rng.percent(50);
  launder(scam, all ? held : whole_cents(held / 100 * world_.rng.between(70, 98)));
}

void Underworld::launder(std::size_t scam, std::int64_t amount) {
  const Scam one = scams_[scam];
  switch (one.method) {
    case Method::chain: {
      const auto links = static_cast<unsigned>(world_.rng.between(2, 5));
      pass_on(one.number, one.ring, one.account, amount, links);
      return;
    }
    case Method::smurfing:
      split(scam, amount);
      return;
    case Method::broker:
      pass_on(one.number, one.ring, one.account, amount, 1);
      return;
  }
}

// --- Mules ---

// Rings use their mules again and again. Some are recruits, who keep a fee and live an ordinary
// life beside it; the others are wallets of the ring itself, which pays nobody for them.
Underworld::Mule Underworld::pick_mule(std::size_t ring) {
  constexpr std::size_t kMules = 12;
  constexpr unsigned kRecruitPercent = 50, kFeeMin = 2, kFeeMax = 100;
  Rng& rng = world_.rng;
  auto& mules = rings_[ring].mules;
  const std::uint64_t place = rng.below(kMules);
  if (place < mules.size()) return mules[place];
  Mule mule;
  mule.account = world_.open(Role::mule);
  if (rng.percent(kRecruitPercent)) {
    const auto fee = static_cast<unsigned>(log_normal(rng, 15, 100));
    mule.fee_permille = std::clamp(fee, kFeeMin, kFeeMax);
    people_.move_in(mule.account, 0);
  }
  mules.push_back(mule);
  return mule;
}

// To mules so many links on, then out.
void Underworld::pass_on(CaseId number, std::size_t ring, AccountId from, std::int64_t amount,
                         unsigned links) {
  if (links == 0) {
    cash_out(number, ring, from, amount);
    return;
  }
  Mule mule = pick_mule(ring);
  while (mule.account == from)
    mule = pick_mule(ring);
  if (!world_.launder(number, from, mule.account, amount)) return;
  const std::int64_t rest =
      std::min<std::int64_t>(log_normal(world_.rng, 40 * kMinute, 200), 4 * kDay);
  world_.in(rest, [this, number, ring, mule, amount, links] {
    hand_over(number, ring, mule, amount, links - 1);
  });
}

// What a mule got, less the fee, at once or in two parts.
void Underworld::hand_over(CaseId number, std::size_t ring, const Mule& mule, std::int64_t amount,
                           unsigned links) {
  constexpr unsigned kTwoPartsPercent = 25;
  Rng& rng = world_.rng;
  std::int64_t rest = whole_cents(amount - amount * mule.fee_permille / 1000);
  std::int64_t delay = 0;
  if (rng.percent(kTwoPartsPercent)) {
    const std::int64_t part = whole_cents(rest / 100 * rng.between(25, 75));
    rest -= part;
    pass_on(number, ring, mule.account, part, links);
    delay = log_normal(rng, 50 * kMinute, 150);
  }
  world_.in(delay, [this, number, ring, mule, rest, links] {
    pass_on(number, ring, mule.account, rest, links);
    keep_or_sell_fee(mule, world_.case_at(number).token);
  });
}

void Underworld::keep_or_sell_fee(const Mule& mule, TokenId token) {
  constexpr unsigned kSellsPercent = 25;
  constexpr std::int64_t kLeast = 20 * kCoin;
  Rng& rng = world_.rng;
  if (mule.fee_permille == 0 || !rng.percent(kSellsPercent)) return;
  const std::int64_t delay = rng.between(kDay, 12 * kDay);
  world_.in(delay, [this, account = mule.account, token] {
    const std::int64_t held = whole_cents(world_.balance(account, token) / 2);
    if (held >= kLeast) services_.deposit(account % services_.exchanges(), account, token, held);
  });
}

// Through a splitter to many mules, and by these to a collector.
void Underworld::split(std::size_t scam, std::int64_t amount) {
  Rng& rng = world_.rng;
  if (scams_[scam].splitter == kNobody) {
    scams_[scam].splitter = world_.open(Role::splitter);
    scams_[scam].collector = world_.open(Role::collector);
  }
  const Scam one = scams_[scam];
  if (!world_.launder(one.number, one.account, one.splitter, amount)) return;
  std::int64_t when = log_normal(rng, kHour, 150), left = amount;
  for (std::int64_t parts = rng.between(4, 9); parts > 0; --parts) {
    const std::int64_t share = whole_cents(left / parts * rng.between(60, 140) / 100);
    const std::int64_t part = parts == 1 ? left : share;
    left -= part;
    send_part(one, when, part);
    when += log_normal(rng, 25 * kMinute, 120);
  }
  for (const std::int64_t day : {2, 4}) {
    const std::int64_t delay = day * kDay + rng.between(0, 12 * kHour);
    world_.in(delay, [this, one] { collect(one.number, one.ring, one.collector); });
  }
}

void Underworld::send_part(const Scam& scam, std::int64_t when, std::int64_t part) {
  const Mule mule = pick_mule(scam.ring);
  const std::int64_t rest =
      std::min<std::int64_t>(log_normal(world_.rng, 5 * kHour, 180), 3 * kDay);
  world_.in(when, [this, scam, mule, part, rest] {
    if (!world_.launder(scam.number, scam.splitter, mule.account, part)) return;
    world_.in(rest, [this, scam, mule, part] {
      const std::int64_t fee = whole_cents(part * mule.fee_permille / 1000);
      world_.launder(scam.number, mule.account, scam.collector, part - fee);
      keep_or_sell_fee(mule, world_.case_at(scam.number).token);
    });
  });
}

void Underworld::collect(CaseId number, std::size_t ring, AccountId collector) {
  const TokenId token = world_.case_at(number).token;
  const std::int64_t tranches = world_.rng.between(1, 3);
  const std::int64_t part = whole_cents(world_.balance(collector, token) / tranches);
  std::int64_t when = 0;
  for (std::int64_t i = 0; i < tranches; ++i) {
    world_.in(when,
              [this, number, ring, collector, part] { cash_out(number, ring, collector, part); });
    when += log_normal(world_.rng, 4 * kHour, 150);
  }
}

// --- Where it ends ---

void Underworld::cash_out(CaseId number, std::size_t ring, AccountId from, std::int64_t amount) {
  constexpr unsigned kBrokerPercent = 30, kSanctionedPercent = 20;
  Rng& rng = world_.rng;
  const bool via_broker = world_.case_at(number).laundering == method_name(2);
  const std::uint64_t way = rng.below(100);
  const bool sanctioned = rings_[ring].uses_sanctioned;
  if (via_broker || way < kBrokerPercent)
    world_.launder(number, from, rng.pick(brokers_), amount, true);
  else if (sanctioned && way < kBrokerPercent + kSanctionedPercent)
    world_.launder(number, from, sanctioned_, amount, true);
  else
    cash_out_to_exchange(number, from, amount);
}

void Underworld::cash_out_to_exchange(CaseId number, AccountId from, std::int64_t amount) {
  const std::size_t exchange = (from + world_.rng.below(2)) % services_.exchanges();
  const AccountId deposit = services_.deposit_address(exchange, from);
  services_.publish(deposit);
  if (world_.launder(number, from, deposit, amount, true)) services_.expect_sweep(deposit);
}

// Buyers pay in cash, and seldom know whose coins they get.
void Underworld::plan_sales(AccountId seller, unsigned percent, bool regulars) {
  Rng& rng = world_.rng;
  for (int deals = 0; deals < 3 && rng.percent(percent); ++deals)
    world_.in(waking_second(rng, seller % 24),
              [this, seller, regulars] { sell_to_somebody(seller, regulars); });
}

void Underworld::sell_to_somebody(AccountId seller, bool regulars) {
  constexpr std::int64_t kTooMuch = 20'000 * kCoin;
  Rng& rng = world_.rng;
  const PersonId buyer = regulars ? rng.pick(regulars_) : people_.any();
  const TokenId token = people_[buyer].coin;
  const std::int64_t amount = human_amount(rng, 300 * kCoin, 120);
  world_.pay(seller, people_[buyer].account, token, amount);
  if (world_.balance(seller, token) > kTooMuch)
    services_.deposit(seller % services_.exchanges(), seller, token,
                      whole_cents(world_.balance(seller, token) / 2));
}

}  // namespace clew::simulate::tron
