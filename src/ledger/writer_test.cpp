#include <fstream>

#include "ledger/ledger_test_support.h"

namespace clew::ledger::test {
namespace {

TEST(Writer, IngestingAgainChangesNothing) {
  const auto chain = random_world(1);
  const TemporaryFolder folder;
  ingest(folder / "ledger", chain.blocks);
  const auto before = describe(open_snapshot(folder / "ledger"));
  ingest(folder / "ledger", chain.blocks);
  EXPECT_EQ(describe(open_snapshot(folder / "ledger")), before);
}

TEST(Writer, WithoutCommitNothingIsSeen) {
  const auto chain = random_world(2);
  const TemporaryFolder folder;
  {
    auto writer = open_writer(folder / "ledger", small_segments(1 << 20));
    append_all(writer, chain.blocks);
  }
  EXPECT_EQ(open_snapshot(folder / "ledger").block_count(), 0u);
  ingest(folder / "ledger", chain.blocks);
  EXPECT_EQ(open_snapshot(folder / "ledger").block_count(), chain.blocks.size());
}

TEST(Writer, LeavesSegmentsWithoutAManifestAlone) {
  const TemporaryFolder folder;
  ingest(folder / "ledger", random_world(1).blocks);
  std::filesystem::remove(folder / "ledger/MANIFEST");
  const auto before = real_files().list(folder / "ledger");
  const auto writer = Writer::open(folder / "ledger", regtest());
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().kind, ErrorKind::corrupt);
  EXPECT_EQ(*real_files().list(folder / "ledger"), *before);
  EXPECT_EQ(Snapshot::open(folder / "ledger").error().kind, ErrorKind::corrupt);
  EXPECT_EQ(verify(folder / "ledger")->size(), 1u);
}

TEST(Writer, RefusesASecondWriter) {
  const TemporaryFolder folder;
  const auto first = open_writer(folder / "ledger");
  const auto second = Writer::open(folder / "ledger", regtest());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::busy);
}

TEST(Writer, RefusesAnotherNetwork) {
  const TemporaryFolder folder;
  ingest(folder / "ledger", random_world(1).blocks);
  const auto other = Writer::open(folder / "ledger", *bitcoin::find_chain("main"));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind, ErrorKind::usage);
  EXPECT_NE(other.error().message.find("regtest"), std::string::npos);
}

TEST(Writer, AnEmptyLedgerTakesAnyNetwork) {
  const TemporaryFolder folder;
  ASSERT_TRUE(Writer::open(folder / "ledger", *bitcoin::find_chain("main")));
  ingest(folder / "ledger", random_world(1).blocks);
  EXPECT_EQ(open_snapshot(folder / "ledger").chain().network, "regtest");
}

TEST(Writer, RefusesBlocksThatDoNotConnect) {
  const auto chain = random_world(1), other = random_world(2);
  const TemporaryFolder folder;
  auto writer = open_writer(folder / "ledger");
  append_all(writer, {chain.blocks.begin(), chain.blocks.begin() + 5});
  bitcoin::BlockDecoder decoder(regtest(), no_work());
  bitcoin::Block block;
  ASSERT_TRUE(decoder.decode(other.blocks[5].raw, block));
  const auto loose = writer.append(block, 5);
  ASSERT_FALSE(loose);
  EXPECT_NE(loose.error().message.find("does not follow"), std::string::npos);
  ASSERT_TRUE(decoder.decode(other.blocks[4].raw, block));
  EXPECT_FALSE(writer.append(block, 4)) << "another block is there";
  ASSERT_TRUE(decoder.decode(chain.blocks[3].raw, block));
  EXPECT_FALSE(writer.append(block, 30)) << "it is at another height";
}

class UnwindTo : public testing::TestWithParam<std::uint32_t> {};

