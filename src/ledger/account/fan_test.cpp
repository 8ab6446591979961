#include "ledger/account/fan.h"

#define XXH_INLINE_ALL
#include <gtest/gtest.h>
#include <xxhash.h>

#include <fstream>
#include <tuple>

#include "ledger/account/account_world_test.h"
#include "tests/memory_files.h"

namespace clew::account::test {
namespace {

// (transfer, other side, asset)
using Edges = std::vector<std::tuple<TransferId, AddressId, AssetId>>;

Edges sorted(Edges edges) {
  std::sort(edges.begin(), edges.end());
  return edges;
}

Edges by_walks(const Snapshot& snapshot, const std::vector<FanTask>& tasks, WalkSide side) {
  Edges edges;
  for (const auto& task : tasks) {
    auto walk = snapshot.walk(task.address, {.from = task.from, .until = task.until, .side = side});
    std::array<Passage, 7> some;
    for (std::size_t n = some.size(); n == some.size();) {
      n = walk.read(some);
      for (std::size_t i = 0; i < n; ++i)
        edges.emplace_back(some[i].transfer, some[i].other, some[i].asset);
    }
  }
  return sorted(std::move(edges));
}

Edges by_fan(Fan& fan, const std::vector<FanTask>& tasks, bool& complete) {
  Edges edges;
  complete = fan.read(tasks, [&](std::span<const FanEdge> some) {
    for (const auto& edge : some)
      edges.emplace_back(edge.transfer, edge.other, fan.asset(edge));
  });
  return sorted(std::move(edges));
}

TEST(AccountFan, ReadsWhatWalksRead) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    clew::test::MemoryFiles files;
    // The later half arrives first, so that numbers of addresses do not ascend in time.
    auto writer = open_writer("ledger", small_segments(seed % 3 == 0 ? 1 << 20 : 3000), files);
    if (seed % 2 == 0) append_all(writer, random_chain(seed, 100, 40));
    append_all(writer, random_chain(seed, 10, 60));
    ASSERT_TRUE(writer.commit());
    const auto opened = Snapshot::open("ledger", files);
    ASSERT_TRUE(opened);
    const auto& snapshot = *opened;
    std::mt19937_64 random(seed);
    std::vector<TransferId> moments = {0, kNone};
    for (const auto& posting : snapshot.history(0))
      moments.push_back(posting.transfer);
    for (const auto side : {WalkSide::sent, WalkSide::received}) {
      std::vector<FanTask> tasks;
      for (int i = 0; i < 300; ++i) {
        auto [from, until] =
            std::pair(moments[random() % moments.size()], moments[random() % moments.size()]);
        if (from > until) std::swap(from, until);
        const auto who = static_cast<AddressId>(random() % snapshot.address_count());
        tasks.push_back({who, from, until});
      }
      for (const std::size_t beside_from : {std::size_t{0}, tasks.size() + 1}) {
        auto fan = snapshot.fan({.side = side, .beside_from = beside_from});
        bool complete = false;
        EXPECT_EQ(by_fan(fan, tasks, complete), by_walks(snapshot, tasks, side)) << "seed " << seed;
        EXPECT_TRUE(complete);
      }
    }
  }
}

TEST(AccountFan, StopsAtItsBudget) {
  const TemporaryFolder folder;
  ingest(folder / "ledger", random_chain(5, 10, 60));
  const auto snapshot = open_snapshot(folder / "ledger");
  std::vector<FanTask> tasks;
  std::uint64_t postings = 0;
  for (AddressId who = 0; who < snapshot.address_count(); ++who) {
    tasks.push_back({who});
    postings += snapshot.history_size(who);
  }
  bool complete = false;
  auto all = snapshot.fan({.postings_max = postings});
  const auto edges = by_fan(all, tasks, complete);
  EXPECT_TRUE(complete);
  EXPECT_EQ(all.passed(), postings);
  auto fewer = snapshot.fan({.postings_max = postings - 1});
  EXPECT_LE(by_fan(fewer, tasks, complete).size(), edges.size());
  EXPECT_FALSE(complete);
  EXPECT_EQ(fewer.passed(), postings - 1);
  EXPECT_TRUE(by_fan(fewer, tasks, complete).empty());
  EXPECT_FALSE(complete);
}

