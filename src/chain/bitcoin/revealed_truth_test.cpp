// What inputs reveal against the output that they really spend: wherever an address is revealed it
// must be the right one. How often one is revealed is printed by the type of the spent output.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "chain/bitcoin/block.h"
#include "chain/bitcoin/script_test_data.h"

namespace clew::bitcoin {
namespace {

using nlohmann::json;
using test::chain;
using test::hex;

std::string data_path(const std::string& path) {
  return clew::test::data_dir() + "/" + path;
}

// Counts by type of the spent output, and holds every answer against the truth.
class Comparison {
 public:
  void add(ByteView unlocking_script, std::span<const ByteView> witness, ByteView spent_script) {
    const auto truth = classify(spent_script);
    const auto answer = revealed_address(unlocking_script, witness);
    auto& count = counts_[truth.type];
    ++count.inputs;
    ++inputs_;
    if (!answer) return;
    ++count.revealed;
    EXPECT_TRUE(truth.has_address) << to_hex(spent_script);
    EXPECT_EQ(*answer, truth.address)
        << "spent " << to_hex(spent_script) << " by " << to_hex(unlocking_script);
  }
  void print(const std::string& title) const {
    for (const auto& [type, count] : counts_)
      std::printf("%-28s %-15s revealed %6zu of %6zu\n", title.c_str(), name(type), count.revealed,
                  count.inputs);
  }
  std::size_t inputs() const { return inputs_; }
  std::size_t hidden(ScriptType type) const {
    const auto found = counts_.find(type);
    return found == counts_.end() ? 0 : found->second.inputs - found->second.revealed;
  }