TEST_P(UnwindTo, EqualsALedgerThatNeverHadTheBlocks) {
  auto chain = random_world(5);
  const auto height = GetParam();
  const TemporaryFolder folder;
  for (const std::uint64_t bytes : {1u, 1500u, 1u << 20}) {
    const auto name = folder / ("unwound-" + std::to_string(bytes));
    auto writer = open_writer(name, small_segments(bytes));
    append_all(writer, chain.blocks);
    const auto unwound = writer.unwind(height);
    ASSERT_TRUE(unwound) << unwound.error().message;
    ASSERT_TRUE(writer.commit());
    const std::vector<TinyBlock> kept(chain.blocks.begin(), chain.blocks.begin() + height);
    const auto plain = folder / ("plain-" + std::to_string(bytes));
    ingest(plain, kept);
    EXPECT_EQ(describe(open_snapshot(name)), describe(open_snapshot(plain)));
    EXPECT_TRUE(verify(name)->empty());
    // It grows again.
    append_all(writer, {chain.blocks.begin() + height, chain.blocks.end()});
    ASSERT_TRUE(writer.commit());
    EXPECT_EQ(open_snapshot(name).block_count(), chain.blocks.size());
  }
}
INSTANTIATE_TEST_SUITE_P(Heights, UnwindTo, testing::Values(0, 1, 7, 20, 39, 40));

TEST(Writer, AnUnwindIsSeenFromTheNextCommitOn) {
  const auto chain = random_world(5);
  const TemporaryFolder folder;
  const auto name = folder / "ledger";
  ingest(name, chain.blocks);
  const auto whole = describe(open_snapshot(name));
  {
    auto writer = open_writer(name, small_segments(1500));
    ASSERT_TRUE(writer.unwind(30));
    ASSERT_TRUE(writer.unwind(20));
    EXPECT_EQ(writer.tip()->height, 19u);
    append_all(writer, {chain.blocks.begin() + 20, chain.blocks.begin() + 22});
    EXPECT_EQ(describe(open_snapshot(name)), whole);
  }  // never committed
  EXPECT_EQ(describe(open_snapshot(name)), whole);
  auto writer = open_writer(name);
  EXPECT_TRUE(verify(name)->empty());
  ASSERT_TRUE(writer.unwind(20));
  append_all(writer, {chain.blocks.begin() + 20, chain.blocks.begin() + 22});
  ASSERT_TRUE(writer.commit());
  ingest(folder / "plain", {chain.blocks.begin(), chain.blocks.begin() + 22});
  EXPECT_EQ(describe(open_snapshot(name)), describe(open_snapshot(folder / "plain")));
  EXPECT_TRUE(verify(name)->empty());
}

TEST(Writer, HistoryThatArrivesLaterLinksUp) {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const auto chain = random_world(seed);
    const auto at = [&](int n) { return chain.blocks.begin() + n; };
    const TemporaryFolder folder;
    auto writer = open_writer(folder / "late", small_segments(1500));
    append_all(writer, {at(25), chain.blocks.end()});
    ASSERT_TRUE(writer.commit());
    EXPECT_GT(open_snapshot(folder / "late").outside_input_count(), 0u);
    append_all(writer, {at(0), at(10)});
    ASSERT_TRUE(writer.commit());
    const auto partial = open_snapshot(folder / "late");
    ASSERT_EQ(partial.gaps().size(), 1u);
    EXPECT_EQ(partial.gaps()[0].from, 10u);
    EXPECT_EQ(partial.gaps()[0].to, 24u);
    append_all(writer, {at(10), at(25)});
    ASSERT_TRUE(writer.commit());
    ingest(folder / "plain", chain.blocks);
    const auto late = open_snapshot(folder / "late");
    EXPECT_EQ(late.outside_input_count(), 0u);
    EXPECT_EQ(describe(late), describe(open_snapshot(folder / "plain"))) << "seed " << seed;
    EXPECT_EQ(late.tip()->height, 39u);
    EXPECT_TRUE(verify(folder / "late")->empty());
  }
}

