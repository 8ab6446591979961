// Traces that ask where value came from.
#include <gtest/gtest.h>

#include <deque>

#include "graph/account/trace.h"
#include "graph/account/trace_world_test.h"

namespace clew::account {
namespace {

using test::end_at;
using test::ended;
using test::kNobody;
using test::kZero;
using test::Move;
using test::random_world;
using test::World;

U256 u(std::uint64_t value) {
  return U256(value);
}
TraceOptions backward(TaintPolicy policy) {
  TraceOptions options;
  options.policy = policy;
  options.direction = TraceDirection::backward;
  options.swaps = false;
  return options;
}
TraceResult run(const World& world, std::size_t origin, const TraceOptions& options) {
  const std::vector<TraceOrigin> origins = {{world.id(origin)}};
  auto result = trace(world.snapshot(), origins, options);
  EXPECT_TRUE(result) << result.error().message;
  return std::move(*result);
}
U256 from(const World& world, const TraceResult& result, std::uint32_t who) {
  const auto* end = end_at(result, TraceEnd::outside, world.address(who));
  return end == nullptr ? U256() : end->amount;
}

// Person 1 receives 100 of 7, 50 of 8, 50 of 9, and pays 120 to 2 and 40 to 3.
World mixing() {
  World world;
  world.pay(7, 1, 100);
  world.pay(8, 1, 50);
  world.pay(9, 1, 50);
  world.pay(1, 2, 120);
  world.pay(1, 3, 40);
  world.write();
  return world;
}

TEST(AccountTraceBackwardTest, FifoNamesWhatCameFirst) {
  const auto world = mixing();
  const auto first = run(world, 3, backward(TaintPolicy::fifo));
  EXPECT_EQ(from(world, first, 7), u(100));
  EXPECT_EQ(from(world, first, 8), u(20));
  const auto second = run(world, 4, backward(TaintPolicy::fifo));
  EXPECT_EQ(from(world, second, 8), u(30));
  EXPECT_EQ(from(world, second, 9), u(10));
}

TEST(AccountTraceBackwardTest, LifoNamesWhatCameLast) {
  const auto world = mixing();
  const auto first = run(world, 3, backward(TaintPolicy::lifo));
  EXPECT_EQ(from(world, first, 9), u(50));
  EXPECT_EQ(from(world, first, 8), u(50));
  EXPECT_EQ(from(world, first, 7), u(20));
  EXPECT_EQ(from(world, run(world, 4, backward(TaintPolicy::lifo)), 7), u(40));
}

TEST(AccountTraceBackwardTest, HaircutNamesSharesOfTheBalance) {
  const auto world = mixing();
  for (const auto policy : {TaintPolicy::haircut, TaintPolicy::poison}) {
    const auto result = run(world, 3, backward(policy));
    EXPECT_EQ(from(world, result, 7), u(60));
    EXPECT_EQ(from(world, result, 8), u(30));
    EXPECT_EQ(from(world, result, 9), u(30));
  }
}

TEST(AccountTraceBackwardTest, PoisonNamesAllThatWasThere) {
  const auto world = mixing();
  const auto result = run(world, 3, backward(TaintPolicy::poison));
  EXPECT_EQ(end_at(result, TraceEnd::outside, world.address(7))->tainted, u(100));
  EXPECT_EQ(end_at(result, TraceEnd::outside, world.address(9))->tainted, u(50));
  EXPECT_EQ(result.assets[0].tainted_started, u(120));
  EXPECT_EQ(result.assets[0].joined, u(80));
}

TEST(AccountTraceBackwardTest, WhatCameLaterIsNoSource) {
  World world;
  world.pay(7, 1, 10);
  world.pay(1, 2, 10);
  world.pay(8, 1, 10);
  world.write();
  for (const auto policy :
       {TaintPolicy::fifo, TaintPolicy::lifo, TaintPolicy::haircut, TaintPolicy::poison}) {
    const auto result = run(world, 1, backward(policy));
    EXPECT_EQ(from(world, result, 7), u(10));
    EXPECT_EQ(from(world, result, 8), u(0));
  }
}

TEST(AccountTraceBackwardTest, NewCoinsAndFeesAreSources) {
  World world;
  world.pay(kNobody, 1, 10);
  world.pay(kZero, 1, 5, 1);
  world.tx({{6, 1, 3, 0, true}, {6, 8, 1}});
  world.pay(1, 2, 13);
  world.pay(1, 2, 5, 1);
  world.write();
  auto result = run(world, 4, backward(TaintPolicy::fifo));
  EXPECT_EQ(ended(result, TraceEnd::issued), u(13));
  EXPECT_EQ(end_at(result, TraceEnd::issued, world.address(6))->amount, u(3));
  result = run(world, 5, backward(TaintPolicy::fifo));
  EXPECT_EQ(ended(result, TraceEnd::issued, world.asset(1)), u(5));
}

TEST(AccountTraceBackwardTest, AServiceAndTheWindowAreEnds) {
  const auto world = mixing();
  auto options = backward(TaintPolicy::fifo);
  options.stop = [&](AddressId a) {
    return a == world.address(7) ? std::optional(TraceStop{TraceEnd::service, 3}) : std::nullopt;
  };
  EXPECT_EQ(ended(run(world, 3, options), TraceEnd::service), u(100));
  options = backward(TaintPolicy::fifo);
  options.window.height_from = World::kFirstBlock + 1;
  auto result = run(world, 3, options);
  EXPECT_EQ(ended(result, TraceEnd::time), u(100));
  EXPECT_EQ(from(world, result, 8), u(20));
  options = backward(TaintPolicy::lifo);
  options.window.height_to = World::kFirstBlock + 1;
  result = run(world, 3, options);
  EXPECT_EQ(ended(result, TraceEnd::time), u(50));
  EXPECT_EQ(from(world, result, 8), u(50));
  EXPECT_EQ(from(world, result, 7), u(20));
}

TEST(AccountTraceBackwardTest, AnOpeningBalanceIsASource) {
  const auto world = mixing();
  auto options = backward(TaintPolicy::haircut);
  options.opening = [&](AddressId a, AssetId) {
    return a == world.address(1) ? std::optional(u(200)) : std::nullopt;
  };
  const auto result = run(world, 3, options);
  EXPECT_EQ(from(world, result, 1), u(60));
  EXPECT_EQ(from(world, result, 7), u(30));
}

// Where a unit came into sight: the reason, and who had it (kNobody: nobody).
using Birth = std::pair<TraceEnd, std::uint32_t>;

// Replays the whole ledger, with every unit by itself.
class BirthModel {
 public:
  BirthModel(const std::vector<Move>& moves, bool last_first) : last_first_(last_first) {
    for (const auto& m : moves) {
      auto units = take(m);
      if (m.fee || m.from >= kZero) units.assign(m.value, {TraceEnd::issued, m.from});
      auto& to = held_[{m.to, m.asset}];
      to.insert(to.end(), units.begin(), units.end());
      auto& births = births_.emplace_back();
      for (const auto& unit : units)
        ++births[unit];
    }
  }
  const std::map<Birth, std::uint64_t>& of(std::size_t move) const { return births_[move]; }

