#include "ingest/ingest.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "ingest/ingest_test_support.h"

namespace clew::ingest {
namespace {

using namespace clew::ingest::test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const Chain& chain() {
  static const Chain blocks = grow({}, 0, 30);
  return blocks;
}

Hash256 tip_hash(const IngestReport& report) {
  return report.tip ? report.tip->hash : Hash256{};
}

TEST(Ingest, TakesAFolderOfObfuscatedBlockFilesInAnyOrder) {
  Chain shuffled = chain();
  std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937(1));
  MemoryFiles files;
  const std::array<std::uint8_t, 8> key{1, 22, 3, 44, 5, 66, 7, 88};
  const auto part = [&](std::size_t from, std::size_t to) {
    return obfuscated(blk_file(Chain(shuffled.begin() + static_cast<std::ptrdiff_t>(from),
                                     shuffled.begin() + static_cast<std::ptrdiff_t>(to))),
                      key);
  };
  files.put("/node/blocks/blk00000.dat", part(0, 12));
  files.put("/node/blocks/blk00001.dat", part(12, 31));
  files.put("/node/blocks/rev00000.dat", bytes_of("undo data"));
  files.put("/node/blocks/xor.dat", Bytes(key.begin(), key.end()));
  const auto report = run(files, {"/node"});
  EXPECT_THAT(texts(report.problems), IsEmpty());
  EXPECT_EQ(report.chain->network, "regtest");
  EXPECT_EQ(report.directory, "/ledger/bitcoin");
  EXPECT_EQ(report.blocks_read, 31u);
  EXPECT_EQ(report.added, 31u);
  EXPECT_EQ(report.transactions, 31u);
  EXPECT_EQ(tip_hash(report), chain().back().hash);
  EXPECT_EQ(heights_of(snapshot_of(files)), "0-30");
}

TEST(Ingest, TheSameBlocksAgainChangeNothing) {
  MemoryFiles files;
  files.put("/a/blk00000.dat", blk_file(chain()));
  run(files, {"/a"});
  const auto version = snapshot_of(files).version();
  const auto report = run(files, {"/a/blk00000.dat", "/a"});
  EXPECT_THAT(texts(report.problems), IsEmpty());
  EXPECT_EQ(report.blocks_read, 62u);
  EXPECT_EQ(report.copies, 31u);
  EXPECT_EQ(report.already_there, 31u);
  EXPECT_EQ(report.added, 0u);
  EXPECT_EQ(snapshot_of(files).version(), version);
}

TEST(Ingest, MixesBlockFilesRawBlocksAndText) {
  MemoryFiles files;
  files.put("/blk", blk_file(cut(chain(), 0, 9)));
  files.put("/raw", chain()[10].raw);
  files.put("/hex", bytes_of(to_hex(chain()[11].raw) + "\n" + to_hex(chain()[12].raw) + "\n"));
  const auto report = run(files, {"/hex", "/raw", "/blk"});
  EXPECT_THAT(texts(report.problems), IsEmpty());
  EXPECT_EQ(report.added, 13u);
  EXPECT_EQ(heights_of(snapshot_of(files)), "0-12");
}

TEST(Ingest, AFragmentStandsWhereItsCoinbasesSay) {
  MemoryFiles files;
  files.put("/late", blk_file(cut(chain(), 20, 25)));
  files.put("/one", chain()[12].raw);
  EXPECT_THAT(run(files, {"/late", "/one"}).problems, IsEmpty());
  EXPECT_EQ(heights_of(snapshot_of(files)), "12-12 20-25");
  files.put("/all", blk_file(chain()));  // history that arrives later links up
  const auto report = run(files, {"/all"});
  EXPECT_THAT(texts(report.problems), IsEmpty());
  EXPECT_EQ(report.added, 24u);
  EXPECT_EQ(report.already_there, 7u);
  EXPECT_EQ(heights_of(snapshot_of(files)), "0-30");
}

TEST(Ingest, AFragmentWithoutAHeightNeedsOneFromTheUser) {
  const Chain silent = grow({}, 0, 20, {.bip34 = false});
  MemoryFiles files;
  files.put("/part", blk_file(cut(silent, 10, 20)));
  const auto refused = run(files, {"/part"});
  EXPECT_EQ(refused.refused, 11u);
  EXPECT_THAT(texts(refused.problems),
              ElementsAre(StartsWith("/part: byte 8: block " + to_display(silent[10].hash) +
                                     ": nothing tells its height")));
  EXPECT_THAT(refused.problems[0].reason, HasSubstr("--from-height"));
  const auto report = run(files, {"/part"}, {.from_height = 10});
  EXPECT_THAT(texts(report.problems), IsEmpty());
  EXPECT_EQ(heights_of(snapshot_of(files)), "10-20");
  files.put("/start", blk_file(cut(silent, 0, 9)));
  EXPECT_THAT(texts(run(files, {"/start"}).problems), IsEmpty());
  EXPECT_EQ(heights_of(snapshot_of(files)), "0-20");
}

TEST(Ingest, AWrongHeightComesOutWhenHistoryLinksUp) {
  const Chain silent = grow({}, 0, 20, {.bip34 = false});
  MemoryFiles files;
  files.put("/part", blk_file(cut(silent, 10, 20)));
  files.put("/start", blk_file(cut(silent, 0, 9)));
  run(files, {"/part"}, {.from_height = 500});
  const auto report = run(files, {"/start"});
  ASSERT_EQ(report.problems.size(), 1u);
  EXPECT_THAT(report.problems[0].reason, HasSubstr("the ledger has it at height 500"));
  EXPECT_EQ(heights_of(snapshot_of(files)), "500-510");
}

TEST(Ingest, LeavesOutHeightsOutsideTheRange) {
  MemoryFiles files;
  files.put("/all", blk_file(chain()));
  const auto report = run(files, {"/all"}, {.from_height = 10, .to_height = 19});
  EXPECT_THAT(texts(report.problems), IsEmpty());
  EXPECT_EQ(report.added, 10u);
  EXPECT_EQ(report.left_out, 21u);
  EXPECT_EQ(heights_of(snapshot_of(files)), "10-19");
}

TEST(Ingest, SettlesOnTheBranchWithMostWorkInAnyOrder) {
  const Chain trunk = grow({}, 0, 6);
  const Chain side = grow(trunk, 4, 9, {.salt = 1});
  for (int order = 0; order < 6; ++order) {
    MemoryFiles files;
    files.put("/trunk", blk_file(trunk));
    files.put("/low", blk_file(cut(side, 4, 6)));
    files.put("/high", blk_file(cut(side, 7, 9)));
    std::vector<std::string> paths{"/high", "/low", "/trunk"};
    for (int i = 0; i < order; ++i)
      std::next_permutation(paths.begin(), paths.end());
    const auto report = run(files, paths);
    EXPECT_THAT(texts(report.problems), IsEmpty());
    EXPECT_EQ(tip_hash(report), side.back().hash);
    EXPECT_EQ(report.added, 10u);
    EXPECT_EQ(report.stale, 3u);
    EXPECT_EQ(report.unwound, 0u);
  }
}

TEST(Ingest, AHeavierBranchThatComesLaterReplacesWhatIsThere) {
  const Chain trunk = grow({}, 0, 6);
  const Chain side = grow(trunk, 4, 9, {.salt = 1});
  MemoryFiles files;
  files.put("/trunk", blk_file(trunk));
  files.put("/low", blk_file(cut(side, 4, 6)));
  files.put("/high", blk_file(cut(side, 7, 9)));
  run(files, {"/trunk"});
  const auto equal = run(files, {"/low"});  // as much work: what is there stays
  EXPECT_EQ(equal.stale, 3u);
  EXPECT_EQ(tip_hash(equal), trunk.back().hash);
  const auto report = run(files, {"/low", "/high"});
  EXPECT_THAT(texts(report.problems), IsEmpty());
  EXPECT_EQ(report.unwound, 3u);
  EXPECT_EQ(report.added, 6u);
  EXPECT_THAT(report.notes, ElementsAre(HasSubstr("3 blocks from height 4 on were removed")));
  EXPECT_EQ(tip_hash(report), side.back().hash);
  EXPECT_EQ(heights_of(snapshot_of(files)), "0-9");
  const auto back = run(files, {"/trunk"});  // the old branch is stale now
  EXPECT_EQ(back.stale, 3u);
  EXPECT_EQ(tip_hash(back), side.back().hash);
}

// The extension of the ledger's tip and a fork from below it come together: neither may be judged
// without the other.
TEST(Ingest, WeighsABranchAgainstTheLedgerAndWhatExtendsIt) {
  const Chain trunk = grow({}, 0, 10);
  const Chain fork = grow(trunk, 6, 11, {.salt = 1});
  const Chain more = grow(trunk, 11, 12);
  MemoryFiles files;
  files.put("/trunk", blk_file(trunk));
  files.put("/both", blk_file(joined(fork, more)));
  run(files, {"/trunk"});
  const auto report = run(files, {"/both"});
  EXPECT_EQ(report.unwound, 0u);
  EXPECT_EQ(report.added, 2u);
  EXPECT_EQ(report.stale, 6u);
  EXPECT_EQ(tip_hash(report), more.back().hash);
}

TEST(Ingest, ABadBlockKeepsOutWhatBuildsOnIt) {
  Chain bad = chain();
  bad[20].raw.back() ^= 1;  // the coinbase's lock time: the Merkle root breaks
  MemoryFiles files;
  files.put("/f", blk_file(bad));
  const auto report = run(files, {"/f"});
  EXPECT_EQ(report.added, 20u);
  EXPECT_EQ(report.refused, 11u);
  const auto offset = blk_file(cut(bad, 0, 19)).size() + 8;
  EXPECT_THAT(texts(report.problems),
              ElementsAre(StartsWith("/f: byte " + std::to_string(offset) + ": block " +
                                     to_display(chain()[20].hash) + " at height 20: ")));
  EXPECT_THAT(report.notes, ElementsAre(HasSubstr("10 blocks that build on it are not stored")));
  EXPECT_EQ(heights_of(snapshot_of(files)), "0-19");
}

TEST(Ingest, AGoodCopyOfABadBlockServes) {
  Chain bad = cut(chain(), 0, 30);
  bad[20].raw.back() ^= 1;
  MemoryFiles files;
  files.put("/f", blk_file(bad));
  files.put("/g", blk_file(cut(chain(), 20, 20)));
  const auto report = run(files, {"/f", "/g"});
  EXPECT_EQ(report.added, 31u);
  EXPECT_EQ(report.problems.size(), 1u);
  EXPECT_EQ(heights_of(snapshot_of(files)), "0-30");
}

TEST(Ingest, ABadBlockOnTheBestBranchLeavesTheNextBest) {
  const Chain trunk = grow({}, 0, 6);
  Chain side = grow(trunk, 4, 9, {.salt = 1});
  side[2].raw.back() ^= 1;  // height 6: what is left of the branch ends at 5
  MemoryFiles files;
  files.put("/f", blk_file(joined(trunk, side)));
  const auto report = run(files, {"/f"});
  EXPECT_EQ(report.problems.size(), 1u);
  EXPECT_EQ(tip_hash(report), trunk.back().hash);
  EXPECT_EQ(report.stale, 2u);
  EXPECT_EQ(report.refused, 4u);
}

TEST(Ingest, TheLedgerIsNotUnwoundForABranchThatIsBad) {
  const Chain trunk = grow({}, 0, 6);
  Chain side = grow(trunk, 4, 9, {.salt = 1});
  side[3].raw.back() ^= 1;  // height 7: up to 6 it has no more work than the ledger
  MemoryFiles files;
  files.put("/trunk", blk_file(trunk));
  files.put("/side", blk_file(side));
  run(files, {"/trunk"});
  const auto version = snapshot_of(files).version();
  const auto report = run(files, {"/side"});
  EXPECT_EQ(report.unwound, 0u);
  EXPECT_EQ(report.problems.size(), 1u);
  EXPECT_EQ(snapshot_of(files).version(), version);
}

TEST(Ingest, AFileThatIsCutOffGivesWhatIsGood) {
  Bytes file = blk_file(chain());
  const auto whole = blk_file(cut(chain(), 0, 29)).size();
  file.resize(file.size() - 10);
  MemoryFiles files;
  files.put("/f", file);
  const auto report = run(files, {"/f"});
  EXPECT_EQ(report.added, 30u);
  ASSERT_EQ(report.problems.size(), 1u);
  EXPECT_EQ(report.problems[0].offset, whole);
  EXPECT_EQ(report.problems[0].kind, ErrorKind::data);
}

TEST(Ingest, AFileThatShrinksMeanwhileIsTold) {
  MemoryFiles files;
  files.put("/f", blk_file(chain()));
  IngestOptions options;
  options.clock = [&, calls = 0]() mutable {  // between the passes
    if (++calls == 2) files.content("/f").resize(blk_file(cut(chain(), 0, 9)).size() + 20);
    return static_cast<double>(calls);
  };
  options.progress = [](const IngestProgress&) {};
  files.shrunk = "";
  const auto report = run(files, {"/f"}, options);
  EXPECT_LE(report.added, 10u);
  EXPECT_THAT(report.problems, testing::Not(IsEmpty()));
}

TEST(Ingest, AFileThatCannotBeReadDoesNotStopTheOthers) {
  MemoryFiles files;
  files.put("/a/blk00000.dat", blk_file(chain()));
  files.put("/b", Bytes(300, 0x77));
  files.put("/c", {});
  const auto report = run(files, {"/b", "/a", "/c"});
  EXPECT_EQ(report.added, 31u);
  EXPECT_THAT(texts(report.problems), ElementsAre(StartsWith("/b: byte 0: neither a block file"),
                                                  "/c: byte 0: the file is empty"));
}

TEST(Ingest, WhatDoesNotExistIsAnErrorBeforeAnythingIsDone) {
  MemoryFiles files;
  files.put("/f", blk_file(chain()));
  files.put("/empty/readme", {});
  EXPECT_EQ(ingest_bitcoin("/l", {"/f", "/nowhere"}, {}, files).error().message,
            "/nowhere: no such file or folder");
  EXPECT_THAT(ingest_bitcoin("/l", {"/empty"}, {}, files).error().message,
              HasSubstr("no blk*.dat"));
  EXPECT_FALSE(files.exists("/l/bitcoin"));
}

TEST(Ingest, NamesBothNetworksWhenTheyDiffer) {
  MemoryFiles files;
  files.put("/f", blk_file(chain()));
  Bytes test_file;
  append_record(test_file, chain()[1].raw, *bitcoin::find_chain("test"));
  files.put("/t", test_file);
  run(files, {"/f"});
  const auto report = run(files, {"/t"});
  EXPECT_EQ(report.added, 0u);
  EXPECT_THAT(texts(report.problems),
              ElementsAre("/t: byte 0: this is a block of bitcoin test, the ledger holds bitcoin "
                          "regtest"));
  const auto other =
      ingest_bitcoin("/ledger", {"/f"}, {.chain = bitcoin::find_chain("main")}, files);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind, ErrorKind::usage);
}

