#include "graph/path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "graph/trace_world_test.h"

namespace clew::graph {
namespace {

using test::World;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr AddressId kA = 1, kB = 2, kX = 3, kY = 4, kZ = 5, kExchange = 9;

PathResult find(const World& world, const PathOptions& options, std::vector<AddressId> from = {kA},
                std::vector<AddressId> to = {kB}) {
  auto result = find_paths(world, from, to, options);
  EXPECT_TRUE(result.has_value());
  return std::move(*result);
}

std::vector<std::int64_t> amounts(const PathResult& result) {
  std::vector<std::int64_t> found;
  for (const auto& path : result.paths)
    found.push_back(path.amount);
  return found;
}

PathOptions best(std::uint32_t count) {
  PathOptions options;
  options.count = count;
  return options;
}

// A pays B 5 directly, 70 over two others, 20 over one other.
struct Three {
  World world;
  TxIndex split, direct;
  Three() {
    const auto a = world.mine({{100, kA}});
    split = world.pay({world.out(a)}, {{70, kX}, {20, kY}, {5, kB}});
    const auto z = world.pay({world.out(split)}, {{70, kZ}});
    world.pay({world.out(split, 1)}, {{20, kB}});
    world.pay({world.out(z)}, {{70, kB}});
  }
};

TEST(PathTest, RanksByValueHopsOrTime) {
  const Three t;
  auto options = best(5);
  EXPECT_THAT(amounts(find(t.world, options)), ElementsAre(70, 20, 5));
  options.rank = PathRank::hops;
  EXPECT_THAT(amounts(find(t.world, options)), ElementsAre(5, 20, 70));
  options.rank = PathRank::time;
  EXPECT_THAT(amounts(find(t.world, options)), ElementsAre(5, 20, 70));
  options.count = 1;
  options.rank = PathRank::value;
  const auto result = find(t.world, options);
  ASSERT_EQ(result.paths.size(), 1u);
  EXPECT_EQ(result.search, PathSearch::exhausted);
  const auto& hops = result.paths[0].hops;
  ASSERT_EQ(hops.size(), 4u);
  EXPECT_EQ(hops[0].address, kA);
  EXPECT_EQ(hops[0].value, 100);
  EXPECT_EQ(hops[1].address, kX);
  EXPECT_EQ(hops[1].created_by, t.split);
  EXPECT_EQ(hops[3].address, kB);
  EXPECT_EQ(hops[3].value, 70);
}

TEST(PathTest, MoneyDoesNotFlowBackInTime) {
  const Three t;
  const auto result = find(t.world, best(3), {kB}, {kA});
  EXPECT_THAT(result.paths, IsEmpty());
  EXPECT_EQ(result.search, PathSearch::exhausted);
}

TEST(PathTest, SaysWhetherLongerPathsMayExist) {
  const Three t;
  auto options = best(5);
  options.hops_max = 2;
  auto result = find(t.world, options);
  EXPECT_THAT(amounts(result), ElementsAre(20, 5));
  EXPECT_EQ(result.search, PathSearch::hops);
  options.hops_max = 3;
  EXPECT_EQ(find(t.world, options).search, PathSearch::exhausted);
  options.edges_max = 3;
  result = find(t.world, options);
  EXPECT_EQ(result.search, PathSearch::edges);
  EXPECT_LE(result.edges, 3u);
}

TEST(PathTest, PathsOverTheSameTransactionsAreOne) {
  World w;
  const auto a = w.mine({{30, kA}, {50, kA}, {20, kA}});
  const auto b = w.pay({w.out(a), w.out(a, 1), w.out(a, 2)}, {{40, kX}, {60, kX}});
  w.pay({w.out(b), w.out(b, 1)}, {{99, kB}, {1, kB}});
  const auto result = find(w, best(10));
  ASSERT_EQ(result.paths.size(), 1u);
  EXPECT_EQ(result.paths[0].hops[0].value, 50);
  EXPECT_EQ(result.paths[0].hops[1].value, 60);
  EXPECT_EQ(result.paths[0].hops[2].value, 99);
}

TEST(PathTest, ReceiptsFromSeveralTransactionsBeginPathsOfTheirOwn) {
  World w;
  const auto a = w.mine({{30, kA}, {50, kA}});
  const auto b = w.mine({{20, kA}});
  const auto c = w.mine({{70, kA}});
  w.pay({w.out(a), w.out(a, 1), w.out(b), w.out(c)}, {{60, kB}, {110, kX}});
  EXPECT_THAT(amounts(find(w, best(10))), ElementsAre(60, 50, 20));
  EXPECT_THAT(amounts(find(w, best(2))), ElementsAre(60, 50));
}

TEST(PathTest, BeginsWithWhatTheStartSpendsFromOutside) {
  World w;
  const auto tx = w.add({{kNone, kUnknownValue, kA}, {kNone, 40, kA, 7}, {kNone, 60, kA, 7}},
                        {{50, kB}, {30, kX}});
  const auto result = find(w, best(5));
  EXPECT_THAT(amounts(result), ElementsAre(50, 50));
  EXPECT_EQ(result.search, PathSearch::exhausted);
  const auto& unknown = result.paths[0].hops[0];
  EXPECT_EQ(unknown.output, kNone);
  EXPECT_EQ(unknown.outside, w.shape(tx).first_input);
  EXPECT_EQ(unknown.address, kA);
  EXPECT_EQ(unknown.value, kUnknownValue);
  EXPECT_EQ(result.paths[1].hops[0].outside, w.shape(tx).first_input + 2);
  EXPECT_EQ(result.paths[1].hops[0].value, 60);
  EXPECT_EQ(result.paths[1].hops[1].created_by, tx);
}

TEST(PathTest, DoesNotPassThroughServicesOrCoinJoins) {
  World w;
  const auto a = w.mine({{100, kA}});
  const auto split = w.pay({w.out(a)}, {{50, kExchange}, {30, kX}, {20, kY}});
  w.pay({w.out(split)}, {{50, kB}});
  const auto mix = w.pay({w.out(split, 1)}, {{30, kB}});
  w.pay({w.out(split, 2)}, {{20, kB}});
  auto options = best(5);
  EXPECT_THAT(amounts(find(w, options)), ElementsAre(50, 30, 20));
  options.service = [](AddressId x) {
    return x == kExchange ? std::optional<ServiceId>(1) : std::nullopt;
  };
  EXPECT_THAT(amounts(find(w, options)), ElementsAre(30, 20));
  options.coinjoin = [&](TxIndex tx) { return tx == mix; };
  EXPECT_THAT(amounts(find(w, options)), ElementsAre(20));
  options.value_min = 21;
  EXPECT_THAT(amounts(find(w, options)), IsEmpty());
  // The ends themselves may be services.
  options = best(5);
  options.service = [](AddressId x) { return std::optional<ServiceId>(x); };
  EXPECT_THAT(amounts(find(w, options, {kExchange})), ElementsAre(50));
}

TEST(PathTest, OnlyTransactionsInsideTheWindow) {
  const Three t;
  auto options = best(5);
  options.window.height_to = 4;
  EXPECT_THAT(amounts(find(t.world, options)), ElementsAre(20, 5));
  options.window.height_from = 3;
  EXPECT_THAT(amounts(find(t.world, options)), IsEmpty());
}

TEST(PathTest, EntitiesAreSetsOfAddresses) {
  const Three t;
  EXPECT_THAT(amounts(find(t.world, best(5), {kX, kY}, {kB})), ElementsAre(70, 20));
  EXPECT_THAT(amounts(find(t.world, best(5), {kA}, {kB, kZ})), ElementsAre(70, 20, 5));
}

TEST(PathTest, SenselessQuestionsAreRefused) {
  const Three t;
  const std::vector<AddressId> a = {kA}, b = {kB}, ab = {kB, kA};
  EXPECT_EQ(find_paths(t.world, a, ab, {}).error().kind, ErrorKind::usage);
  EXPECT_EQ(find_paths(t.world, {}, b, {}).error().kind, ErrorKind::usage);
  EXPECT_EQ(find_paths(t.world, a, b, best(0)).error().kind, ErrorKind::usage);
  EXPECT_EQ(find_paths(t.world, a, b, best(kPathsMax + 1)).error().kind, ErrorKind::usage);
  auto options = best(1);
  options.hops_max = 0;
  EXPECT_EQ(find_paths(t.world, a, b, options).error().kind, ErrorKind::usage);
}

// All paths of a small world, one at a time.
class Enumeration {
 public:
  Enumeration(const World& world, std::uint32_t hops_max) : world_(world), hops_max_(hops_max) {
    for (OutputId o = 0; o < world.output_count(); ++o)
      if (world.address(o) == kA) walk(o, world.value(o), {world.creator(o)});
    for (const auto& spend : world.outside_spends(kA, kNone))
      enter(spend.tx, spend.value == kUnknownValue ? kMoneyMax : spend.value,
            {kOutside + spend.maker});
  }
  static constexpr std::uint64_t kOutside = std::uint64_t{1} << 40;  // no transaction of the world
  // Width of the best path for each sequence of transactions, that of A's receipt first.
  std::map<std::vector<TxIndex>, std::int64_t> found;

