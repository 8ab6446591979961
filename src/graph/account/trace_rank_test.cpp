#include "graph/account/trace_rank.h"

#include <gtest/gtest.h>

#include <cmath>

#include "graph/account/trace_world_test.h"

namespace clew::account {
namespace {

using test::kNobody;
using test::random_world;
using test::World;

RankResult run(const World& world, std::size_t origin, const RankOptions& options = {}) {
  const std::vector<TraceOrigin> origins = {{world.id(origin)}};
  auto result = rank(world.snapshot(), origins, options);
  EXPECT_TRUE(result) << result.error().message;
  return std::move(*result);
}
double rank_of(const World& world, const RankResult& result, std::uint32_t who) {
  for (const auto& a : result.addresses)
    if (a.address == world.address(who)) return a.rank;
  return 0;
}
double sum_of(const RankResult& result) {
  double sum = result.left;
  for (const auto& a : result.addresses)
    sum += a.rank;
  return sum;
}

TEST(AccountRankTest, ResidueGoesAlongAmounts) {
  World world;
  world.pay(9, 1, 100);
  world.pay(1, 2, 75);
  world.pay(1, 3, 25);
  world.write();
  const auto result = run(world, 0, {.alpha = 0.2, .beta = 1, .epsilon = 1e-6});
  EXPECT_NEAR(rank_of(world, result, 1), 0.2, 1e-9);
  EXPECT_NEAR(rank_of(world, result, 2), 0.6, 1e-9);
  EXPECT_NEAR(rank_of(world, result, 3), 0.2, 1e-9);
  ASSERT_EQ(result.addresses.size(), 3u);
  EXPECT_EQ(result.addresses[0].address, world.address(2));
  EXPECT_EQ(result.addresses[0].hops, 1u);
}

TEST(AccountRankTest, OnlyWhatComesLaterFollows) {
  World world;
  world.pay(6, 1, 20);
  world.pay(1, 4, 50);
  world.pay(9, 1, 100);
  world.pay(1, 2, 50);
  world.pay(8, 1, 10);
  world.write();
  auto result = run(world, 2, {.alpha = 0.2, .beta = 1});
  EXPECT_EQ(rank_of(world, result, 4), 0);
  EXPECT_NEAR(rank_of(world, result, 2), 0.8, 1e-9);
  // Some of it asks who paid before.
  result = run(world, 2, {.alpha = 0.2, .beta = 0.5});
  EXPECT_NEAR(rank_of(world, result, 6), 0.4, 1e-9);
  EXPECT_EQ(rank_of(world, result, 8), 0);
}

TEST(AccountRankTest, AssetsAreApartAndSwapsJoinThem) {
  World world;
  world.pay(kNobody, 50, 1000, 2);
  world.pay(9, 1, 100, 1);
  world.pay(1, 7, 5, 2);
  world.tx({{1, 50, 100, 1}, {50, 1, 80, 2}});
  world.pay(1, 3, 80, 2);
  world.write();
  auto options = RankOptions{.alpha = 0.2, .beta = 1};
  auto result = run(world, 1, options);
  EXPECT_NEAR(rank_of(world, result, 3), 0.64, 1e-9);
  EXPECT_EQ(rank_of(world, result, 50), 0);
  EXPECT_EQ(rank_of(world, result, 7), 0);
  options.swaps = false;
  result = run(world, 1, options);
  EXPECT_NEAR(rank_of(world, result, 50), 0.8, 1e-9);
  EXPECT_EQ(rank_of(world, result, 3), 0);
}

TEST(AccountRankTest, AServiceKeepsWhatItGets) {
  World world;
  world.pay(9, 1, 100);
  world.pay(1, 2, 100);
  world.pay(2, 3, 100);
  world.write();
  RankOptions options{.alpha = 0.2, .beta = 1};
  options.stop = [&](AddressId a) { return a == world.address(2); };
  const auto result = run(world, 0, options);
  EXPECT_NEAR(rank_of(world, result, 2), 0.8, 1e-9);
  EXPECT_EQ(rank_of(world, result, 3), 0);
  EXPECT_TRUE(result.addresses[0].stopped);
}

TEST(AccountRankTest, NothingIsLostOrMadeUpAndSegmentsDoNotMatter) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    auto whole = random_world(seed, {.moves = 100}), cut = random_world(seed, {.moves = 100});
    whole.write();
    cut.write(1200);
    std::mt19937_64 random(seed);
    const auto moves = whole.moves();
    const auto origin = random() % moves.size();
    if (moves[origin].value == 0 || moves[origin].to == kNobody) continue;
    const RankOptions options{.beta = static_cast<double>(random() % 3) / 2, .epsilon = 1e-3};
    const auto result = run(whole, origin, options), again = run(cut, origin, options);
    EXPECT_NEAR(sum_of(result), 1, 1e-9) << seed;
    ASSERT_EQ(result.addresses.size(), again.addresses.size());
    for (std::size_t i = 0; i < result.addresses.size(); ++i)
      EXPECT_EQ(result.addresses[i].rank, again.addresses[i].rank);
    EXPECT_EQ(result.edges, again.edges);
    // A budget cuts the work and loses nothing either.
    auto small = options;
    small.edges_max = random() % 40;
    const auto less = run(whole, origin, small);
    EXPECT_NEAR(sum_of(less), 1, 1e-9) << seed;
    EXPECT_LE(less.edges, small.edges_max);
  }
}

TEST(AccountRankTest, RefusesWhatMakesNoSense) {
  World world;
  world.pay(1, 2, 5);
  world.pay(1, kNobody, 5);
  world.write();
  const std::vector<TraceOrigin> one = {{world.id(0)}}, nobody = {{world.id(1)}};
  for (const auto& wrong :
       {RankOptions{.alpha = 0}, RankOptions{.alpha = 1.5}, RankOptions{.beta = -1},
        RankOptions{.epsilon = 0}, RankOptions{.beta = std::nan("")}})
    EXPECT_EQ(rank(world.snapshot(), one, wrong).error().kind, ErrorKind::usage);
  EXPECT_EQ(rank(world.snapshot(), nobody, {}).error().kind, ErrorKind::usage);
}

}  // namespace
}  // namespace clew::account