TEST(Ingest, AMistakenNetworkCanBeMended) {
  MemoryFiles files;
  files.put("/f", blk_file(chain()));
  const auto mistaken =
      ingest_bitcoin("/ledger", {"/f"}, {.chain = bitcoin::find_chain("main")}, files);
  ASSERT_TRUE(mistaken);
  EXPECT_EQ(mistaken->added, 0u);
  EXPECT_EQ(run(files, {"/f"}).added, chain().size());
}

TEST(Ingest, ABusyLedgerIsAnError) {
  MemoryFiles files;
  files.put("/f", blk_file(chain()));
  const auto writer = ledger::Writer::open("/ledger/bitcoin", regtest(), {}, files);
  ASSERT_TRUE(writer);
  EXPECT_EQ(ingest_bitcoin("/ledger", {"/f"}, {}, files).error().kind, ErrorKind::busy);
}

TEST(Ingest, StopsWhenAskedAndGoesOnLater) {
  MemoryFiles files;
  files.put("/f", blk_file(chain()));
  std::atomic<bool> stop = false;
  double time = 0;
  IngestOptions options{.stop = &stop};
  options.clock = [&] { return time += 1; };
  options.progress = [&](const IngestProgress& progress) {
    stop = progress.phase == IngestProgress::Phase::storing && progress.blocks_done >= 12;
  };
  const auto report = run(files, {"/f"}, options);
  EXPECT_TRUE(report.interrupted);
  EXPECT_EQ(report.added, 12u);
  EXPECT_EQ(report.not_stored, 19u);
  EXPECT_EQ(heights_of(snapshot_of(files)), "0-11");
  const auto rest = run(files, {"/f"});
  EXPECT_FALSE(rest.interrupted);
  EXPECT_EQ(rest.already_there, 12u);
  EXPECT_EQ(rest.added, 19u);
}

