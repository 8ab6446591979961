#include "graph/account/reach.h"

#include <gtest/gtest.h>

#include <random>
#include <tuple>

#include "graph/account/trace_world_test.h"

namespace clew::account {
namespace {

using graph::TraceDirection;
using test::kNobody;
using test::Move;
using test::World;

std::map<AddressId, Reached> by_address(const ReachResult& result) {
  std::map<AddressId, Reached> map;
  for (const auto& reached : result.addresses)
    map[reached.address] = reached;
  return map;
}

TEST(ReachTest, FollowsTransfersInOrderOfTimeOnly) {
  World world;
  world.pay(2, 3, 1);  // too early
  world.pay(1, 2, 1);
  world.pay(2, 4, 1);
  world.pay(4, 5, 1, 1);  // another asset
  world.write();
  const std::vector<ReachOrigin> origins = {{world.address(1)}};
  const auto all = by_address(reach(world.snapshot(), origins, {}));
  EXPECT_EQ(all.size(), 4u);
  EXPECT_FALSE(all.contains(world.address(3)));
  EXPECT_EQ(all.at(world.address(4)).hops, 2u);
  EXPECT_EQ(all.at(world.address(4)).moment, world.id(2));
  const auto coins = by_address(reach(world.snapshot(), origins, {.asset = kCoin}));
  EXPECT_EQ(coins.size(), 3u);
  const std::vector<ReachOrigin> target = {{world.address(5), kNone}};
  const auto back =
      by_address(reach(world.snapshot(), target, {.direction = TraceDirection::backward}));
  EXPECT_EQ(back.size(), 4u);
  EXPECT_EQ(back.at(world.address(1)).moment, world.id(1));
}

TEST(ReachTest, StopsWhereItIsTold) {
  World world;
  world.pay(1, 2, 1);
  world.pay(2, 3, 1);
  world.pay(3, 4, 1);
  world.write();
  const std::vector<ReachOrigin> origins = {{world.address(1)}};
  ReachOptions options;
  options.hops_max = 2;
  auto result = reach(world.snapshot(), origins, options);
  EXPECT_EQ(result.addresses.size(), 3u);
  EXPECT_FALSE(result.closed);
  options = {};
  options.stop = [&](AddressId a) { return a == world.address(2); };
  result = reach(world.snapshot(), origins, options);
  EXPECT_EQ(result.addresses.size(), 2u);
  EXPECT_TRUE(result.closed);
  options = {};
  options.edges_max = 2;
  EXPECT_TRUE(reach(world.snapshot(), origins, options).exhausted);
  options = {};
  options.span.until = world.id(2);
  EXPECT_EQ(reach(world.snapshot(), origins, options).addresses.size(), 3u);
}

// The rule said once more, level by level over every transfer of the ledger.
std::map<AddressId, Reached> model(const World& world, const std::vector<Move>& moves,
                                   std::uint32_t origin, std::size_t moment, bool forward,
                                   std::uint32_t hops_max) {
  std::map<std::uint32_t, std::pair<std::size_t, std::uint32_t>> best;  // move, hops
  const auto better = [&](std::size_t a, std::size_t b) { return forward ? a < b : a > b; };
  std::map<std::uint32_t, std::size_t> bound = {{origin, moment}};
  for (std::uint32_t level = 1; level <= hops_max; ++level) {
    const auto before = bound;
    for (std::size_t i = 0; i < moves.size(); ++i) {
      auto [from, to] = std::pair(moves[i].from, moves[i].to);
      if (!forward) std::swap(from, to);
      if (to == kNobody || moves[i].asset != 0) continue;
      const auto at = before.find(from);
      if (from == kNobody || at == before.end()) continue;
      if (forward ? i < at->second : i >= at->second) continue;
      const auto next = forward ? i + 1 : i;
      const auto known = bound.find(to);
      if (known == bound.end())
        best[to].second = level;
      else if (!better(next, known->second))
        continue;
      bound[to] = next;
      best[to].first = i;
    }
  }
  std::map<AddressId, Reached> answer;
  for (const auto& [who, at] : bound) {
    const auto hops = who == origin ? 0 : best[who].second;
    answer[world.address(who)] = {world.address(who), hops, world.id(best[who].first)};
  }
  return answer;
}

TEST(ReachTest, AgreesWithTheRuleOverTheWholeLedger) {
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    auto world = test::random_world(seed, {.moves = 150, .people = 25});
    world.write(seed % 2 == 0 ? 1500 : 1 << 20);
    const auto moves = world.moves();
    std::mt19937_64 random(seed);
    for (int round = 0; round < 10; ++round) {
      const auto who = static_cast<std::uint32_t>(random() % 25);
      const auto moment = random() % moves.size();
      if (world.address(who) == kNoAddress) continue;
      ReachOptions options;
      options.asset = kCoin;
      options.hops_max = 1 + static_cast<std::uint32_t>(random() % 6);
      const bool forward = random() % 2 == 0;
      if (!forward) options.direction = TraceDirection::backward;
      const std::vector<ReachOrigin> origins = {{world.address(who), world.id(moment)}};
      const auto found = by_address(reach(world.snapshot(), origins, options));
      const auto wanted = model(world, moves, who, moment, forward, options.hops_max);
      ASSERT_EQ(found.size(), wanted.size()) << "seed " << seed << " round " << round;
      for (const auto& [address, reached] : wanted) {
        ASSERT_TRUE(found.contains(address));
        EXPECT_EQ(found.at(address).hops, reached.hops);
        if (reached.hops > 0) {
          EXPECT_EQ(found.at(address).moment, reached.moment);
        }
      }
      ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed << " round " << round;
    }
  }
}

using Found = std::vector<std::tuple<AddressId, std::uint32_t, TransferId>>;

Found in_order(const ReachResult& result) {
  Found found;
  for (const auto& reached : result.addresses)
    found.emplace_back(reached.address, reached.hops, reached.moment);
  return found;
}

TEST(ReachTest, OneThreadAndTwoAnswerTheSame) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    auto world = test::random_world(seed, {.moves = 1500, .people = 300});
    world.write(seed % 2 == 0 ? 5000 : 1 << 20);
    std::mt19937_64 random(seed);
    for (int round = 0; round < 5; ++round) {
      const auto who = world.address(static_cast<std::uint32_t>(random() % 300));
      if (who == kNoAddress) continue;
      ReachOptions options;
      if (random() % 2 == 0) options.asset = kCoin;
      if (random() % 3 == 0) options.edges_max = random() % 2000;
      const bool forward = random() % 2 == 0;
      if (!forward) options.direction = TraceDirection::backward;
      options.beside_from = kNone;
      const std::vector<ReachOrigin> origins = {{who, forward ? 0 : kNone}};
      const auto alone = reach(world.snapshot(), origins, options);
      options.beside_from = random() % 2 * 20;
      const auto beside = reach(world.snapshot(), origins, options);
      ASSERT_EQ(in_order(beside), in_order(alone)) << "seed " << seed << " round " << round;
      EXPECT_EQ(beside.edges, alone.edges);
      EXPECT_EQ(beside.postings, alone.postings);
      EXPECT_EQ(beside.levels, alone.levels);
      EXPECT_EQ(beside.exhausted, alone.exhausted);
      EXPECT_EQ(beside.closed, alone.closed);
    }
  }
}

}  // namespace
}  // namespace clew::account
