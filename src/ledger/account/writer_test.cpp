#include "ledger/account/writer.h"

#include <gtest/gtest.h>

#include <fstream>

#include "ledger/account/account_world_test.h"
#include "tests/memory_files.h"

namespace clew::account::test {
namespace {

TEST(AccountWriter, IngestingAgainChangesNothing) {
  const auto chain = random_chain(1, 0, 40);
  const TemporaryFolder folder;
  ingest(folder / "ledger", chain);
  const auto before = open_snapshot(folder / "ledger");
  auto writer = open_writer(folder / "ledger");
  for (const auto& block : chain) {
    const auto added = writer.append(block);
    ASSERT_TRUE(added);
    EXPECT_FALSE(*added);
  }
  ASSERT_TRUE(writer.commit());
  const auto after = open_snapshot(folder / "ledger");
  EXPECT_EQ(describe(after), describe(before));
  EXPECT_EQ(after.version(), before.version());
}

TEST(AccountWriter, WithoutCommitNothingIsSeen) {
  const TemporaryFolder folder;
  {
    auto writer = open_writer(folder / "ledger", small_segments(1 << 20));
    append_all(writer, random_chain(2, 0, 40));
    EXPECT_EQ(writer.tip()->height, 39u);
  }
  EXPECT_EQ(open_snapshot(folder / "ledger").block_count(), 0u);
}

TEST(AccountWriter, SegmentsAreMerged) {
  const auto chain = random_chain(4, 0, 200);
  const TemporaryFolder folder;
  ingest(folder / "ledger", chain);
  const auto names = *real_files().list(folder / "ledger");
  const auto segments = std::count_if(names.begin(), names.end(),
                                      [](const auto& name) { return name.ends_with(".seg"); });
  EXPECT_LE(segments, 10);
  EXPECT_EQ(describe(open_snapshot(folder / "ledger")), describe(chain));
}

TEST(AccountWriter, RefusesBlocksThatDoNotConnect) {
  const auto chain = random_chain(1, 5, 10);
  const TemporaryFolder folder;
  auto writer = open_writer(folder / "ledger");
  append_all(writer, chain);
  auto stranger = random_chain(1, 15, 1, hash_of("another parent"), "b");
  const auto refused = writer.append(stranger[0]);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::data);
  EXPECT_NE(refused.error().message.find("block 15"), std::string::npos);
  auto rival = random_chain(1, 9, 1, chain[3].hash, "b");
  EXPECT_FALSE(writer.append(rival[0]));
  auto moved = chain[4];
  moved.number = 20;
  EXPECT_FALSE(writer.append(moved));
  auto far = chain[4];
  far.hash = hash_of("far");
  far.number = 0xffffffff;
  EXPECT_EQ(writer.append(far).error().kind, ErrorKind::unsupported);
  ASSERT_TRUE(writer.commit());
  EXPECT_EQ(describe(open_snapshot(folder / "ledger")), describe(chain));
}

TEST(AccountWriter, HistoryMayArriveLaterAndHaveGaps) {
  const auto chain = random_chain(7, 0, 60);
  const TemporaryFolder folder;
  ingest(folder / "ledger", Chain(chain.begin() + 40, chain.end()));
  ingest(folder / "ledger", Chain(chain.begin(), chain.begin() + 20));
  const auto partial = open_snapshot(folder / "ledger");
  ASSERT_EQ(partial.gaps().size(), 1u);
  EXPECT_EQ(partial.gaps()[0].from, 20u);
  EXPECT_EQ(partial.gaps()[0].to, 39u);
  EXPECT_EQ(partial.first_height(), 0u);
  const auto held = partial.held(0);
  ASSERT_EQ(held.size(), 2u);
  EXPECT_EQ(std::pair(held[0].from, held[0].to), std::pair(std::uint64_t{0}, std::uint64_t{19}));
  EXPECT_EQ(std::pair(held[1].from, held[1].to), std::pair(std::uint64_t{40}, std::uint64_t{59}));
  {
    const auto stranger = random_chain(7, 39, 1, chain[38].hash, "b");
    auto writer = open_writer(folder / "ledger");
    EXPECT_EQ(writer.append(stranger[0]).error().kind, ErrorKind::data);
  }
  ingest(folder / "ledger", Chain(chain.begin() + 20, chain.begin() + 40));
  const auto whole = open_snapshot(folder / "ledger");
  EXPECT_TRUE(whole.gaps().empty());
  std::uint64_t next = 0;
  for (const auto& range : whole.held(0xff)) {
    EXPECT_EQ(range.from, next);
    for (; next <= range.to; ++next)
      EXPECT_EQ(range.parts, chain[next].parts);
  }
  EXPECT_EQ(next, chain.size());
  EXPECT_EQ(describe(whole), describe(chain));
  // In order of time, though not in that of arrival.
  const auto history = whole.history(*whole.find_address(account_of(1)));
  EXPECT_TRUE(std::is_sorted(history.begin(), history.end(),
                             [](const auto& a, const auto& b) { return a.transfer < b.transfer; }));
  EXPECT_EQ(verify(folder / "ledger")->size(), 0u);
}

TEST(AccountWriter, UnwindingAndAnotherBranchGiveThatBranch) {
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    for (const std::uint32_t depth : {1u, 2u, 7u, 30u, 50u}) {
      const auto chain = random_chain(seed, 0, 50);
      const auto from = 50 - depth;
      const auto parent = from == 0 ? Hash256{} : chain[from - 1].hash;
      const auto branch = random_chain(seed, from, depth + 2, parent, "b");
      const TemporaryFolder folder;
      ingest(folder / "ledger", chain);
      {
        auto writer = open_writer(folder / "ledger");
        ASSERT_TRUE(writer.unwind(from));
        EXPECT_EQ(describe(open_snapshot(folder / "ledger")), describe(chain));  // until the commit
        append_all(writer, branch);
        ASSERT_TRUE(writer.commit());
      }
      const auto winner = joined(Chain(chain.begin(), chain.begin() + from), branch);
      const auto snapshot = open_snapshot(folder / "ledger");
      EXPECT_EQ(describe(snapshot), describe(winner));
      const TemporaryFolder fresh;
      ingest(fresh / "ledger", winner);
      const auto other = open_snapshot(fresh / "ledger");
      EXPECT_EQ(snapshot.version(), other.version());
      EXPECT_EQ(snapshot.address_count(), other.address_count());
      EXPECT_EQ(snapshot.asset_count(), other.asset_count());
      EXPECT_EQ(snapshot.log_count(), other.log_count());
      EXPECT_EQ(verify(folder / "ledger")->size(), 0u);
    }
  }
}