TEST(Ingest, TellsItsProgress) {
  MemoryFiles files;
  files.put("/f", blk_file(chain()));
  std::vector<IngestProgress> told;
  double time = 0;
  IngestOptions options;
  options.clock = [&] { return time += 0.5; };
  options.progress = [&](const IngestProgress& progress) { told.push_back(progress); };
  run(files, {"/f"}, options);
  ASSERT_FALSE(told.empty());
  const auto& last = told.back();
  EXPECT_EQ(last.phase, IngestProgress::Phase::storing);
  EXPECT_EQ(last.blocks_total, 31u);
  EXPECT_EQ(last.blocks_done, 31u);
  EXPECT_EQ(last.bytes_done, last.bytes_total);
  EXPECT_EQ(last.height, 30u);
  EXPECT_GT(last.bytes_per_second, 0);
  EXPECT_EQ(last.seconds_left, 0.0);
}

TEST(Ingest, AFullDiskStopsItAndTheLedgerStaysUsable) {
  MemoryFiles reference;
  reference.put("/f", blk_file(chain()));
  run(reference, {"/f"}, {.writer = {.segment_bytes_max = 1500}});
  const auto input = blk_file(chain()).size();
  const auto needed = reference.bytes_used() - input;
  std::uint64_t least = 31, most = 0;
  for (std::uint64_t room = 0; room < needed; room += needed / 40) {
    MemoryFiles files;
    files.put("/f", blk_file(chain()));
    files.capacity = input + room;
    const auto report =
        ingest_bitcoin("/ledger", {"/f"}, {.writer = {.segment_bytes_max = 1500}}, files);
    if (!report) {
      EXPECT_EQ(report.error().kind, ErrorKind::no_space);
    } else if (!report->problems.empty()) {
      EXPECT_EQ(report->problems.back().kind, ErrorKind::no_space);
      EXPECT_EQ(report->added, snapshot_of(files).block_count());
      EXPECT_EQ(report->added + report->not_stored, 31u);
      EXPECT_EQ(report->transactions, report->added);
      least = std::min(least, report->added);
      most = std::max(most, report->added);
    }
    files.capacity.reset();  // room was made
    const auto rest = run(files, {"/f"});
    EXPECT_THAT(texts(rest.problems), IsEmpty());
    EXPECT_EQ(heights_of(snapshot_of(files)), "0-30");
  }
  EXPECT_EQ(least, 0u);
  EXPECT_GT(most, 5u);
}

TEST(Ingest, BlocksOfAnotherHistoryDoNotReplaceWhatIsThere) {
  const Chain other = cut(grow(grow({}, 0, 3), 4, 20, {.salt = 7}), 10, 20);
  MemoryFiles files;
  files.put("/f", blk_file(chain()));
  files.put("/other", blk_file(other));
  run(files, {"/f"});
  const auto report = run(files, {"/other"});
  EXPECT_EQ(report.added, 0u);
  ASSERT_EQ(report.problems.size(), 1u);
  EXPECT_THAT(report.problems[0].reason, HasSubstr("no common ancestor"));
  EXPECT_EQ(tip_hash(report), chain().back().hash);
}

}  // namespace
}  // namespace clew::ingest