using Transfers = std::vector<std::tuple<TransferId, AddressId>>;

// Many tasks, so that there are several parts: of few postings each, and of more than a part may
// have.
TEST(AccountFan, ReadsBesideInTheSameOrderAndToTheSameEnd) {
  for (const std::uint32_t blocks : {60u, 400u}) {
    const TemporaryFolder folder;
    ingest(folder / "ledger", random_chain(7, 10, blocks),
           small_segments(blocks < 100 ? 3000 : 1 << 20));
    const auto snapshot = open_snapshot(folder / "ledger");
    std::vector<FanTask> tasks;
    for (int copy = 0; copy < 200; ++copy)
      for (AddressId who = 0; who < snapshot.address_count(); ++who)
        tasks.push_back({who});
    const auto read = [&](std::size_t beside_from, std::uint64_t postings_max, bool& complete) {
      auto fan = snapshot.fan({.postings_max = postings_max, .beside_from = beside_from});
      Transfers transfers;
      complete = fan.read(tasks, [&](std::span<const FanEdge> some) {
        for (const auto& edge : some)
          transfers.emplace_back(edge.transfer, edge.other);
      });
      EXPECT_LE(fan.passed(), postings_max);
      return transfers;
    };
    std::uint64_t postings = 0;
    for (const auto& task : tasks)
      postings += snapshot.history_size(task.address);
    for (const auto postings_max : {kNone, postings - 1, postings / 2, std::uint64_t{100}}) {
      bool complete = false, complete_beside = false;
      const auto here = read(kNone, postings_max, complete);
      EXPECT_FALSE(here.empty());
      EXPECT_TRUE(read(0, postings_max, complete_beside) == here) << blocks << " " << postings_max;
      EXPECT_EQ(complete_beside, complete);
      EXPECT_EQ(complete, postings_max == kNone);
    }
  }
}

TEST(AccountFan, DamageThatIsMetBesideIsThrownHere) {
  clew::test::MemoryFiles files;
  auto writer = open_writer("ledger", small_segments(1 << 20), files);
  append_all(writer, random_chain(8, 10, 800));
  ASSERT_TRUE(writer.commit());
  const auto path = "ledger/00000001.seg";
  const auto good = *files.read(path);
  const std::vector<FanTask> tasks = {{0}, {1}, {2}};
  int met = 0;
  for (std::size_t at = 200; at < good.size(); at += good.size() / 40) {
    files.content(path) = good;
    files.content(path)[at] ^= 4;
    const auto read = [&](std::size_t beside_from) {
      const auto snapshot = Snapshot::open("ledger", files);
      if (!snapshot) return false;
      auto fan = snapshot->fan({.beside_from = beside_from});
      try {
        return !fan.read(tasks, [](std::span<const FanEdge>) {});
      } catch (const ledger::Corruption&) {
        return true;
      }
    };
    EXPECT_EQ(read(0), read(kNone)) << at;
    met += read(0);
  }
  EXPECT_GT(met, 0);
}

// Its segments have no list of the other sides, and reading none would look like no transfers.
TEST(AccountFan, ALedgerOfTheFormatBeforeIsRefused) {
  const TemporaryFolder folder;
  ingest(folder / "ledger", random_chain(6, 10, 5));
  const auto path = folder / "ledger/MANIFEST";
  std::string line;
  std::getline(std::ifstream(path), line);
  const auto at = line.find("\"format\":2");
  ASSERT_NE(at, line.npos) << line;
  line[at + 9] = '1';
  char sum[20];
  std::snprintf(sum, sizeof sum, "%016llx",
                static_cast<unsigned long long>(XXH3_64bits(line.data(), line.size())));
  std::ofstream(path) << line << '\n' << sum << '\n';
  const auto snapshot = Snapshot::open(folder / "ledger");
  ASSERT_FALSE(snapshot);
  EXPECT_EQ(snapshot.error().kind, ErrorKind::unsupported);
}

}  // namespace
}  // namespace clew::account::test
