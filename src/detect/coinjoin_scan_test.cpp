#include "detect/coinjoin_scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "chain/bitcoin/verbose_json.h"
#include "ingest/text_file.h"
#include "ledger/writer.h"
#include "tests/data.h"
#include "tests/tiny_chain.h"

namespace clew::detect {
namespace {

using clew::test::TemporaryFolder;

// A ledger under construction in a folder of its own.
class SmallLedger {
 public:
  explicit SmallLedger(const bitcoin::ChainParams& chain, bitcoin::DecodeOptions options = {})
      : decoder_(chain, options) {
    auto opened = ledger::Writer::open(folder_ / "ledger", chain);
    EXPECT_TRUE(opened) << opened.error().message;
    if (opened) writer_.emplace(std::move(*opened));
  }
  void add(ByteView raw, std::uint32_t height) {
    const auto decoded = decoder_.decode(raw, block_);
    ASSERT_TRUE(decoded) << decoded.error().message;
    append(height);
  }
  void add(const bitcoin::VerboseBlock& verbose) {
    const auto decoded = verbose.header_complete
                             ? decoder_.decode(verbose.raw, block_)
                             : decoder_.decode_with_stated_hash(verbose.raw, verbose.hash, block_);
    ASSERT_TRUE(decoded) << decoded.error().message;
    append(verbose.height.value());
  }
  ledger::Snapshot snapshot() {
    EXPECT_TRUE(writer_->commit());
    return ledger::Snapshot::open(folder_ / "ledger").value();
  }