 private:
  void walk(OutputId at, std::int64_t width, std::vector<TxIndex> txs) {
    if (world_.spender(at) != kNone) enter(world_.spender(at), width, std::move(txs));
  }
  void enter(TxIndex next, std::int64_t width, std::vector<TxIndex> txs) {
    if (txs.size() == hops_max_ + 1) return;
    txs.push_back(next);
    const auto shape = world_.shape(next);
    for (std::uint32_t i = 0; i < shape.output_count; ++i) {
      const auto o = world_.out(next, i);
      const auto w = std::min(width, world_.value(o));
      if (world_.address(o) == kB) {
        auto& best = found.try_emplace(txs, -1).first->second;
        best = std::max(best, w);
      } else if (world_.address(o) != kA) {
        walk(o, w, txs);
      }
    }
  }
  const World& world_;
  std::uint32_t hops_max_;
};

// The transactions of a path, its first output's creator included, as Enumeration has them.
std::vector<TxIndex> transactions(const World& world, const MoneyPath& path) {
  const auto& first = path.hops[0];
  std::vector<TxIndex> txs = {first.created_by};
  if (first.outside != kNone)
    for (const auto& spend : world.outside_spends(kA, kNone))
      if (spend.input == first.outside) txs[0] = Enumeration::kOutside + spend.maker;
  for (std::size_t i = 1; i < path.hops.size(); ++i) {
    if (path.hops[i - 1].output != kNone) {
      EXPECT_EQ(world.spender(path.hops[i - 1].output), path.hops[i].created_by);
    }
    txs.push_back(path.hops[i].created_by);
  }
  return txs;
}

// Whether the answer to `options` is the best of all.
void check_best(const World& world, const PathOptions& options) {
  const Enumeration all(world, options.hops_max);
  std::vector<std::int64_t> widths;
  for (const auto& [txs, width] : all.found)
    widths.push_back(width);
  std::sort(widths.begin(), widths.end(), std::greater<>());
  widths.resize(std::min<std::size_t>(widths.size(), options.count));
  const auto result = find(world, options);
  ASSERT_EQ(amounts(result), widths);
  std::set<std::vector<TxIndex>> distinct;
  for (const auto& path : result.paths) {
    const auto txs = transactions(world, path);
    EXPECT_EQ(all.found.at(txs), path.amount);
    EXPECT_TRUE(distinct.insert(txs).second);
  }
  if (result.search != PathSearch::exhausted) return;
  EXPECT_EQ(Enumeration(world, options.hops_max + 3).found.size(), all.found.size());
}

TEST(PathTest, FindsTheKBestOfAllPaths) {
  std::size_t paths = 0, from_outside = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    SCOPED_TRACE(seed);
    test::WorldShape shape;
    shape.transactions = 30;
    shape.outside_percent = seed % 3 == 0 ? 30 : 0;
    const auto world = test::random_world(seed, shape);
    for (const std::uint32_t hops_max : {2u, 3u, 5u}) {
      for (const std::uint32_t count : {1u, 3u, 40u}) {
        auto options = best(count);
        options.hops_max = hops_max;
        check_best(world, options);
      }
      for (const auto& [txs, width] : Enumeration(world, hops_max).found) {
        ++paths;
        from_outside += txs[0] >= Enumeration::kOutside;
      }
    }
  }
  EXPECT_GT(paths, 200u);
  EXPECT_GT(from_outside, 30u);
}

TEST(PathTest, NamesAreFound) {
  EXPECT_EQ(find_path_rank("time"), PathRank::time);
  EXPECT_EQ(find_path_rank(name(PathRank::hops)), PathRank::hops);
  EXPECT_FALSE(find_path_rank("speed"));
  EXPECT_EQ(name(PathSearch::edges), "edges");
}

}  // namespace
}  // namespace clew::graph
