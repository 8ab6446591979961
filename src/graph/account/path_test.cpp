#include "graph/account/path.h"

#include <gtest/gtest.h>

#include <set>

#include "graph/account/trace_world_test.h"

namespace clew::account {
namespace {

using graph::PathSearch;
using test::kNobody;
using test::Move;
using test::World;

PathResult paths(const World& world, std::uint32_t from, std::uint32_t to,
                 const PathOptions& options = {}) {
  const std::vector a = {world.address(from)}, b = {world.address(to)};
  auto result = find_paths(world.snapshot(), a, b, options);
  EXPECT_TRUE(result) << (result ? "" : result.error().message);
  return result ? std::move(*result) : PathResult{};
}

TEST(AccountPathTest, FindsTheWidestWayThatRespectsTime) {
  World world;
  world.pay(2, 9, 500);             // too early
  world.pay(1, 2, 100);             // 1
  world.pay(1, 3, 300);             // 2
  world.pay(2, 9, 80);              // 3
  world.pay(3, 4, 250);             // 4
  world.pay(4, 9, 200);             // 5
  world.pay(1, 9, 900, 1);          // another asset
  world.tx({{1, 9, 70, 0, true}});  // a fee
  world.write();
  const auto one = paths(world, 1, 9);
  ASSERT_EQ(one.paths.size(), 1u);
  EXPECT_EQ(one.paths[0].amount, U256(200));
  ASSERT_EQ(one.paths[0].hops.size(), 3u);
  EXPECT_EQ(one.paths[0].hops[0].transfer, world.id(2));
  EXPECT_EQ(one.paths[0].hops[2].transfer, world.id(5));
  EXPECT_EQ(one.paths[0].hops[2].value, U256(200));
  const auto all = paths(world, 1, 9, {.count = 10});
  ASSERT_EQ(all.paths.size(), 2u);
  EXPECT_EQ(all.paths[1].amount, U256(80));
  EXPECT_EQ(all.search, PathSearch::exhausted);
  EXPECT_EQ(paths(world, 1, 9, {.asset = world.asset(1)}).paths.at(0).amount, U256(900));
  const auto few = paths(world, 1, 9, {.count = 10, .hops_max = 2});
  EXPECT_EQ(few.paths.size(), 1u);
  EXPECT_EQ(few.search, PathSearch::hops);
  EXPECT_TRUE(paths(world, 9, 1).paths.empty());
}

TEST(AccountPathTest, DoesNotRunThroughTheZeroAddress) {
  World world;
  world.pay(1, test::kZero, 100, 1);  // burnt
  world.pay(test::kZero, 9, 100, 1);  // minted for a stranger
  world.write();
  PathOptions options{.asset = world.asset(1)};
  EXPECT_TRUE(paths(world, 1, 9, options).paths.empty());
  // Who asks for it finds it.
  EXPECT_EQ(paths(world, 1, test::kZero, options).paths.size(), 1u);
  EXPECT_EQ(paths(world, test::kZero, 9, options).paths.size(), 1u);
}

TEST(AccountPathTest, DoesNotPassThroughWhereItIsToldNotTo) {
  World world;
  world.pay(1, 2, 100);
  world.pay(2, 3, 100);
  world.write();
  PathOptions options;
  options.stop = [&](AddressId id) { return id == world.address(2); };
  EXPECT_TRUE(paths(world, 1, 3, options).paths.empty());
  EXPECT_EQ(paths(world, 1, 2, options).paths.size(), 1u);
  EXPECT_EQ(paths(world, 2, 3, options).paths.size(), 1u);
  options = {};
  options.edges_max = 1;
  EXPECT_EQ(paths(world, 1, 3, options).search, PathSearch::edges);
}

TEST(AccountPathTest, RefusesWhatMakesNoSense) {
  World world;
  world.pay(1, 2, 100);
  world.write();
  const std::vector a = {world.address(1)}, b = {world.address(2)};
  const auto kind = [&](std::span<const AddressId> from, std::span<const AddressId> to,
                        const PathOptions& options) {
    const auto result = find_paths(world.snapshot(), from, to, options);
    return result ? std::nullopt : std::optional(result.error().kind);
  };
  EXPECT_EQ(kind(a, a, {}), ErrorKind::usage);
  EXPECT_EQ(kind({}, b, {}), ErrorKind::usage);
  EXPECT_EQ(kind(a, b, {.count = 0}), ErrorKind::usage);
  EXPECT_EQ(kind(a, b, {.count = graph::kPathsMax + 1}), ErrorKind::usage);
  EXPECT_EQ(kind(a, b, {.hops_max = 0}), ErrorKind::usage);
  EXPECT_EQ(kind(a, b, {.hops_max = 101}), ErrorKind::usage);
  EXPECT_EQ(kind(a, b, {}), std::nullopt);
}

// By the addresses on it, the best there is: least value, then fewer hops, then earlier arrival.
using Best = std::map<std::vector<std::uint32_t>, std::uint64_t>;

// Every path, by trying every transfer after every other.
void try_all(const std::vector<Move>& moves, std::uint32_t to, std::size_t from_move,
             std::vector<std::uint32_t>& way, std::uint64_t width, std::size_t hops_max,
             Best& best) {
  if (way.size() > hops_max) return;
  for (auto i = from_move; i < moves.size(); ++i) {
    const auto& m = moves[i];
    if (m.from != way.back() || m.asset != 0 || m.fee || m.value == 0 || m.to == kNobody) continue;
    if (std::find(way.begin(), way.end(), m.to) != way.end()) continue;
    const auto least = std::min(width, m.value);
    way.push_back(m.to);
    if (m.to == to)
      best[way] = std::max(best[way], least);
    else
      try_all(moves, to, i + 1, way, least, hops_max, best);
    way.pop_back();
  }
}

TEST(AccountPathTest, AgreesWithTryingEverything) {
  std::size_t several = 0;
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    auto world = test::random_world(
        seed, {.moves = 90, .people = 8, .assets = 1, .unexplained_percent = 80});
    world.write(seed % 2 == 0 ? 1500 : 1 << 20);
    const auto moves = world.moves();
    for (std::uint32_t from = 0; from < 4; ++from) {
      const std::uint32_t to = 7;
      if (world.address(from) == kNoAddress || world.address(to) == kNoAddress) continue;
      const std::uint32_t hops_max = 1 + (seed + from) % 6;
      Best best;
      std::vector<std::uint32_t> way = {from};
      try_all(moves, to, 0, way, ~0ull, hops_max, best);
      std::vector<std::uint64_t> widths;
      for (const auto& [addresses, width] : best)
        widths.push_back(width);
      std::sort(widths.rbegin(), widths.rend());
      several += widths.size() > 3;

      const auto first = paths(world, from, to, {.hops_max = hops_max}).paths;
      ASSERT_EQ(first.size(), widths.empty() ? 0u : 1u) << "seed " << seed;
      if (!widths.empty()) {
        EXPECT_EQ(first[0].amount, U256(widths[0])) << "seed " << seed;
      }
      const auto all = paths(world, from, to, {.count = 1000, .hops_max = hops_max}).paths;
      ASSERT_EQ(all.size(), widths.size()) << "seed " << seed << " from " << from;
      for (std::size_t i = 0; i < all.size(); ++i)
        EXPECT_EQ(all[i].amount, U256(widths[i]));
      const auto some = paths(world, from, to, {.count = 3, .hops_max = hops_max}).paths;
      EXPECT_EQ(some.size(), std::min<std::size_t>(3, widths.size())) << "seed " << seed;
    }
  }
  EXPECT_GT(several, 20u);
}

}  // namespace
}  // namespace clew::account
