// The facts that are known of real block files, raw blocks and verbose blocks.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "ingest/ingest.h"
#include "ingest/problem.h"
#include "ingest/xor_key.h"
#include "ledger/snapshot.h"
#include "tests/data.h"
#include "tests/tiny_chain.h"

namespace clew::ingest {
namespace {

using clew::test::data_dir;
using clew::test::TemporaryFolder;
using testing::ElementsAre;
using testing::HasSubstr;

std::string data(const std::string& name) {
  return data_dir() + "/bitcoin/" + name;
}

IngestReport run(const std::string& ledger, const std::vector<std::string>& paths,
                 IngestOptions options = {}, bool clean = true) {
  auto report = ingest_bitcoin(ledger, paths, options);
  EXPECT_TRUE(report) << report.error().message;
  if (!report) return {};
  for (const auto& problem : report->problems)
    EXPECT_FALSE(clean) << to_text(problem);
  return std::move(*report);
}

ledger::Snapshot open(const std::string& ledger) {
  auto snapshot = ledger::Snapshot::open(ledger + "/bitcoin");
  EXPECT_TRUE(snapshot) << snapshot.error().message;
  return *snapshot;
}

std::string gaps(const ledger::Snapshot& snapshot) {
  std::string text;
  for (const auto& gap : snapshot.gaps())
    text += std::to_string(gap.from) + "-" + std::to_string(gap.to) + " ";
  return text;
}

void expect_same_input(const ledger::Snapshot& a, const ledger::Snapshot& b,
                       ledger::InputId input) {
  ASSERT_EQ(a.spent_output(input), b.spent_output(input)) << input;
  ASSERT_EQ(a.outpoint(input).txid, b.outpoint(input).txid) << input;
  ASSERT_EQ(a.outpoint(input).vout, b.outpoint(input).vout) << input;
  ASSERT_EQ(a.input_value(input), b.input_value(input)) << input;
  ASSERT_EQ(a.input_address(input), b.input_address(input)) << input;
  ASSERT_EQ(a.sequence(input), b.sequence(input)) << input;
}

void expect_same_output(const ledger::Snapshot& a, const ledger::Snapshot& b,
                        ledger::OutputId output) {
  ASSERT_EQ(a.value(output), b.value(output)) << output;
  ASSERT_EQ(a.output_address(output), b.output_address(output)) << output;
  ASSERT_EQ(a.output_type(output), b.output_type(output)) << output;
  ASSERT_EQ(a.output_script(output), b.output_script(output)) << output;
  ASSERT_EQ(a.spender(output), b.spender(output)) << output;
  ASSERT_EQ(a.spending_input(output), b.spending_input(output)) << output;
}

// Row by row, numbers included.
void expect_same(const ledger::Snapshot& a, const ledger::Snapshot& b) {
  ASSERT_EQ(a.block_count(), b.block_count());
  ASSERT_EQ(a.tx_count(), b.tx_count());
  ASSERT_EQ(a.input_count(), b.input_count());
  ASSERT_EQ(a.output_count(), b.output_count());
  ASSERT_EQ(a.address_count(), b.address_count());
  for (ledger::BlockIndex i = 0; i < a.block_count(); ++i) {
    ASSERT_EQ(a.block(i).hash, b.block(i).hash);
    ASSERT_EQ(a.block(i).height, b.block(i).height);
    ASSERT_EQ(a.block(i).size, b.block(i).size);
    ASSERT_EQ(a.block(i).weight, b.block(i).weight);
    ASSERT_EQ(a.block(i).first_tx, b.block(i).first_tx);
  }
  for (ledger::TxIndex i = 0; i < a.tx_count(); ++i) {
    ASSERT_EQ(a.txid(i), b.txid(i));
    ASSERT_EQ(a.tx(i).weight, b.tx(i).weight);
    ASSERT_EQ(a.tx(i).lock_time, b.tx(i).lock_time);
  }
  for (ledger::InputId i = 0; i < a.input_count(); ++i)
    ASSERT_NO_FATAL_FAILURE(expect_same_input(a, b, i));
  for (ledger::OutputId i = 0; i < a.output_count(); ++i)
    ASSERT_NO_FATAL_FAILURE(expect_same_output(a, b, i));
  for (ledger::AddressId i = 0; i < a.address_count(); ++i) {
    ASSERT_EQ(a.address_text(i), b.address_text(i));
    ASSERT_EQ(a.history_size(i), b.history_size(i));
  }
}

TEST(IngestData, SixHundredMainnetBlocksOverTwoFilesPlainAndObfuscated) {
  CLEW_NEED_DATA();
  TemporaryFolder folder;
  const auto plain = run(folder / "plain", {data("blkfiles/nbitcoin_blk00000.dat"),
                                            data("blkfiles/nbitcoin_blk00001.dat")});
  EXPECT_EQ(plain.chain->network, "main");
  EXPECT_EQ(plain.added, 600u);
  EXPECT_EQ(plain.transactions, 616u);
  ASSERT_TRUE(plain.tip);
  EXPECT_EQ(plain.tip->height, 599u);
  EXPECT_EQ(to_display(plain.tip->hash),
            "0000000042844571bc6bce8e1c0fbec99466971eaff89fef8c0d123582181d4d");
  EXPECT_EQ(open(folder / "plain").output_value(), 1517900000000 + 1556100000000);

  // The second file does not exist obfuscated: it is made here with the key of the first.
  std::filesystem::create_directory(folder / "node");
  for (const std::string name : {"blk00000.dat", "xor.dat"})
    std::filesystem::copy(data("blkfiles/xor/" + name), folder / "node/" + name);
  Bytes second = clew::test::read_file(data("blkfiles/nbitcoin_blk00001.dat"));
  const auto key = read_xor_key(real_files(), folder / "node");
  ASSERT_TRUE(key);
  ASSERT_FALSE(key->none());
  key->apply(0, second);
  std::ofstream(folder / "node/blk00001.dat", std::ios::binary)
      .write(reinterpret_cast<const char*>(second.data()),
             static_cast<std::streamsize>(second.size()));
  const auto obfuscated = run(folder / "xor", {folder / "node"});
  EXPECT_EQ(obfuscated.added, 600u);
  expect_same(open(folder / "plain"), open(folder / "xor"));
}

TEST(IngestData, TheSecondFileAloneNeedsAHeightAndLinksUpLater) {
  CLEW_NEED_DATA();
  TemporaryFolder folder;
  const auto ledger = folder / "ledger";
  const auto second = data("blkfiles/nbitcoin_blk00001.dat");
  const auto refused = run(ledger, {second}, {}, false);
  EXPECT_EQ(refused.added, 0u);
  ASSERT_EQ(refused.problems.size(), 1u);
  EXPECT_THAT(to_text(refused.problems[0]), HasSubstr("--from-height"));
  EXPECT_EQ(run(ledger, {second}, {.from_height = 300}).added, 300u);
  const auto before = open(ledger);
  EXPECT_EQ(before.first_height(), 300u);
  EXPECT_GT(before.outside_input_count(), 0u);
  EXPECT_EQ(run(ledger, {data("blkfiles/nbitcoin_blk00000.dat")}).added, 300u);
  const auto after = open(ledger);
  EXPECT_EQ(after.first_height(), 0u);
  EXPECT_EQ(gaps(after), "");
  EXPECT_EQ(after.outside_input_count(), 0u);
  EXPECT_EQ(after.output_value(), 1517900000000 + 1556100000000);
}

const std::vector<std::string>& reorg_files() {
  static const std::vector<std::string> files{
      data("blkfiles/reorg/blk_0_to_4.dat"), data("blkfiles/reorg/blk_3A.dat"),
      data("blkfiles/reorg/blk_4A.dat"), data("blkfiles/reorg/blk_5A.dat")};
  return files;
}
constexpr const char* k5A = "00000000195f85184e77c18914bd0febd11278d950f5e4731a38f71ed79f044e";

TEST(IngestData, TheReorganisationSettlesOnTheBranchWithMostWorkInAnyOrder) {
  CLEW_NEED_DATA();
  auto order = reorg_files();
  std::sort(order.begin(), order.end());
  int number = 0;
  do {
    TemporaryFolder folder;
    const auto report = run(folder.path(), order);
    ASSERT_TRUE(report.tip);
    EXPECT_EQ(to_display(report.tip->hash), k5A);
    EXPECT_EQ(report.tip->height, 5u);
    EXPECT_EQ(report.added, 6u);
    EXPECT_EQ(report.stale, 2u);
    ++number;
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_EQ(number, 24);
}

TEST(IngestData, TheReorganisationOverSeveralRunsUnwinds) {
  CLEW_NEED_DATA();
  TemporaryFolder folder;
  EXPECT_EQ(run(folder.path(), {reorg_files()[0]}).added, 5u);
  EXPECT_EQ(run(folder.path(), {reorg_files()[1]}).stale, 1u);
  const auto report = run(folder.path(), {reorg_files()[1], reorg_files()[2], reorg_files()[3]});
  EXPECT_EQ(report.unwound, 2u);
  EXPECT_EQ(report.added, 3u);
  ASSERT_TRUE(report.tip);
  EXPECT_EQ(to_display(report.tip->hash), k5A);
  TemporaryFolder at_once;
  run(at_once.path(), reorg_files());
  expect_same(open(folder.path()), open(at_once.path()));
}

TEST(IngestData, TheRegtestChainOfBlockSci) {
  CLEW_NEED_DATA();
  TemporaryFolder folder;
  const auto report = run(folder.path(), {data("blocksci_regtest_btc")});
  EXPECT_EQ(report.chain->network, "regtest");
  EXPECT_EQ(report.added, 202u);
  ASSERT_TRUE(report.tip);
  EXPECT_EQ(to_display(report.tip->hash),
            "477cc9149649ede38b9f1794c8b2eac236ce3c35e1c7914afa141ab19c86512c");
  const auto snapshot = open(folder.path());
  EXPECT_EQ(snapshot.tx_count(), 356u);
  EXPECT_EQ(snapshot.output_value(), 1315905746666);
  EXPECT_EQ(snapshot.outside_input_count(), 0u);
}

TEST(IngestData, LooseMainnetBlocksStandAtTheHeightsTheyState) {
  CLEW_NEED_DATA();
  TemporaryFolder folder;
  std::vector<std::string> paths;
  for (const int height : {702861, 1, 540107, 300025, 426884, 413567})
    paths.push_back(data("blocks/mainnet_" + std::to_string(height) + ".raw"));
  const auto report = run(folder.path(), paths);
  EXPECT_EQ(report.chain->network, "main");
  EXPECT_EQ(report.added, 6u);
  EXPECT_THAT(report.notes, ElementsAre(HasSubstr("the network is taken to be bitcoin main")));
  const auto snapshot = open(folder.path());
  EXPECT_EQ(gaps(snapshot), "2-300024 300026-413566 413568-426883 426885-540106 540108-702860 ");
  EXPECT_EQ(snapshot.tip()->height, 702861u);
  EXPECT_EQ(snapshot.tx_count(), 1u + 461 + 1557 + 409 + 230 + 2500);
  EXPECT_EQ(snapshot.output_count(), 1u + 1226 + 3581 + 798 + 472 + 6015);
  EXPECT_EQ(snapshot.output_value(),
            5000000000 + 513093575772 + 914705170223 + 607985168305 + 54447454297 + 2883682728990);
}

TEST(IngestData, LooseTestnetBlocksNeedToBeCalledThat) {
  CLEW_NEED_DATA();
  TemporaryFolder folder;
  std::vector<std::string> paths;
  for (const int height : {924634, 928816, 928848, 928849})
    paths.push_back(data("blocks/testnet3_" + std::to_string(height) + ".raw"));
  const auto report = run(folder.path(), paths, {.chain = bitcoin::find_chain("test")});
  EXPECT_EQ(report.added, 4u);
  EXPECT_EQ(gaps(open(folder.path())), "924635-928815 928817-928847 ");
}

TEST(IngestData, EmulatedRunsFromVerboseBlocks) {
  CLEW_NEED_DATA();
  TemporaryFolder folder;
  const IngestOptions options{.chain = bitcoin::find_chain("regtest")};
  const auto whole =
      run(folder / "whole",
          {data("coinjoin_emulated/2024-04-05_15-19_lognorm-static-10-5utxo_blocks.jsonl.gz")},
          options);
  EXPECT_EQ(whole.added, 324u);
  EXPECT_EQ(whole.transactions, 335u);
  EXPECT_EQ(gaps(open(folder / "whole")), "");
  EXPECT_EQ(open(folder / "whole").outside_input_count(), 0u);
  EXPECT_THAT(whole.notes, ElementsAre(HasSubstr("324 blocks come without bits or nonce")));
  const auto parts =
      run(folder / "parts",
          {data("coinjoin_emulated/"
                "2025-02-10_08-08_Joinmarket_1Taker_2Tumbler_40Maker_blocks.jsonl.gz")},
          options);
  EXPECT_EQ(parts.added, 44u);
  EXPECT_EQ(parts.transactions, 177u);
  const auto snapshot = open(folder / "parts");
  EXPECT_EQ(snapshot.first_height(), 202u);
  EXPECT_EQ(snapshot.tip()->height, 856u);
  EXPECT_GT(snapshot.gaps().size(), 20u);
}

}  // namespace
}  // namespace clew::ingest