TEST(AccountWriter, RefusesAnotherNetworkAndASecondWriter) {
  const TemporaryFolder folder;
  ingest(folder / "ledger", random_chain(1, 0, 3));
  const auto other = Writer::open(folder / "ledger", "evm:56");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind, ErrorKind::usage);
  const auto first = open_writer(folder / "ledger");
  EXPECT_EQ(Writer::open(folder / "ledger", "evm:1").error().kind, ErrorKind::busy);
}

TEST(AccountWriter, AFullDiskLeavesWhatWasCommitted) {
  const auto chain = random_chain(3, 0, 60);
  clew::test::MemoryFiles files;
  auto writer = open_writer("ledger", small_segments(1 << 20), files);
  append_all(writer, Chain(chain.begin(), chain.begin() + 30));
  ASSERT_TRUE(writer.commit());
  files.capacity = files.bytes_used() + 500;
  append_all(writer, Chain(chain.begin() + 30, chain.end()));
  const auto refused = writer.commit();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::no_space);
  const auto snapshot = Snapshot::open("ledger", files);
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->block_count(), 30u);
  files.capacity.reset();
  ASSERT_TRUE(writer.commit());
  EXPECT_EQ(describe(*Snapshot::open("ledger", files)), describe(chain));
}

TEST(AccountWriter, AFlippedBitIsNamedAndNeverAnswered) {
  const auto chain = random_chain(2, 0, 30);
  const TemporaryFolder folder;
  ingest(folder / "ledger", chain, small_segments(1 << 20));
  const auto path = folder / "ledger/00000001.seg";
  const auto good = *real_files().read(path);
  for (std::size_t at = 200; at < good.size(); at += good.size() / 40) {
    auto bad = good;
    bad[at] ^= 4;
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bad.data()), static_cast<std::streamsize>(bad.size()));
    EXPECT_EQ(verify(folder / "ledger")->size(), 1u) << at;
    const auto snapshot = Snapshot::open(folder / "ledger");
    if (!snapshot) continue;
    EXPECT_THROW((void)describe(*snapshot), ledger::Corruption) << at;
  }
}

}  // namespace
}  // namespace clew::account::test