 private:
  struct Count {
    std::size_t inputs = 0;
    std::size_t revealed = 0;
  };
  std::map<ScriptType, Count> counts_;
  std::size_t inputs_ = 0;
};

std::vector<ByteView> witness_of(const Input& input) {
  return input.witness == nullptr ? std::vector<ByteView>() : witness_stack(input.witness);
}

// Spent outputs of one block in input order, as SOURCES.md of the data folder describes them.
class UndoReader {
 public:
  explicit UndoReader(ByteView bytes) : rest_(bytes) {}
  ByteView next_script() {
    take(8);  // value
    std::size_t size = take(1)[0];
    if (size == 0xfd) size = load_le<std::uint16_t>(take(2).data());
    EXPECT_LT(size, 10'000U);
    return take(size);
  }
  bool at_end() const { return rest_.empty(); }

 private:
  ByteView take(std::size_t size) {
    if (size > rest_.size()) throw std::out_of_range("undo data ends early");
    const auto part = rest_.first(size);
    rest_ = rest_.subspan(size);
    return part;
  }
  ByteView rest_;
};

void decode(ByteView raw, const ChainParams& params, Block& block) {
  const auto done = BlockDecoder(params).decode(raw, block);
  ASSERT_TRUE(done) << done.error().message;
}

TEST(RevealedTruth, BlocksWithTheirSpentOutputs) {
  CLEW_NEED_DATA();
  for (const std::string stem :
       {"mainnet_300025", "testnet3_928816", "testnet3_928848", "testnet3_928849"}) {
    const auto raw = clew::test::read_file(data_path("bitcoin/blocks/" + stem + ".raw"));
    const auto undo = clew::test::read_file(data_path("bitcoin/blocks/" + stem + ".undo"));
    Block block;
    decode(raw, chain(stem.starts_with("mainnet") ? "main" : "test"), block);
    UndoReader spent(undo);
    Comparison comparison;
    for (const auto& input : block.inputs) {
      if (is_null_outpoint(input.outpoint)) continue;
      comparison.add(input.script, witness_of(input), spent.next_script());
    }
    EXPECT_TRUE(spent.at_end());
    EXPECT_GT(comparison.inputs(), 1'000U);
    EXPECT_EQ(comparison.hidden(ScriptType::p2wpkh), 0U);
    comparison.print(stem);
  }
}

// Outputs of blocks given in chain order, by outpoint.
class Outputs {
 public:
  void follow(const Block& block, Comparison& comparison) {
    for (std::size_t i = 0; i < block.transactions.size(); ++i) {
      const auto& tx = block.transactions[i];
      for (const auto& input : block.inputs_of(tx)) {
        const auto found = scripts_.find(key(ByteView(input.outpoint, 36)));
        if (found != scripts_.end()) comparison.add(input.script, witness_of(input), found->second);
      }
      std::uint32_t number = 0;
      for (const auto& output : block.outputs_of(tx)) {
        Bytes outpoint(block.txids[i].begin(), block.txids[i].end());
        append_le(outpoint, number++);
        scripts_[key(outpoint)] = Bytes(output.script.begin(), output.script.end());
      }
    }
  }

 private:
  static std::string key(ByteView outpoint) { return {outpoint.begin(), outpoint.end()}; }
  std::map<std::string, Bytes> scripts_;
};

TEST(RevealedTruth, SpendsWithinOneBlock) {
  CLEW_NEED_DATA();
  Comparison comparison;
  for (const auto& entry : std::filesystem::directory_iterator(data_path("bitcoin/blocks"))) {
    if (entry.path().extension() != ".raw") continue;
    const auto raw = clew::test::read_file(entry.path());
    const bool main = entry.path().stem().string().starts_with("mainnet");
    Block block;
    decode(raw, chain(main ? "main" : "test"), block);
    Outputs().follow(block, comparison);
  }
  comparison.print("within one block");
  EXPECT_GT(comparison.inputs(), 900U);
}

void follow_block_file(const std::string& path, const ChainParams& params, Outputs& outputs,
                       Comparison& comparison) {
  const auto file = clew::test::read_file(data_path(path));
  std::size_t at = 0;
  while (at + 8 < file.size() && load_le<std::uint32_t>(&file[at]) == params.magic) {
    const std::size_t size = load_le<std::uint32_t>(&file[at + 4]);
    ASSERT_LE(size, file.size() - at - 8);
    Block block;
    decode(ByteView(file).subspan(at + 8, size), params, block);
    outputs.follow(block, comparison);
    at += 8 + size;
  }
}

TEST(RevealedTruth, RegtestChainOfEveryKindOfSpend) {
  CLEW_NEED_DATA();
  Outputs outputs;
  Comparison comparison;
  follow_block_file("bitcoin/blocksci_regtest_btc/blk00000.dat", chain("regtest"), outputs,
                    comparison);
  comparison.print("blocksci regtest");
  EXPECT_GT(comparison.inputs(), 100U);
  for (const auto type : {ScriptType::p2pkh, ScriptType::p2wpkh})
    EXPECT_EQ(comparison.hidden(type), 0U) << name(type);
}

TEST(RevealedTruth, FirstSixHundredBlocksOfMain) {
  CLEW_NEED_DATA();
  Outputs outputs;
  Comparison comparison;
  for (const auto* number : {"0", "1"})
    follow_block_file(std::string("bitcoin/blkfiles/nbitcoin_blk0000") + number + ".dat",
                      chain("main"), outputs, comparison);
  comparison.print("mainnet 0 to 599");
  EXPECT_GT(comparison.inputs(), 0U);
}

TEST(RevealedTruth, EmulatedRuns) {
  CLEW_NEED_DATA();
  Comparison comparison;
  for (const auto* run : {"2024-04-05_15-19_lognorm-static-10-5utxo",
                          "2025-02-10_08-08_Joinmarket_1Taker_2Tumbler_40Maker"}) {
    std::map<std::pair<std::string, int>, Bytes> scripts;
    const auto add_transaction = [&](const json& tx) {
      for (const auto& input : tx.at("vin")) {
        if (!input.contains("txid")) continue;
        const auto spent = scripts.find({input.at("txid"), input.at("vout")});
        if (spent == scripts.end()) continue;
        std::vector<Bytes> items;
        for (const auto& item : input.value("txinwitness", json::array()))
          items.push_back(hex(item.get<std::string>()));
        const std::vector<ByteView> witness(items.begin(), items.end());
        comparison.add(hex(input.at("scriptSig").at("hex").get<std::string>()), witness,
                       spent->second);
      }
      for (const auto& output : tx.at("vout"))
        scripts[{tx.at("txid"), output.at("n")}] =
            hex(output.at("scriptPubKey").at("hex").get<std::string>());
    };
    test::for_each_line(std::string("bitcoin/coinjoin_emulated/") + run + "_blocks.jsonl.gz",
                        [&](std::string_view line) {
                          const auto block = json::parse(line);
                          for (const auto& tx : block.at("tx"))
                            add_transaction(tx);
                        });
  }
  comparison.print("emulated runs");
  EXPECT_GT(comparison.inputs(), 300U);
  EXPECT_EQ(comparison.hidden(ScriptType::p2wpkh), 0U);
}

}  // namespace
}  // namespace clew::bitcoin