 private:
  void append(std::uint32_t height) {
    const auto added = writer_->append(block_, height);
    ASSERT_TRUE(added) << added.error().message;
  }
  TemporaryFolder folder_;
  bitcoin::BlockDecoder decoder_;
  bitcoin::Block block_;
  std::optional<ledger::Writer> writer_;
};

bitcoin::OwnedTransaction whirlpool_mix(const Hash256& funding, std::uint32_t first_output) {
  bitcoin::OwnedTransaction mix;
  for (std::uint32_t i = 0; i < 5; ++i) {
    mix.inputs.push_back(clew::test::spend(funding, first_output + i));
    mix.outputs.push_back(clew::test::pay(500 + first_output + i, 1'000'000));
  }
  return mix;
}

TEST(CoinJoinScan, FindsMixesByLedgerRows) {
  bitcoin::OwnedTransaction funding;
  clew::test::TinyChain chain;
  funding.inputs.push_back(clew::test::spend(chain.add(1), 0));
  for (std::uint32_t i = 0; i < 10; ++i)
    funding.outputs.push_back(clew::test::pay(100 + i, i < 2 ? 1'003'000 : 1'000'000));
  const Hash256 txid = clew::test::txid_of(funding);
  chain.add(2, {funding, whirlpool_mix(txid, 0), whirlpool_mix(txid, 5)});
  SmallLedger ledger(clew::test::regtest(), clew::test::no_work());
  for (const auto& block : chain.blocks)
    ledger.add(block.raw, block.height);

  const auto snapshot = ledger.snapshot();
  const auto found = scan(snapshot);
  ASSERT_EQ(found.size(), 1u);  // in the second nobody pays the miner
  EXPECT_EQ(found[0].tx, 3u);
  EXPECT_EQ(found[0].verdict.protocol, Protocol::whirlpool);
  EXPECT_GE(found[0].verdict.confidence, 95);
  EXPECT_THAT(coinjoin_transactions(snapshot), ::testing::ElementsAre(3));
  const auto flags = coinjoin_flags(snapshot);
  ASSERT_EQ(flags.size(), snapshot.tx_count());
  for (std::size_t tx = 0; tx < flags.size(); ++tx)
    EXPECT_EQ(flags[tx], tx == 3) << tx;
  EXPECT_TRUE(scan(snapshot, {.confidence_min = 101}).empty());
}

TEST(CoinJoinScan, OriginsOutsideTheLedgerAreSaidSo) {
  clew::test::TinyChain chain(700'000);
  chain.add(1, {whirlpool_mix(Hash256{7}, 0)});
  SmallLedger ledger(clew::test::regtest(), clew::test::no_work());
  for (const auto& block : chain.blocks)
    ledger.add(block.raw, block.height);
  const auto found = scan(ledger.snapshot());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_LT(found[0].verdict.confidence, 90);
  EXPECT_THAT(found[0].verdict.reason, ::testing::HasSubstr("values of 5 of 5 inputs are unknown"));
}

// ---- Real blocks

std::map<Protocol, int> scan_block(const std::string& name, std::uint32_t height,
                                   ScanOptions options = {}) {
  SmallLedger ledger(bitcoin::all_chains().front());
  ledger.add(clew::test::read_file(clew::test::data_dir() + "/bitcoin/blocks/" + name), height);
  std::map<Protocol, int> counts;
  const auto snapshot = ledger.snapshot();
  for (const auto& found : scan(snapshot, options)) {
    ++counts[found.verdict.protocol];
    std::printf("%s %s: %d %s\n", name.c_str(), to_display(snapshot.txid(found.tx)).c_str(),
                found.verdict.confidence, found.verdict.reason.c_str());
  }
  return counts;
}

TEST(CoinJoinBlocks, PlainMainnetBlocksGiveNoFalseAlarm) {
  CLEW_NEED_DATA();
  int alarms = 0;
  for (const auto& [name, height] :
       std::map<std::string, std::uint32_t>{{"mainnet_1.raw", 1},
                                            {"mainnet_300025.raw", 300025},
                                            {"mainnet_413567.raw", 413567},
                                            {"mainnet_426884.raw", 426884},
                                            {"mainnet_540107.raw", 540107}})
    for (const auto& [protocol, count] : scan_block(name, height))
      alarms += count;
  EXPECT_EQ(alarms, 0);
}

// Block 413567 (May 2016) holds two transactions of JoinMarket's exact shape. Alone the block does
// not tell what their inputs were worth, so they stay below kDoubtful.
TEST(CoinJoinBlocks, UnprovenRoundsAreThereForTheCautious) {
  CLEW_NEED_DATA();
  const auto counts = scan_block("mainnet_413567.raw", 413567, {.confidence_min = kDoubtful - 15});
  EXPECT_EQ(counts, (std::map<Protocol, int>{{Protocol::joinmarket, 2}}));
}

TEST(CoinJoinBlocks, OneWasabiAndSevenWhirlpoolMixesInBlock702861) {
  CLEW_NEED_DATA();
  for (const int confidence_min : {kDoubtful, 0})
    EXPECT_EQ(scan_block("mainnet_702861.raw", 702861, {confidence_min}),
              (std::map<Protocol, int>{{Protocol::whirlpool, 7}, {Protocol::wasabi1, 1}}));
}

// ---- Emulated runs: who owned what is known

struct Emulation {
  std::string name;
  std::map<std::string, std::string> wallet_of;  // by address
  std::unique_ptr<SmallLedger> ledger;
};

Emulation load_emulation(const std::string& name) {
  const std::string base = clew::test::data_dir() + "/bitcoin/coinjoin_emulated/" + name;
  Emulation run{name, {}, std::make_unique<SmallLedger>(clew::test::regtest())};
  auto truth = ingest::TextFile::open(real_files(), base + "_truth.json.gz").value();
  const auto wallets = nlohmann::json::parse(truth.next().value().value().text)["wallets"];
  for (const auto& [wallet, content] : wallets.items())
    for (const auto& address : content["addresses"])
      run.wallet_of[address] = wallet;
  bitcoin::VerboseBlockParser parser;
  auto blocks = ingest::TextFile::open(real_files(), base + "_blocks.jsonl.gz").value();
  while (const auto line = blocks.next().value()) {
    const auto block = parser.parse(line->text);
    EXPECT_TRUE(block) << block.error().message;
    if (block) run.ledger->add(*block);
  }
  return run;
}

// How many different wallets' coins a transaction spends.
std::size_t wallets_in(const Emulation& run, const ledger::Snapshot& snapshot, ledger::TxIndex tx) {
  std::set<std::string> wallets;
  const auto row = snapshot.tx(tx);
  for (std::uint32_t i = 0; i < row.input_count; ++i) {
    const auto address = snapshot.input_address(row.first_input + i);
    if (address == ledger::kNoAddress) continue;
    const auto owner = run.wallet_of.find(snapshot.address_text(address));
    if (owner != run.wallet_of.end()) wallets.insert(owner->second);
  }
  return wallets.size();
}

struct Score {
  int right = 0, wrong = 0, missed = 0;
};

Score score(const Emulation& run, Protocol protocol) {
  const auto snapshot = run.ledger->snapshot();
  std::set<ledger::TxIndex> found;
  Score result;
  for (const auto& one : scan(snapshot)) {
    found.insert(one.tx);
    const bool right = one.verdict.protocol == protocol && wallets_in(run, snapshot, one.tx) >= 2;
    ++(right ? result.right : result.wrong);
  }
  for (ledger::TxIndex tx = 0; tx < snapshot.tx_count(); ++tx)
    result.missed += wallets_in(run, snapshot, tx) >= 2 && !found.contains(tx);
  std::printf("%s: %d found, %d wrong, %d missed\n", run.name.c_str(), result.right, result.wrong,
              result.missed);
  return result;
}

TEST(CoinJoinEmulated, JoinMarket) {
  CLEW_NEED_DATA();
  const auto run = load_emulation("2025-02-10_08-08_Joinmarket_1Taker_2Tumbler_40Maker");
  const auto result = score(run, Protocol::joinmarket);
  EXPECT_EQ(result.right, 32);
  EXPECT_EQ(result.wrong, 0);
  EXPECT_EQ(result.missed, 0);
}

TEST(CoinJoinEmulated, Wasabi2) {
  CLEW_NEED_DATA();
  const auto run = load_emulation("2024-04-05_15-19_lognorm-static-10-5utxo");
  const auto result = score(run, Protocol::wasabi2);
  EXPECT_EQ(result.right, 6);
  EXPECT_EQ(result.wrong, 0);
  EXPECT_EQ(result.missed, 0);
}

}  // namespace
}  // namespace clew::detect
