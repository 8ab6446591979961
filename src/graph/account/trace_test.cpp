#include "graph/account/trace.h"

#include <gtest/gtest.h>

#include "graph/account/trace_world_test.h"

namespace clew::account {
namespace {

using test::end_at;
using test::ended;
using test::kNobody;
using test::kZero;
using test::World;

U256 u(std::uint64_t value) {
  return U256(value);
}
TraceResult run(const World& world, std::vector<std::size_t> origins, const TraceOptions& options) {
  std::vector<TraceOrigin> list;
  for (const auto move : origins)
    list.push_back({world.id(move)});
  auto result = trace(world.snapshot(), list, options);
  EXPECT_TRUE(result) << result.error().message;
  return std::move(*result);
}
TraceOptions with(TaintPolicy policy) {
  TraceOptions options;
  options.policy = policy;
  return options;
}
U256 held_by(const World& world, const TraceResult& result, std::uint32_t who) {
  const auto* end = end_at(result, TraceEnd::held, world.address(who));
  return end == nullptr ? U256() : end->amount;
}

// Person 1 has 100 of their own, receives 50 stolen, then 50 more of their own; pays 120 to 2 and
// 40 to 3.
World mixing() {
  World world;
  world.pay(kNobody, 1, 100);
  world.pay(9, 1, 50);  // stolen
  world.pay(kNobody, 1, 50);
  world.pay(1, 2, 120);
  world.pay(1, 3, 40);
  world.write();
  return world;
}

TEST(AccountTraceTest, FifoPaysWithWhatCameFirst) {
  const auto world = mixing();
  const auto result = run(world, {1}, with(TaintPolicy::fifo));
  EXPECT_EQ(held_by(world, result, 2), u(20));
  EXPECT_EQ(held_by(world, result, 3), u(30));
  EXPECT_EQ(held_by(world, result, 1), u(0));
}

TEST(AccountTraceTest, LifoPaysWithWhatCameLast) {
  const auto world = mixing();
  const auto result = run(world, {1}, with(TaintPolicy::lifo));
  EXPECT_EQ(held_by(world, result, 2), u(50));
  EXPECT_EQ(held_by(world, result, 3), u(0));
}

TEST(AccountTraceTest, HaircutPaysWithASharePerBalance) {
  const auto world = mixing();
  const auto result = run(world, {1}, with(TaintPolicy::haircut));
  EXPECT_EQ(held_by(world, result, 2), u(30));  // 50 * 120 / 200
  EXPECT_EQ(held_by(world, result, 3), u(10));  // 20 * 40 / 80
  EXPECT_EQ(held_by(world, result, 1), u(10));
}

TEST(AccountTraceTest, PoisonTaintsEverythingAfterwards) {
  const auto world = mixing();
  const auto result = run(world, {1}, with(TaintPolicy::poison));
  EXPECT_EQ(held_by(world, result, 2), u(30));
  const auto* end = end_at(result, TraceEnd::held, world.address(2));
  ASSERT_TRUE(end);
  EXPECT_EQ(end->tainted, u(120));
  EXPECT_EQ(end_at(result, TraceEnd::held, world.address(3))->tainted, u(40));
  EXPECT_EQ(end_at(result, TraceEnd::held, world.address(1))->tainted, u(40));
  ASSERT_EQ(result.assets.size(), 1u);
  EXPECT_EQ(result.assets[0].tainted_started, u(50));
  EXPECT_EQ(result.assets[0].joined, u(150));
  EXPECT_EQ(result.assets[0].tainted_ended, u(200));
}

TEST(AccountTraceTest, WhatWasSentBeforeTheTaintCameIsClean) {
  World world;
  world.pay(kNobody, 1, 10);
  world.pay(1, 2, 10);
  world.pay(9, 1, 5);
  world.pay(1, 3, 5);
  world.write();
  for (const auto policy :
       {TaintPolicy::fifo, TaintPolicy::lifo, TaintPolicy::haircut, TaintPolicy::poison}) {
    const auto result = run(world, {2}, with(policy));
    EXPECT_EQ(held_by(world, result, 2), u(0));
    EXPECT_EQ(held_by(world, result, 3), u(5));
    EXPECT_EQ(result.transfers, 2u);
  }
}

TEST(AccountTraceTest, AssetsDoNotMix) {
  World world;
  world.pay(9, 1, 5, 1);
  world.pay(9, 1, 7, 0);
  world.pay(1, 2, 7, 0);
  world.pay(1, 3, 5, 1);
  world.write();
  const auto result = run(world, {0}, with(TaintPolicy::poison));
  EXPECT_EQ(held_by(world, result, 2), u(0));
  EXPECT_TRUE(end_at(result, TraceEnd::held, world.address(3), world.asset(1)));
}

TEST(AccountTraceTest, WhatTheLedgerDoesNotExplainComesFromBeforeIt) {
  World world;
  world.pay(9, 1, 10);  // stolen
  world.pay(1, 2, 4);
  world.pay(1, 3, 16);  // has 6
  world.write();
  for (const auto policy : {TaintPolicy::fifo, TaintPolicy::lifo, TaintPolicy::haircut}) {
    const auto result = run(world, {0}, with(policy));
    EXPECT_EQ(held_by(world, result, 2), u(4));
    EXPECT_EQ(held_by(world, result, 3), u(6));
    ASSERT_EQ(result.before.size(), 1u);
    EXPECT_EQ(result.before[0].address, world.address(1));
    EXPECT_EQ(result.before[0].value, u(10));
  }
}

TEST(AccountTraceTest, AnOpeningBalanceDilutes) {
  World world;
  world.pay(9, 1, 10);
  world.pay(1, 2, 10);
  world.write();
  auto options = with(TaintPolicy::haircut);
  options.opening = [&](AddressId address, AssetId) {
    return address == world.address(1) ? std::optional(U256(30)) : std::nullopt;
  };
  const auto result = run(world, {0}, options);
  EXPECT_EQ(held_by(world, result, 2), u(2));
  EXPECT_EQ(held_by(world, result, 1), u(8));
  EXPECT_TRUE(result.before.empty());
  options.policy = TaintPolicy::fifo;
  EXPECT_EQ(held_by(world, run(world, {0}, options), 1), u(10));
}

TEST(AccountTraceTest, ValueFromBeforeTheLedgerCanBeAnOrigin) {
  World world;
  world.pay(1, 2, 20);
  world.pay(2, 3, 5);
  world.write();
  const std::vector<TraceOrigin> origins = {{world.id(0), world.address(1), u(20)}};
  const auto result = trace(world.snapshot(), origins, with(TaintPolicy::fifo));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->assets[0].started, u(20));
  EXPECT_EQ(held_by(world, *result, 3), u(5));
  EXPECT_EQ(held_by(world, *result, 2), u(15));
  EXPECT_TRUE(result->before.empty());
  const auto& path = end_at(*result, TraceEnd::held, world.address(3))->path;
  ASSERT_EQ(path.hops.size(), 3u);
  EXPECT_EQ(path.hops[0].kind, TraceHopKind::opening);
  EXPECT_EQ(path.amount, u(5));
}

TEST(AccountTraceTest, FeesBurnsAndServicesAreEnds) {
  World world;
  world.pay(9, 1, 100);
  world.tx({{1, 2, 10}, {1, 5, 3, 0, true}, {1, kNobody, 2, 0, true}});
  world.pay(1, kZero, 20);
  world.pay(1, kNobody, 5);
  world.pay(1, 7, 30);
  world.pay(7, 3, 30);
  world.write();
  auto options = with(TaintPolicy::fifo);
  options.stop = [&](AddressId a) {
    return a == world.address(7) ? std::optional(TraceStop{TraceEnd::mixer, 42}) : std::nullopt;
  };
  const auto result = run(world, {0}, options);
  EXPECT_EQ(ended(result, TraceEnd::fee), u(5));
  EXPECT_EQ(ended(result, TraceEnd::burnt), u(25));
  EXPECT_EQ(ended(result, TraceEnd::mixer), u(30));
  EXPECT_EQ(held_by(world, result, 3), u(0));
  EXPECT_EQ(held_by(world, result, 2), u(10));
  EXPECT_EQ(held_by(world, result, 1), u(30));
  for (const auto& end : result.ends)
    EXPECT_EQ(end.service, end.reason == TraceEnd::mixer ? 42u : 0u);
}

TEST(AccountTraceTest, AnOriginIsNotStoppedAtForWhoseItIs) {
  World world;
  world.pay(9, 7, 10);
  world.pay(7, 2, 10);
  world.write();
  auto options = with(TaintPolicy::fifo);
  options.stop = [&](AddressId a) {
    return a == world.address(7) ? std::optional(TraceStop{}) : std::nullopt;
  };
  EXPECT_EQ(held_by(world, run(world, {0}, options), 2), u(10));
}

TEST(AccountTraceTest, LimitsSayWhatTheyCut) {
  World world;
  world.pay(9, 1, 10);
  world.pay(1, 2, 10);
  world.pay(2, 3, 10);
  world.pay(3, 4, 1);
  world.write();
  auto options = with(TaintPolicy::fifo);
  options.hops_max = 1;
  EXPECT_EQ(ended(run(world, {0}, options), TraceEnd::hops), u(10));
  options = with(TaintPolicy::fifo);
  options.value_min = [](AssetId) { return U256(2); };
  EXPECT_EQ(ended(run(world, {0}, options), TraceEnd::value), u(1));
  options = with(TaintPolicy::fifo);
  options.edges_max = 4;
  const auto cut = run(world, {0}, options);
  EXPECT_TRUE(cut.edges_exhausted);
  EXPECT_LE(cut.edges, 4u);
  EXPECT_EQ(ended(cut, TraceEnd::edges), u(10));
  options = with(TaintPolicy::fifo);
  options.edges_max = 0;
  EXPECT_EQ(ended(run(world, {0}, options), TraceEnd::edges), u(10));
  options = with(TaintPolicy::fifo);
  std::uint64_t now = 0;
  options.clock_us = [&] { return now += 10; };
  options.clock_budget_us = 5;
  EXPECT_EQ(ended(run(world, {0}, options), TraceEnd::clock), u(10));
}

TEST(AccountTraceTest, NothingMovesOutsideTheWindow) {
  World world;
  world.pay(9, 1, 10);  // block 100
  world.pay(1, 2, 4);
  world.pay(1, 3, 4);
  world.pay(1, 4, 2);
  world.write();
  auto options = with(TaintPolicy::fifo);
  options.window.height_to = 101;
  auto result = run(world, {0}, options);
  EXPECT_EQ(held_by(world, result, 2), u(4));
  EXPECT_EQ(ended(result, TraceEnd::time), u(6));
  options.window = {.height_from = 102};
  result = run(world, {0}, options);
  EXPECT_EQ(ended(result, TraceEnd::time), u(4));
  EXPECT_EQ(held_by(world, result, 3), u(4));
  EXPECT_EQ(held_by(world, result, 4), u(2));
  options.window = {.time_to = 1'600'000'000 + 12 * 103 - 1};
  EXPECT_EQ(ended(run(world, {0}, options), TraceEnd::time), u(2));
}

TEST(AccountTraceTest, AnAddressOfManyTransfersIsNoOnePersons) {
  World world;
  for (int i = 0; i < 6; ++i)
    world.pay(kNobody, 7, 1);
  world.pay(9, 1, 10);
  world.pay(1, 7, 10);
  world.pay(7, 2, 10);
  world.write();
  auto options = with(TaintPolicy::fifo);
  options.postings_max = 5;
  const auto result = run(world, {6}, options);
  const auto* end = end_at(result, TraceEnd::busy, world.address(7));
  ASSERT_TRUE(end);
  EXPECT_EQ(end->amount, u(10));
  options.postings_max = 6;
  EXPECT_EQ(ended(run(world, {6}, options), TraceEnd::busy), u(0));
}

TEST(AccountTraceTest, ValueThatComesBackToAnOriginCountsOnce) {
  World world;
  world.pay(9, 1, 10);
  world.pay(1, 2, 10);
  world.pay(2, 3, 15);
  world.write();
  for (const auto policy :
       {TaintPolicy::fifo, TaintPolicy::lifo, TaintPolicy::haircut, TaintPolicy::poison}) {
    const auto result = run(world, {0, 2}, with(policy));
    EXPECT_EQ(result.assets[0].started, u(15));
    EXPECT_EQ(held_by(world, result, 3), u(15));
  }
}

TEST(AccountTraceTest, TheWidestPathIsShown) {
  World world;
  world.pay(9, 1, 100);
  world.pay(1, 2, 30);
  world.pay(1, 3, 70);
  world.pay(2, 4, 30);
  world.pay(3, 4, 60);
  world.pay(4, 5, 90);
  world.write();
  for (const auto policy : {TaintPolicy::fifo, TaintPolicy::lifo, TaintPolicy::haircut}) {
    const auto result = run(world, {0}, with(policy));
    const auto* end = end_at(result, TraceEnd::held, world.address(5));
    ASSERT_TRUE(end);
    EXPECT_EQ(end->amount, u(90));
    EXPECT_EQ(end->path.amount, u(60));
    ASSERT_EQ(end->path.hops.size(), 4u);
    EXPECT_EQ(end->path.hops[2].from, world.address(3));
    EXPECT_EQ(end->path.hops[2].transfer, world.id(4));
    EXPECT_EQ(end->number_first, World::kFirstBlock + 5u);
  }
}

TEST(AccountTraceTest, ABalanceThatNoAssetCanHaveIsUnsound) {
  World world;
  world.pay(9, 1, 10);
  world.pay(8, 1, 5);
  world.pay(1, 2, 1);
  world.write();
  auto options = with(TaintPolicy::haircut);
  options.opening = [](AddressId, AssetId) { return U256::wrapping_sub(U256::max(), U256(12)); };
  const auto result = run(world, {0}, options);
  EXPECT_EQ(ended(result, TraceEnd::unsound), u(10));
}

TEST(AccountTraceTest, RefusesWhatMakesNoSense) {
  const auto world = mixing();
  EXPECT_EQ(trace(world.snapshot(), {}, {}).error().kind, ErrorKind::usage);
  const std::vector<TraceOrigin> one = {{world.id(0)}};
  EXPECT_EQ(trace(world.snapshot(), one, with(TaintPolicy::tiho)).error().kind, ErrorKind::usage);
}

}  // namespace
}  // namespace clew::account