 private:
  std::vector<Birth> take(const Move& m) {
    std::vector<Birth> units;
    if (m.from == kNobody) return std::vector<Birth>(m.value);
    auto& has = held_[{m.from, m.asset}];
    while (has.size() < m.value)
      has.push_back({TraceEnd::outside, m.from});
    for (auto n = m.value; n > 0; --n) {
      units.push_back(last_first_ ? has.back() : has.front());
      last_first_ ? has.pop_back() : has.pop_front();
    }
    return units;
  }

  bool last_first_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::deque<Birth>> held_;
  std::vector<std::map<Birth, std::uint64_t>> births_;
};

TEST(AccountTraceBackwardTest, AgreesWithAReplayOfTheWholeLedger) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    auto world = random_world(seed, {.moves = 120, .people = 8});
    world.write(seed % 2 == 0 ? 1 << 20 : 1500);
    const auto moves = world.moves();
    const BirthModel fifo(moves, false), lifo(moves, true);
    std::mt19937_64 random(seed);
    for (int round = 0; round < 4; ++round) {
      const auto origin = random() % moves.size();
      for (const auto policy : {TaintPolicy::fifo, TaintPolicy::lifo}) {
        const auto result = run(world, origin, backward(policy));
        std::map<Birth, std::uint64_t> found;
        for (const auto& end : result.ends) {
          auto who = kNobody;
          for (std::uint32_t i = 0; i < 8; ++i)
            if (end.address == world.address(i) && end.address != kNoAddress) who = i;
          if (end.address != kNoAddress && end.address == world.address(kZero)) who = kZero;
          if (!end.amount.is_zero()) found[{end.reason, who}] += end.amount.low_u64();
        }
        ASSERT_EQ(found, (policy == TaintPolicy::fifo ? fifo : lifo).of(origin))
            << "seed " << seed << " move " << origin << " " << graph::name(policy);
      }
    }
  }
}

// Forward and backward share out alike, but for rounding.
TEST(AccountTraceBackwardTest, HaircutIsItsOwnInverse) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    auto world = random_world(seed, {.moves = 60, .people = 6, .value_max = 60'000'000'000});
    world.write();
    const auto moves = world.moves();
    std::mt19937_64 random(seed);
    const auto source = random() % moves.size(), target = random() % moves.size();
    if (moves[source].value == 0 || moves[target].value == 0 || moves[source].fee) continue;
    auto options = backward(TaintPolicy::haircut);
    options.keep_transfers = true;
    const auto back = run(world, target, options);
    options.direction = TraceDirection::forward;
    const auto ahead = run(world, source, options);
    const auto amount_in = [&](const TraceResult& r, std::size_t move) {
      U256 sum;
      for (const auto& t : r.transfers_kept)
        if (t.hop.transfer == world.id(move) && t.hop.kind == TraceHopKind::transfer)
          sum = U256::wrapping_add(sum, t.hop.amount);
      return static_cast<double>(sum.low_u64());
    };
    // Of the source's value so much is in the target; of the target's so much came by the source.
    EXPECT_NEAR(amount_in(ahead, target), amount_in(back, source), 1000) << seed;
  }
}

}  // namespace
}  // namespace clew::account