TEST(Writer, AnInputFromOutsideHasAnUnknownValue) {
  TinyChain chain(100);
  bitcoin::OwnedTransaction tx;
  Hash256 elsewhere{};
  elsewhere[0] = 9;
  tx.inputs = {spend(elsewhere, 3)};
  tx.outputs = {pay(1, 5000)};
  chain.add(0, {tx});
  const TemporaryFolder folder;
  ingest(folder / "ledger", chain.blocks);
  const auto s = open_snapshot(folder / "ledger");
  EXPECT_EQ(s.first_height(), 100u);
  EXPECT_EQ(s.outside_input_count(), 1u);
  const auto input = s.tx(1).first_input;
  EXPECT_FALSE(s.input_value(input));
  EXPECT_FALSE(s.spent_output(input));
  EXPECT_EQ(s.input_address(input), kNoAddress);
  EXPECT_EQ(s.outpoint(input).txid, elsewhere);
  EXPECT_EQ(s.outpoint(input).vout, 3u);
}

TEST(Writer, WhatTheSourceDeclaresOfASpentOutputIsKept) {
  TinyChain chain(100);
  bitcoin::OwnedTransaction tx;
  Hash256 elsewhere{};
  elsewhere[0] = 9;
  tx.inputs = {spend(elsewhere, 3)};
  tx.outputs = {pay(1, 5000)};
  chain.add(0, {tx});
  const TemporaryFolder folder;
  auto writer = open_writer(folder / "ledger");
  bitcoin::BlockDecoder decoder(regtest(), no_work());
  bitcoin::Block block;
  ASSERT_TRUE(decoder.decode(chain.blocks[0].raw, block));
  const std::vector<std::optional<bitcoin::SpentOutput>> spent = {
      std::nullopt, bitcoin::SpentOutput{6000, bitcoin::output_script(address_of(77))}};
  ASSERT_TRUE(writer.append(block, 100, spent));
  ASSERT_TRUE(writer.commit());
  const auto s = open_snapshot(folder / "ledger");
  const auto input = s.tx(1).first_input;
  EXPECT_EQ(s.input_value(input), 6000);
  EXPECT_EQ(s.input_address(input), s.find_address(address_of(77)));
  EXPECT_FALSE(s.spent_output(input));
}

TEST(Writer, NamesEveryFlippedBit) {
  const auto chain = random_world(6);
  const TemporaryFolder folder;
  ingest(folder / "ledger", chain.blocks);
  std::mt19937_64 random(1);
  for (const auto& entry : std::filesystem::directory_iterator(folder / "ledger")) {
    const auto path = entry.path().string();
    if (path.ends_with("LOCK")) continue;
    const auto size = std::filesystem::file_size(path);
    for (int i = 0; i < 40; ++i) {
      const auto at = static_cast<std::streamoff>(random() % size);
      const auto bit = static_cast<char>(1 << (random() % 8));
      const auto flip = [&] {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekg(at);
        const auto byte = static_cast<char>(file.get());
        file.seekp(at);
        file.put(static_cast<char>(byte ^ bit));
      };
      flip();
      const auto problems = verify(folder / "ledger");
      ASSERT_TRUE(problems) << path << " byte " << at;
      ASSERT_FALSE(problems->empty()) << path << " byte " << at;
      EXPECT_NE(problems->front().find(entry.path().filename().string()), std::string::npos);
      // A reader gets an error or the exception, never a wrong answer.
      try {
        const auto s = Snapshot::open(folder / "ledger");
        if (s) {
          (void)describe(*s);
        }
      } catch (const Corruption& e) {
        EXPECT_NE(std::string(e.what()).find(".seg"), std::string::npos);
      }
      flip();
    }
  }
  EXPECT_TRUE(verify(folder / "ledger")->empty());
}

TEST(Verify, IsUndisturbedByMerging) {
  const TemporaryFolder folder;
  const auto blocks = random_world(3, {.blocks = 150}).blocks;
  ingest(folder / "ledger", {blocks.begin(), blocks.begin() + 10});
  std::atomic<bool> done = false;
  std::thread writing([&] {
    for (std::size_t at = 10; at < blocks.size(); at += 5)
      ingest(folder / "ledger", {blocks.begin() + at, blocks.begin() + at + 5});
    done = true;
  });
  int looked = 0;
  for (; !done; ++looked) {
    const auto problems = verify(folder / "ledger");
    EXPECT_TRUE(problems && problems->empty()) << problems->front();
  }
  writing.join();
  EXPECT_GT(looked, 0);
}

}  // namespace
}  // namespace clew::ledger::test
