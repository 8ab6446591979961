#include "ingest/blk_file.h"

#include <gmock/gmock.h>

#include "ingest/ingest_test_support.h"

namespace clew::ingest {
namespace {

using namespace clew::ingest::test;
using testing::ElementsAre;
using testing::IsEmpty;

const Chain& chain() {
  static const Chain blocks = grow({}, 0, 5);
  return blocks;
}

struct Scan {
  std::vector<std::uint64_t> offsets;
  std::vector<std::string> problems;
};

Scan scan(const Bytes& file, const bitcoin::ChainParams& params = regtest(), XorKey key = {}) {
  MemoryFiles files;
  files.put("/f", file);
  ProblemLog log;
  BlkScanner scanner(files, "/f", key, params, log);
  Scan out;
  for (;;) {
    const auto record = scanner.next();
    EXPECT_TRUE(record) << record.error().message;
    if (!record || !*record) break;
    out.offsets.push_back((*record)->offset);
    EXPECT_LE((*record)->offset + (*record)->size, file.size());
  }
  out.problems = texts(log.take());
  return out;
}

std::uint64_t record_size(std::size_t i) {
  return kRecordHeadSize + chain()[i].raw.size();
}

TEST(BlkFile, FindsEveryRecord) {
  const auto found = scan(blk_file(chain()));
  ASSERT_EQ(found.offsets.size(), 6u);
  std::uint64_t at = 0;
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(found.offsets[i], at + kRecordHeadSize);
    at += record_size(i);
  }
  EXPECT_THAT(found.problems, IsEmpty());
}

TEST(BlkFile, SkipsReservedRoomAnywhere) {
  for (const std::size_t room : {1, 7, 8, 9, 100, 300'000}) {
    Bytes file = blk_file({chain()[0]});
    file.resize(file.size() + room, 0);
    append_record(file, chain()[1].raw);
    file.resize(file.size() + room, 0);
    const auto found = scan(file);
    EXPECT_EQ(found.offsets.size(), 2u) << room;
    EXPECT_THAT(found.problems, IsEmpty()) << room;
  }
}

TEST(BlkFile, SkipsReservedRoomThatWasNotObfuscated) {
  const std::array<std::uint8_t, 8> key{9, 8, 7, 6, 5, 4, 3, 2};
  for (const std::size_t room : {8, 9, 10, 13, 70'000}) {
    Bytes file = blk_file({chain()[0], chain()[1]});
    file = obfuscated(file, key);
    file.resize(file.size() + room, 0);
    const auto found = scan(file, regtest(), XorKey(key));
    EXPECT_EQ(found.offsets.size(), 2u) << room;
    EXPECT_THAT(found.problems, IsEmpty()) << room;
  }
}

TEST(BlkFile, GoesOnAfterGarbageAndSaysWhere) {
  Bytes file = blk_file({chain()[0]});
  const auto at = file.size();
  for (int i = 0; i < 1000; ++i)
    file.push_back(static_cast<std::uint8_t>(1 + i % 250));
  append_record(file, chain()[1].raw);
  const auto found = scan(file);
  EXPECT_THAT(found.offsets, ElementsAre(8, at + 1008));
  EXPECT_THAT(found.problems, ElementsAre("/f: byte " + std::to_string(at) +
                                          ": 1000 bytes that are no block record"));
}

TEST(BlkFile, GarbageThatHoldsMagicsIsStillGarbage) {
  Bytes file;
  for (int i = 0; i < 100'000; ++i)
    append_le(file, regtest().magic);
  const auto garbage = file.size();
  append_record(file, chain()[1].raw);
  const auto found = scan(file);
  EXPECT_THAT(found.offsets, ElementsAre(garbage + 8));
  ASSERT_EQ(found.problems.size(), 1u);  // the first magic is followed by an absurd size
  EXPECT_THAT(found.problems[0], testing::StartsWith("/f: byte 0: cut off: the record says "));
}

TEST(BlkFile, EveryCutOffEndIsToldWithItsOffset) {
  const Bytes whole = blk_file({chain()[0], chain()[1]});
  const auto second = record_size(0);
  for (auto size = second + 1; size < whole.size(); ++size) {
    const auto found =
        scan(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
    EXPECT_THAT(found.offsets, ElementsAre(8)) << size;
    ASSERT_EQ(found.problems.size(), 1u) << size;
    EXPECT_THAT(found.problems[0],
                testing::StartsWith("/f: byte " + std::to_string(second) + ": cut off: "))
        << size;
  }
}

TEST(BlkFile, ASizeThatCannotBeDoesNotHideWhatFollows) {
  for (const std::uint32_t size : {0u, 80u, 5000u, 40u << 20, 0xffffffffu}) {
    Bytes file = blk_file({chain()[0], chain()[1], chain()[2]});
    const auto second = record_size(0);
    std::memcpy(file.data() + second + 4, &size, sizeof size);
    const auto found = scan(file);
    EXPECT_THAT(found.offsets, ElementsAre(8, second + record_size(1) + 8)) << size;
    ASSERT_EQ(found.problems.size(), 1u) << size;
    EXPECT_THAT(found.problems[0], testing::HasSubstr("byte " + std::to_string(second) + ": "));
  }
}

TEST(BlkFile, ASizeOverTheLimitIsRefusedEvenIfTheFileHasIt) {
  Bytes file = blk_file({chain()[0]});
  const auto at = file.size();
  append_le(file, regtest().magic);
  append_le(file, kBlockSizeMax + 1);
  file.insert(file.end(), chain()[1].raw.begin(), chain()[1].raw.end());
  file.resize(at + 8 + kBlockSizeMax + 1, 1);
  const auto found = scan(file);
  EXPECT_THAT(found.offsets, ElementsAre(8));
  EXPECT_THAT(found.problems,
              ElementsAre("/f: byte " + std::to_string(at) +
                          ": the record says 33554433 bytes, over the limit of 33554432"));
}

TEST(BlkFile, AHeaderWithoutProofOfWorkIsRefusedAlone) {
  Bytes file = blk_file({chain()[0], chain()[1], chain()[2]});
  const auto second = record_size(0);
  file[second + 8 + 75] = 0x1d;  // a target far below the hash
  const auto found = scan(file);
  EXPECT_THAT(found.offsets, ElementsAre(8, second + record_size(1) + 8));
  EXPECT_THAT(found.problems, ElementsAre("/f: byte " + std::to_string(second) +
                                          ": the proof of work of the block header does not hold"));
}

TEST(BlkFile, AnotherNetworkIsNamedOnceWithBothNames) {
  const auto& main = *bitcoin::find_chain("main");
  Bytes file;
  for (const auto& block : chain())
    append_record(file, block.raw);
  append_record(file, chain()[1].raw, *bitcoin::find_chain("test"));
  append_record(file, chain()[2].raw, main);
  const auto found = scan(file, main);
  EXPECT_THAT(found.offsets, IsEmpty());
  ASSERT_EQ(found.problems.size(), 2u);
  EXPECT_EQ(found.problems[0],
            "/f: byte 0: this is a block of bitcoin regtest, the ledger holds bitcoin main");
  EXPECT_THAT(found.problems[1], testing::HasSubstr("proof of work"));
}

TEST(BlkFile, MillionsOfMistakesGiveAFewLines) {
  Bytes file;
  for (int i = 0; i < 3000; ++i) {
    append_le(file, regtest().magic);
    append_le(file, std::uint32_t{100});
    file.resize(file.size() + 100, 0xee);
  }
  const auto found = scan(file);
  EXPECT_THAT(found.offsets, IsEmpty());
  ASSERT_EQ(found.problems.size(), ProblemLog::kPerFileMax + 1);
  EXPECT_EQ(found.problems.back(), "/f: and 2980 more problems");
}

TEST(BlkFile, AnEmptyFileHasNoRecords) {
  EXPECT_THAT(scan({}).offsets, IsEmpty());
  EXPECT_THAT(scan({}).problems, IsEmpty());
  EXPECT_THAT(scan({1, 2, 3}).problems,
              ElementsAre("/f: byte 0: cut off: 3 bytes are left, a record needs more"));
}

}  // namespace
}  // namespace clew::ingest
