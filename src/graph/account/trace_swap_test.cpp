// Traces that go on as another asset.
#include <gtest/gtest.h>

#include "graph/account/trace.h"
#include "graph/account/trace_world_test.h"

namespace clew::account {
namespace {

using test::end_at;
using test::ended;
using test::kNobody;
using test::kZero;
using test::World;

constexpr TaintPolicy kPolicies[] = {TaintPolicy::poison, TaintPolicy::haircut, TaintPolicy::fifo,
                                     TaintPolicy::lifo};

U256 u(std::uint64_t value) {
  return U256(value);
}
TraceResult run(const World& world, std::size_t origin, TraceOptions options = {}) {
  const std::vector<TraceOrigin> origins = {{world.id(origin)}};
  auto result = trace(world.snapshot(), origins, options);
  EXPECT_TRUE(result) << result.error().message;
  return std::move(*result);
}
TraceOptions with(TaintPolicy policy) {
  TraceOptions options;
  options.policy = policy;
  return options;
}
TraceOptions backward(TaintPolicy policy = TaintPolicy::fifo) {
  auto options = with(policy);
  options.direction = TraceDirection::backward;
  return options;
}
U256 held_by(const World& world, const TraceResult& result, std::uint32_t who,
             std::uint32_t asset) {
  const auto* end = end_at(result, TraceEnd::held, world.address(who), world.asset(asset));
  return end == nullptr ? U256() : end->amount;
}

constexpr std::uint32_t kPool = 50, kOtherPool = 51, kRouter = 52;
// The contract of asset 3, which gives it for the coin.
constexpr std::uint32_t kWrapper = 1003;

// Person 1 receives 100 stolen of asset 1, and gives 40 of it to a pool for 80 of asset 2.
World swapping() {
  World world;
  world.pay(kNobody, kPool, 1000, 2);
  world.pay(9, 1, 100, 1);  // stolen
  world.tx({{1, kPool, 40, 1}, {kPool, 1, 80, 2}});
  world.pay(1, 4, 80, 2);
  world.write();
  return world;
}

TEST(AccountSwapTest, WhatIsTracedOfOneAssetIsTracedOfTheOther) {
  const auto world = swapping();
  for (const auto policy : kPolicies) {
    const auto result = run(world, 1, with(policy));
    EXPECT_EQ(held_by(world, result, 1, 1), u(60));
    EXPECT_EQ(held_by(world, result, 4, 2), u(80));
    EXPECT_EQ(held_by(world, result, kPool, 1), u(0));
    EXPECT_EQ(ended(result, TraceEnd::swapped, world.asset(1)), u(40));
    ASSERT_EQ(result.swaps.size(), 1u);
    const auto& swap = result.swaps[0];
    EXPECT_EQ(swap.giver, world.address(1));
    EXPECT_EQ(swap.gave, world.asset(1));
    EXPECT_EQ(swap.got, world.asset(2));
    EXPECT_EQ(swap.gave_value, u(40));
    EXPECT_EQ(swap.gave_amount, u(40));
    EXPECT_EQ(swap.got_value, u(80));
    EXPECT_EQ(swap.got_amount, u(80));
    ASSERT_EQ(result.assets.size(), 2u);
    EXPECT_EQ(result.assets[world.asset(2) == result.assets[1].asset].swapped_in, u(80));
    const auto& path = end_at(result, TraceEnd::held, world.address(4), world.asset(2))->path;
    ASSERT_EQ(path.hops.size(), 4u);
    EXPECT_EQ(path.hops[2].kind, TraceHopKind::swap);
    EXPECT_EQ(path.amount, u(80));
  }
}

TEST(AccountSwapTest, WithoutSwapsThePoolHasIt) {
  const auto world = swapping();
  auto options = with(TaintPolicy::fifo);
  options.swaps = false;
  const auto result = run(world, 1, options);
  EXPECT_EQ(held_by(world, result, kPool, 1), u(40));
  EXPECT_EQ(held_by(world, result, 4, 2), u(0));
  EXPECT_TRUE(result.swaps.empty());
}

TEST(AccountSwapTest, AShareOfOneIsAShareOfTheOther) {
  World world;
  world.pay(kNobody, kPool, 1000, 2);
  world.pay(kNobody, 1, 100, 1);
  world.pay(9, 1, 100, 1);  // stolen
  world.tx({{1, kPool, 150, 1}, {kPool, 1, 90, 2}});
  world.write();
  EXPECT_EQ(held_by(world, run(world, 2, with(TaintPolicy::fifo)), 1, 2), u(30));
  EXPECT_EQ(held_by(world, run(world, 2, with(TaintPolicy::lifo)), 1, 2), u(60));
  EXPECT_EQ(held_by(world, run(world, 2, with(TaintPolicy::haircut)), 1, 2), u(45));
  const auto poison = run(world, 2, with(TaintPolicy::poison));
  EXPECT_EQ(end_at(poison, TraceEnd::held, world.address(1), world.asset(2))->tainted, u(90));
}

TEST(AccountSwapTest, UnitsKeepTheirPlace) {
  World world;
  world.pay(kNobody, kPool, 1000, 2);
  world.pay(kNobody, 1, 100, 1);
  world.pay(9, 1, 100, 1);  // stolen: the later half
  world.tx({{1, kPool, 200, 1}, {kPool, 1, 50, 2}});
  world.pay(1, 4, 30, 2);
  world.write();
  const auto result = run(world, 2, with(TaintPolicy::fifo));
  EXPECT_EQ(held_by(world, result, 4, 2), u(5));
  EXPECT_EQ(held_by(world, result, 1, 2), u(20));
}

TEST(AccountSwapTest, TheOrderWithinTheTransactionDoesNotMatter) {
  World world;
  world.pay(kNobody, kPool, 1000, 2);
  world.pay(kNobody, 1, 7, 2);
  world.pay(9, 1, 100, 1);  // stolen
  world.tx({{kPool, 1, 80, 2}, {1, kPool, 100, 1}});
  world.pay(1, 4, 10, 2);
  world.write();
  for (const auto policy : {TaintPolicy::fifo, TaintPolicy::lifo}) {
    const auto result = run(world, 2, with(policy));
    EXPECT_EQ(held_by(world, result, 4, 2), u(policy == TaintPolicy::fifo ? 3 : 10));
    EXPECT_EQ(held_by(world, result, 1, 2), u(policy == TaintPolicy::fifo ? 77 : 70));
  }
}

TEST(AccountSwapTest, SeveralPoolsBehindARouterAreOneSwap) {
  World world;
  world.pay(kNobody, kPool, 1000, 3);
  world.pay(kNobody, kOtherPool, 1000, 2);
  world.pay(9, 1, 100, 1);  // stolen
  world.tx({{1, kRouter, 100, 1},
            {kRouter, kPool, 100, 1},
            {kPool, kOtherPool, 10, 3},
            {kOtherPool, kRouter, 70, 2},
            {kRouter, 1, 70, 2}});
  world.write();
  const auto result = run(world, 2);
  EXPECT_EQ(held_by(world, result, 1, 2), u(70));
  EXPECT_EQ(result.swaps.size(), 1u);
}

TEST(AccountSwapTest, WrappingAndUnwrappingAreSwaps) {
  World world;
  world.pay(9, 1, 100);  // stolen
  world.tx({{1, kWrapper, 100}, {kNobody, 1, 100, 3}});
  world.tx({{1, kNobody, 60, 3}, {kWrapper, 1, 60}});
  world.write();
  for (const auto policy : kPolicies) {
    const auto result = run(world, 0, with(policy));
    EXPECT_EQ(held_by(world, result, 1, 0), u(60));
    EXPECT_EQ(held_by(world, result, 1, 3), u(40));
    EXPECT_EQ(ended(result, TraceEnd::burnt, world.asset(3)), u(0));
    EXPECT_EQ(result.swaps.size(), 2u);
  }
}

TEST(AccountSwapTest, LiquidityOfTwoAssetsIsWorthHalfOfEach) {
  World world;
  world.pay(kNobody, 1, 30, 2);
  world.pay(9, 1, 100, 1);  // stolen
  const std::uint32_t pair = 1004;
  world.tx({{1, pair, 100, 1}, {1, pair, 30, 2}, {kNobody, 1, 20, 4}});
  world.tx({{1, pair, 20, 4}, {pair, kNobody, 20, 4}, {pair, 1, 100, 1}, {pair, 1, 30, 2}});
  world.write();
  const auto result = run(world, 1, with(TaintPolicy::haircut));
  ASSERT_EQ(result.swaps.size(), 3u);
  EXPECT_EQ(result.swaps[0].got_amount, u(10));
  EXPECT_EQ(held_by(world, result, 1, 1), u(50));
  EXPECT_EQ(held_by(world, result, 1, 2), u(15));
}

TEST(AccountSwapTest, WhatComesBackOfTheSameAssetIsItsPart) {
  World world;
  world.pay(kNobody, kPool, 1000, 2);
  world.pay(9, 1, 100, 1);  // stolen
  world.tx({{1, kRouter, 100, 1}, {kRouter, kPool, 75, 1}, {kPool, 1, 30, 2}, {kRouter, 1, 25, 1}});
  world.write();
  for (const auto policy : kPolicies) {
    const auto result = run(world, 1, with(policy));
    EXPECT_EQ(held_by(world, result, 1, 1), u(25));
    EXPECT_EQ(held_by(world, result, 1, 2), u(30));
    EXPECT_EQ(held_by(world, result, kPool, 1), u(0));
  }
}

TEST(AccountSwapTest, APaymentBesideASwapIsAPayment) {
  World world;
  world.pay(kNobody, kPool, 1000, 2);
  world.pay(9, 1, 100, 1);  // stolen
  world.tx({{1, kPool, 99, 1}, {1, 5, 1, 1}, {kPool, 1, 33, 2}});
  world.write();
  const auto result = run(world, 1);
  EXPECT_EQ(held_by(world, result, 5, 1), u(1));
  EXPECT_EQ(held_by(world, result, 1, 2), u(33));
}

TEST(AccountSwapTest, PaymentsForNothingAreNoSwaps) {
  World world;
  world.pay(9, 1, 100, 1);  // stolen
  world.tx({{1, kPool, 50, 1}, {kPool, 4, 10, 2}, {kPool, 7, 10, 2}});
  world.tx({{1, 5, 50, 1}, {6, 5, 1, 2}});
  world.write();
  const auto result = run(world, 0);
  EXPECT_EQ(held_by(world, result, kPool, 1), u(50));
  EXPECT_EQ(held_by(world, result, 5, 1), u(50));
  EXPECT_TRUE(result.swaps.empty());
}

// A router is told who shall get what was bought.
World swapping_for_another() {
  World world;
  world.pay(kNobody, kPool, 1000, 2);
  world.pay(9, 1, 100);  // stolen
  world.tx({{1, kRouter, 100},
            {kRouter, kWrapper, 100},
            {kNobody, kRouter, 100, 3},
            {kRouter, kPool, 100, 3},
            {kPool, 4, 50, 2}});
  world.pay(4, 5, 50, 2);
  world.write();
  return world;
}

TEST(AccountSwapTest, WhatIsBoughtForAnotherIsFollowedToThem) {
  const auto world = swapping_for_another();
  for (const auto policy : kPolicies) {
    const auto result = run(world, 1, with(policy));
    EXPECT_EQ(held_by(world, result, 5, 2), u(50));
    EXPECT_EQ(ended(result, TraceEnd::swapped, world.asset(0)), u(100));
    ASSERT_EQ(result.swaps.size(), 1u);
    EXPECT_EQ(result.swaps[0].giver, world.address(1));
    EXPECT_EQ(result.swaps[0].receiver, world.address(4));
    const auto back = run(world, 7, backward(policy));
    const auto* end = end_at(back, TraceEnd::outside, world.address(9), world.asset(0));
    ASSERT_TRUE(end) << graph::name(policy);
    EXPECT_EQ(end->amount, u(100));
    ASSERT_EQ(back.swaps.size(), 1u);
    EXPECT_EQ(back.swaps[0].giver, world.address(1));
    EXPECT_EQ(back.swaps[0].receiver, world.address(4));
  }
}

TEST(AccountSwapTest, WhatIsBoughtForAServiceEndsThere) {
  const auto world = swapping_for_another();
  auto options = with(TaintPolicy::fifo);
  options.stop = [&](AddressId a) {
    return a == world.address(4) ? std::optional(TraceStop{}) : std::nullopt;
  };
  const auto result = run(world, 1, options);
  EXPECT_EQ(ended(result, TraceEnd::service, world.asset(2)), u(50));
}

TEST(AccountSwapTest, AMixerTakesWhateverItGives) {
  const auto world = swapping();
  auto options = with(TaintPolicy::fifo);
  options.stop = [&](AddressId a) {
    return a == world.address(kPool) ? std::optional(TraceStop{TraceEnd::mixer, 1}) : std::nullopt;
  };
  EXPECT_EQ(ended(run(world, 1, options), TraceEnd::mixer, world.asset(1)), u(40));
  options.stop = [&](AddressId a) {
    return a == world.address(kPool) ? std::optional(TraceStop{}) : std::nullopt;
  };
  EXPECT_EQ(ended(run(world, 1, options), TraceEnd::swapped, world.asset(1)), u(40));
}

TEST(AccountSwapTest, AnOriginCanBeGivenAwayInASwap) {
  const auto world = swapping();
  const auto result = run(world, 2);
  EXPECT_EQ(held_by(world, result, 4, 2), u(80));
}

// What goes on is judged, not what the transfer at work happens to move.
TEST(AccountSwapTest, TheLimitOfPiecesIsThatOfWhatIsGot) {
  World world;
  world.pay(kNobody, kPool, 1000, 2);
  for (int i = 0; i < 6; ++i) {
    world.pay(9, 1, 10, 1);  // stolen, between what is not
    world.pay(8, 1, 10, 1);
  }
  world.tx({{1, kPool, 120, 1}, {kPool, 1, 240, 2}});
  world.write();
  std::vector<TraceOrigin> origins;
  for (std::size_t i = 0; i < 6; ++i)
    origins.push_back({world.id(1 + 2 * i)});
  for (const std::uint32_t most : {5u, 6u}) {
    auto options = with(TaintPolicy::fifo);
    options.intervals_max = most;
    const auto result = trace(world.snapshot(), origins, options);
    ASSERT_TRUE(result);
    const auto reason = most == 5 ? TraceEnd::intervals : TraceEnd::held;
    EXPECT_EQ(ended(*result, reason, world.asset(2)), u(120)) << most;
  }
}

TEST(AccountSwapTest, AWorkBudgetEndsASwapWithoutLosingIt) {
  const auto world = swapping();
  for (std::uint64_t edges = 0; edges < 20; ++edges) {
    auto options = with(TaintPolicy::fifo);
    options.edges_max = edges;
    const auto result = run(world, 1, options);
    U256 swapped, gone_on;
    for (const auto& a : result.assets) {
      swapped = U256::wrapping_add(swapped, a.by_reason[std::size_t(TraceEnd::swapped)]);
      gone_on = U256::wrapping_add(gone_on, a.swapped_in);
    }
    EXPECT_EQ(gone_on, U256::wrapping_add(swapped, swapped)) << edges;
  }
}

TEST(AccountSwapTest, BackwardTheOtherAssetIsWhereItCameFrom) {
  const auto world = swapping();
  for (const auto policy : kPolicies) {
    const auto result = run(world, 4, backward(policy));
    EXPECT_EQ(ended(result, TraceEnd::swapped, world.asset(2)), u(80));
    const auto* end = end_at(result, TraceEnd::outside, world.address(9), world.asset(1));
    ASSERT_TRUE(end) << graph::name(policy);
    EXPECT_EQ(end->amount, u(40));
    ASSERT_EQ(result.swaps.size(), 1u);
    EXPECT_EQ(result.swaps[0].gave, world.asset(1));
    EXPECT_EQ(result.swaps[0].gave_amount, u(40));
    EXPECT_EQ(result.swaps[0].got_amount, u(80));
    ASSERT_EQ(end->path.hops.size(), 5u);
    EXPECT_EQ(end->path.hops[0].kind, TraceHopKind::opening);
    EXPECT_EQ(end->path.hops[1].to, world.address(1));
    EXPECT_EQ(end->path.hops[2].kind, TraceHopKind::swap);
    EXPECT_EQ(end->path.hops[4].to, world.address(4));
  }
}

TEST(AccountSwapTest, BackwardWhatWasGivenCanBeFromBeforeTheLedger) {
  World world;
  world.tx({{1, kPool, 40, 1}, {kPool, 1, 80, 2}});
  world.tx({{1, kWrapper, 10}, {kNobody, 1, 10, 3}});
  world.write();
  for (const auto policy : kPolicies) {
    auto result = run(world, 1, backward(policy));
    const auto* end = end_at(result, TraceEnd::outside, world.address(1), world.asset(1));
    ASSERT_TRUE(end) << graph::name(policy);
    EXPECT_EQ(end->amount, u(40));
    result = run(world, 3, backward(policy));
    end = end_at(result, TraceEnd::outside, world.address(1), world.asset(0));
    ASSERT_TRUE(end) << graph::name(policy);
    EXPECT_EQ(end->amount, u(10));
  }
}

}  // namespace
}  // namespace clew::account
