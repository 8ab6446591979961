#include "ledger/ledger_test_support.h"

namespace clew::ledger::test {
namespace {

// What the blocks say, worked out with maps.
struct Model {
  struct Coin {
    std::int64_t value;
    Bytes script;
    std::string spender = "unspent";
  };
  std::map<std::pair<Hash256, std::uint32_t>, Coin> coins;
  std::map<std::string, std::vector<std::string>> history;
  std::uint64_t transactions = 0, inputs = 0, outputs = 0;
  std::int64_t output_value = 0;

  static std::string text(ByteView script) {
    const auto info = bitcoin::classify(script);
    return info.has_address ? bitcoin::encode(info.address, regtest()) : "-";
  }
  void add(const bitcoin::Block& block) {
    for (std::size_t t = 0; t < block.transactions.size(); ++t, ++transactions) {
      const auto name = to_display(block.txids[t]);
      for (const auto& input : block.inputs_of(block.transactions[t])) {
        ++inputs;
        if (bitcoin::is_null_outpoint(input.outpoint)) continue;
        auto& coin = coins.at(
            {load_le<Hash256>(input.outpoint), load_le<std::uint32_t>(input.outpoint + 32)});
        coin.spender = name;
        history[text(coin.script)].push_back("<" + name);
      }
      std::uint32_t vout = 0;
      for (const auto& output : block.outputs_of(block.transactions[t])) {
        ++outputs;
        output_value += output.value;
        coins[{block.txids[t], vout++}] = {output.value,
                                           {output.script.begin(), output.script.end()}};
        history[text(output.script)].push_back(">" + name);
      }
    }
  }
};

Model model_of(const TinyChain& chain) {
  Model model;
  bitcoin::BlockDecoder decoder(regtest(), no_work());
  for (const auto& tiny : chain.blocks) {
    bitcoin::Block block;
    EXPECT_TRUE(decoder.decode(tiny.raw, block));
    model.add(block);
  }
  return model;
}

void expect_equal(const Snapshot& s, const Model& model) {
  EXPECT_EQ(s.tx_count(), model.transactions);
  EXPECT_EQ(s.input_count(), model.inputs);
  EXPECT_EQ(s.output_count(), model.outputs);
  EXPECT_EQ(s.output_value(), model.output_value);
  EXPECT_EQ(s.outside_input_count(), 0u);
  for (const auto& [outpoint, coin] : model.coins) {
    const auto tx = s.find_tx(outpoint.first);
    ASSERT_TRUE(tx);
    const auto output = s.tx(*tx).first_output + outpoint.second;
    EXPECT_EQ(s.value(output), coin.value);
    EXPECT_EQ(s.output_script(output), coin.script);
    EXPECT_EQ(s.tx_of_output(output), *tx);
    EXPECT_EQ(who(s, s.output_address(output)), Model::text(coin.script));
    const auto spender = s.spender(output);
    EXPECT_EQ(spender ? to_display(s.txid(*spender)) : "unspent", coin.spender);
    if (!spender) continue;
    const auto input = s.spending_input(output);
    ASSERT_TRUE(input);
    EXPECT_EQ(s.tx_of_input(*input), *spender);
    EXPECT_EQ(s.spent_output(*input), output);
    EXPECT_EQ(s.outpoint(*input).txid, outpoint.first);
    EXPECT_EQ(s.outpoint(*input).vout, outpoint.second);
    EXPECT_EQ(s.input_value(*input), coin.value);
    EXPECT_EQ(s.input_address(*input), s.output_address(output));
  }
  std::size_t addresses = 0;
  for (const auto& [text, expected] : model.history) {
    if (text == "-") continue;
    ++addresses;
    const auto address = bitcoin::decode_address(text, s.chain());
    ASSERT_TRUE(address) << text;
    const auto id = s.find_address(*address);
    ASSERT_TRUE(id) << text;
    EXPECT_EQ(s.address(*id), *address);
    std::vector<std::string> got;
    for (const auto& p : s.history(*id))
      got.push_back((p.spends ? "<" : ">") + to_display(s.txid(p.tx)));
    EXPECT_EQ(got, expected) << text;
    EXPECT_EQ(s.history_size(*id), expected.size());
    if (got.size() > 2) {
      const auto page = s.history(*id, 1, 2);
      ASSERT_EQ(page.size(), 2u);
      EXPECT_EQ(to_display(s.txid(page[1].tx)), expected[2].substr(1));
    }
  }
  EXPECT_EQ(s.address_count(), addresses);
}

class SnapshotOfWorld : public testing::TestWithParam<int> {};

TEST_P(SnapshotOfWorld, AnswersAsThePlainModelDoes) {
  const auto seed = static_cast<std::uint64_t>(GetParam());
  const auto chain = random_world(seed);
  const TemporaryFolder folder;
  // One segment, a segment a block, and merges in between.
  const std::uint64_t segment_bytes[] = {1 << 20, 1, 1500};
  ingest(folder / "ledger", chain.blocks, small_segments(segment_bytes[seed % 3]));
  const auto snapshot = open_snapshot(folder / "ledger");
  expect_equal(snapshot, model_of(chain));
  EXPECT_EQ(snapshot.tip()->height, chain.blocks.back().height);
  EXPECT_EQ(snapshot.tip()->hash, chain.blocks.back().hash);
  EXPECT_TRUE(snapshot.gaps().empty());
  const auto problems = verify(folder / "ledger");
  ASSERT_TRUE(problems);
  EXPECT_TRUE(problems->empty()) << problems->front();
}
INSTANTIATE_TEST_SUITE_P(Seeds, SnapshotOfWorld, testing::Range(0, 12));

TEST(Snapshot, FindsBlocksByHashAndHeight) {
  const auto chain = random_world(1);
  const TemporaryFolder folder;
  ingest(folder / "ledger", chain.blocks);
  const auto s = open_snapshot(folder / "ledger");
  for (const auto& tiny : chain.blocks) {
    const auto by_height = s.find_block_at(tiny.height);
    ASSERT_TRUE(by_height);
    EXPECT_EQ(s.find_block(tiny.hash), by_height);
    const auto row = s.block(*by_height);
    EXPECT_EQ(row.hash, tiny.hash);
    EXPECT_EQ(row.height, tiny.height);
    EXPECT_EQ(row.size, tiny.raw.size());
    EXPECT_EQ(s.block_of_tx(row.first_tx), *by_height);
    EXPECT_EQ(s.block_of_tx(row.first_tx + row.tx_count - 1), *by_height);
    EXPECT_EQ(s.time_of(*by_height), row.header.time);
  }
  EXPECT_FALSE(s.find_block_at(1000));
  EXPECT_FALSE(s.find_block(Hash256{}));
  EXPECT_FALSE(s.find_tx(Hash256{}));
}

TEST(Snapshot, SaysThatThereIsNoLedger) {
  const auto s = Snapshot::open("/nonexistent");
  ASSERT_FALSE(s);
  EXPECT_EQ(s.error().kind, ErrorKind::not_found);
}

TEST(Snapshot, OfAnEmptyLedgerHasNothing) {
  const TemporaryFolder folder;
  ingest(folder / "ledger", {});
  const auto s = open_snapshot(folder / "ledger");
  EXPECT_EQ(s.block_count(), 0u);
  EXPECT_FALSE(s.tip());
  EXPECT_FALSE(s.find_tx(Hash256{}));
  EXPECT_FALSE(s.find_address(address_of(1)));
}

TEST(Snapshot, StaysTheSameWhileTheWriterMerges) {
  const auto chain = random_world(3);
  const TemporaryFolder folder;
  auto writer = open_writer(folder / "ledger", small_segments(1));
  append_all(writer, {chain.blocks.begin(), chain.blocks.begin() + 20});
  ASSERT_TRUE(writer.commit());
  const auto reader = open_snapshot(folder / "ledger");
  const auto before = describe(reader);
  append_all(writer, {chain.blocks.begin() + 20, chain.blocks.end()});
  ASSERT_TRUE(writer.commit());
  EXPECT_EQ(describe(reader), before);
  EXPECT_EQ(open_snapshot(folder / "ledger").block_count(), chain.blocks.size());
}

TEST(Snapshot, VersionNamesTheContentNotTheSegments) {
  const auto chain = random_world(4);
  const TemporaryFolder folder;
  ingest(folder / "merged", chain.blocks, small_segments(1));
  ingest(folder / "whole", chain.blocks, small_segments(1 << 20));
  ingest(folder / "shorter", {chain.blocks.begin(), chain.blocks.end() - 1});
  {
    auto writer = open_writer(folder / "late");
    append_all(writer, {chain.blocks.begin() + 10, chain.blocks.end()});
    append_all(writer, {chain.blocks.begin(), chain.blocks.begin() + 10});
    ASSERT_TRUE(writer.commit());
  }
  const auto version = open_snapshot(folder / "whole").version();
  EXPECT_EQ(open_snapshot(folder / "merged").version(), version);
  EXPECT_EQ(open_snapshot(folder / "late").version(), version);
  EXPECT_NE(open_snapshot(folder / "shorter").version(), version);
}

}  // namespace
}  // namespace clew::ledger::test
