#include "ledger/account/walk.h"

#include <gtest/gtest.h>

#include "ledger/account/account_world_test.h"

namespace clew::account::test {
namespace {

struct Seen {
  Posting posting;
  TransferRow row;
};

// What a walk must give, by a plain filter of the whole history.
std::vector<Seen> expected(const Snapshot& snapshot, AddressId id, const WalkOptions& options) {
  std::vector<Seen> all;
  for (const auto& posting : snapshot.history(id)) {
    const auto row = snapshot.transfer(posting.transfer);
    if (posting.transfer < options.from || posting.transfer >= options.until) continue;
    if (options.side == (posting.sends ? WalkSide::received : WalkSide::sent)) continue;
    if (options.asset && row.asset != *options.asset) continue;
    all.push_back({posting, row});
  }
  if (options.back) std::reverse(all.begin(), all.end());
  return all;
}

std::vector<Passage> read_all(Walk walk, std::size_t batch) {
  std::vector<Passage> all, some(batch);
  while (!walk.at_end()) {
    const auto count = walk.read(some);
    all.insert(all.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return all;
}

WalkOptions random_options(const Snapshot& snapshot, AddressId id, std::mt19937_64& random) {
  WalkOptions options;
  const auto all = snapshot.history(id);
  const auto moment = [&] { return all[random() % all.size()].transfer + random() % 2; };
  if (random() % 2 == 0) options.from = moment();
  if (random() % 2 == 0) options.until = moment();
  options.side = static_cast<WalkSide>(random() % 3);
  if (random() % 2 == 0) options.asset = static_cast<AssetId>(random() % snapshot.asset_count());
  options.values = random() % 2 == 0;
  options.back = random() % 2 == 0;
  return options;
}

TEST(AccountWalk, GivesWhatAFilterOfTheHistoryGives) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const auto chain = random_chain(seed, 5, 60);
    const TemporaryFolder folder;
    ingest(folder / "ledger", chain, small_segments(seed % 2 == 0 ? 4000 : 1 << 20));
    const auto snapshot = open_snapshot(folder / "ledger");
    std::mt19937_64 random(seed);
    for (int round = 0; round < 200; ++round) {
      const auto id = *snapshot.find_address(account_of(random() % 40));
      const auto options = random_options(snapshot, id, random);
      const auto wanted = expected(snapshot, id, options);
      const auto given = read_all(snapshot.walk(id, options), 1 + random() % 9);
      ASSERT_EQ(given.size(), wanted.size()) << "seed " << seed << " round " << round;
      for (std::size_t i = 0; i < given.size(); ++i) {
        const auto& [posting, row] = wanted[i];
        EXPECT_EQ(given[i].transfer, posting.transfer);
        EXPECT_EQ(given[i].sends, posting.sends);
        EXPECT_EQ(given[i].other, posting.sends ? row.to : row.from);
        EXPECT_EQ(given[i].asset, row.asset);
        EXPECT_EQ(given[i].value, options.values ? row.value : U256());
      }
    }
  }
}

// The work that a read did after each of its batches, cut into segments as told.
std::vector<std::uint64_t> work_of(const Chain& chain, std::uint64_t segment_bytes) {
  const TemporaryFolder folder;
  ingest(folder / "ledger", chain, small_segments(segment_bytes));
  const auto snapshot = open_snapshot(folder / "ledger");
  std::vector<std::uint64_t> work;
  for (std::uint64_t who = 0; who < 40; ++who) {
    auto walk = snapshot.walk(*snapshot.find_address(account_of(who)), {.asset = kCoin});
    std::array<Passage, 3> some;
    while (!walk.at_end()) {
      walk.read(some);
      work.push_back(walk.passed());
    }
  }
  return work;
}

TEST(AccountWalk, WorkDoesNotDependOnSegments) {
  const auto chain = random_chain(4, 0, 80);
  EXPECT_EQ(work_of(chain, 3000), work_of(chain, 1 << 20));
}

TEST(AccountWalk, StopsWhereItIsTold) {
  const TemporaryFolder folder;
  ingest(folder / "ledger", random_chain(2, 0, 60));
  const auto snapshot = open_snapshot(folder / "ledger");
  const auto id = *snapshot.find_address(account_of(3));
  auto walk = snapshot.walk(id, {});
  std::array<Passage, 8> some;
  EXPECT_EQ(walk.read(some, 5), 5u);
  EXPECT_EQ(walk.passed(), 5u);
  EXPECT_FALSE(walk.at_end());
  EXPECT_EQ(walk.read(some, 0), 0u);
  EXPECT_FALSE(walk.at_end());
  EXPECT_EQ(snapshot.history_size_before(id, kNone), snapshot.history_size(id));
  EXPECT_EQ(snapshot.history_size_before(id, some[4].transfer), 4u);
}

TEST(AccountWalk, OfNobodyAndOfAnEmptyLedgerIsEmpty) {
  const TemporaryFolder folder;
  auto writer = open_writer(folder / "ledger");
  ASSERT_TRUE(writer.commit());
  const auto snapshot = open_snapshot(folder / "ledger");
  std::array<Passage, 2> some;
  auto walk = snapshot.walk(0, {.back = true});
  EXPECT_EQ(walk.read(some), 0u);
  EXPECT_TRUE(walk.at_end());
}

}  // namespace
}  // namespace clew::account::test
