// What a node says of a block, read back by the readers of real nodes' answers, is the block.
#include <gtest/gtest.h>

#include "chain/evm/check.h"
#include "chain/evm/rpc_block.h"
#include "chain/evm/rpc_calls.h"
#include "chain/evm/transfers.h"
#include "ingest/replay/replay_test_support.h"

namespace clew::replay {
namespace {

using test::make_node;
using test::Node;
using test::quantity;

class Rendering : public ::testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, Rendering, ::testing::Range<std::uint64_t>(1, 4));

Bytes joined(const std::vector<ByteView>& parts) {
  Bytes all;
  for (const ByteView part : parts)
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

TEST_P(Rendering, BlocksAndReceiptsReadBackAreTheStoredBytes) {
  Node node = make_node({.blocks = 200, .seed = GetParam()});
  evm::RpcBlockReader reader;
  evm::RpcReceiptsReader receipts_reader;
  evm::RpcBlock block;
  evm::RpcReceipts receipts;
  evm::BlockCheck check;
  world::StoredBlock stored;
  for (const world::IndexEntry& entry : node.chain->store().chain()) {
    ASSERT_TRUE(node.chain->store().read(entry, stored));
    const bool by_hash = entry.number % 2 == 1;
    const Json which = by_hash ? evm::to_text(entry.hash) : quantity(entry.number);
    const auto read = reader.read(
        node.ask_text(by_hash ? "eth_getBlockByHash" : "eth_getBlockByNumber", {which, true}),
        block);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_TRUE(std::ranges::equal(block.raw, stored.raw)) << "block " << entry.number;
    EXPECT_EQ(block.senders, stored.senders);
    const auto read_receipts =
        receipts_reader.read(node.ask_text("eth_getBlockReceipts", {which}), block.block, receipts);
    ASSERT_TRUE(read_receipts) << read_receipts.error().message;
    EXPECT_EQ(receipts.raw, joined(stored.receipts)) << "block " << entry.number;
    EXPECT_TRUE(check.check_receipts(block.block, receipts.receipts));
  }
}

std::string text_of(const evm::Call& call) {
  return std::to_string(call.tx) + " " + std::to_string(call.depth) + " " +
         std::to_string(static_cast<int>(call.kind)) + " " + evm::to_text(call.from) + " " +
         (call.to ? evm::to_text(*call.to) : "") + " " + call.value.to_decimal() + " " +
         evm::to_text(call.input) + " " + (call.failed() ? "failed" : "") +
         (call.undone ? " undone" : "");
}

std::vector<std::string> texts_of(const evm::Calls& calls) {
  std::vector<std::string> texts;
  for (const evm::Call& call : calls.calls)
    texts.push_back(text_of(call));
  return texts;
}

TEST_P(Rendering, CallsReadBackAreTheStoredOnes) {
  Node node = make_node({.blocks = 200, .seed = GetParam()});
  evm::RpcCallsReader reader;
  evm::Calls calls;
  BlockFacts facts;
  const Json tracer = {{"tracer", "callTracer"}, {"tracerConfig", {{"withLog", true}}}};
  for (const world::IndexEntry& entry : node.chain->store().chain().subspan(1)) {
    ASSERT_TRUE(load_facts(node.chain->store(), entry, facts));
    const auto expected = texts_of(facts.stored.calls);
    const std::tuple<evm::TraceForm, const char*, std::vector<Json>> forms[] = {
        {evm::TraceForm::flat, "trace_block", {quantity(entry.number)}},
        {evm::TraceForm::flat_debug,
         "debug_traceBlockByNumber",
         {quantity(entry.number), {{"tracer", "flatCallTracer"}}}},
        {evm::TraceForm::nested, "debug_traceBlockByHash", {evm::to_text(entry.hash), tracer}}};
    for (const auto& [form, method, params] : forms) {
      const auto read = reader.read_block(form, node.ask_text(method, params), facts.block, calls);
      ASSERT_TRUE(read) << method << ": " << read.error().message;
      EXPECT_EQ(texts_of(calls), expected) << method << " of block " << entry.number;
      const auto held = evm::check_calls(facts.block, facts.stored.senders, facts.receipts, calls);
      EXPECT_TRUE(held) << held.error().message;
    }
    ASSERT_EQ(calls.logs.size(), facts.receipts.logs.size());
    for (std::size_t i = 0; i < calls.logs.size(); ++i) {
      EXPECT_EQ(calls.logs[i].log.address, facts.receipts.logs[i].address);
      EXPECT_EQ(calls.logs[i].call, facts.stored.logs[i].call);
    }
  }
}

TEST(RenderingOfOne, IsAsInTheWholeBlock) {
  Node node = make_node({.blocks = 200, .seed = 6});
  const Json block = node.result("eth_getBlockByNumber", {"0xb4", true});
  const Json receipts = node.result("eth_getBlockReceipts", {"0xb4"});
  const Json hashes = node.result("eth_getBlockByNumber", {"0xb4", false});
  const Json traces = node.result("trace_block", {"0xb4"});
  const Json frames = node.result("debug_traceBlockByNumber", {"0xb4", {{"tracer", "callTracer"}}});
  ASSERT_GT(receipts.size(), 10u);
  Json flat = Json::array(), logs = Json::array();
  for (std::size_t i = 0; i < receipts.size(); ++i) {
    const Json hash = block["transactions"][i]["hash"];
    EXPECT_EQ(hashes["transactions"][i], hash);
    EXPECT_EQ(node.result("eth_getTransactionByHash", {hash}), block["transactions"][i]);
    EXPECT_EQ(node.result("eth_getTransactionReceipt", {hash}), receipts[i]);
    for (const Json& trace : node.result("trace_transaction", {hash}))
      flat.push_back(trace);
    EXPECT_EQ(node.result("debug_traceTransaction", {hash, {{"tracer", "callTracer"}}}),
              frames[i]["result"]);
    for (const Json& log : receipts[i]["logs"])
      logs.push_back(log);
  }
  EXPECT_EQ(flat, traces);
  EXPECT_EQ(node.result("eth_getLogs", {{{"fromBlock", "0xb4"}, {"toBlock", "0xb4"}}}), logs);
  EXPECT_EQ(node.result("eth_getLogs", {{{"blockHash", block["hash"]}}}), logs);
}

TEST(RawForms, AreTheStoredBytes) {
  Node node = make_node({.blocks = 200, .seed = 6});
  world::StoredBlock stored;
  const world::IndexEntry& entry = node.chain->store().chain()[150];
  ASSERT_TRUE(node.chain->store().read(entry, stored));
  EXPECT_EQ(node.result("debug_getRawBlock", {"0x96"}), evm::to_text(stored.raw));
  const Json receipts = node.result("debug_getRawReceipts", {evm::to_text(entry.hash)});
  ASSERT_EQ(receipts.size(), stored.receipts.size());
  for (std::size_t i = 0; i < receipts.size(); ++i)
    EXPECT_EQ(receipts[i], evm::to_text(stored.receipts[i]));
  const Json hash = node.result("eth_getBlockByNumber", {"0x96", false})["transactions"][3];
  evm::BlockDecoder decoder;
  evm::Block block;
  ASSERT_TRUE(decoder.decode(stored.raw, block));
  EXPECT_EQ(node.result("debug_getRawTransaction", {hash}),
            evm::to_text(block.transactions[3].raw));
}

}  // namespace
}  // namespace clew::replay
