#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/keccak.h"
#include "ingest/replay/replay_test_support.h"

namespace clew::replay {
namespace {

using test::make_node;
using test::Node;
using test::quantity;

TEST(Node, KnowsTagsNumbersAndHashesUpToItsHead) {
  Node node = make_node({.blocks = 200}, {.first_head = 120});
  EXPECT_EQ(node.result("eth_blockNumber"), "0x78");
  EXPECT_EQ(node.result("eth_chainId"), "0x1");
  EXPECT_EQ(node.result("net_version"), "1");
  EXPECT_EQ(node.result("eth_syncing"), false);
  const auto number_of = [&](const Json& which) {
    return node.result("eth_getBlockByNumber", {which, false})["number"];
  };
  EXPECT_EQ(number_of("latest"), "0x78");
  EXPECT_EQ(number_of("finalized"), quantity(120 - 64));
  EXPECT_EQ(number_of("safe"), quantity(120 - 32));
  EXPECT_EQ(number_of("earliest"), "0x0");
  EXPECT_TRUE(node.result("eth_getBlockByNumber", {"0x79", true}).is_null());
  const std::string next = evm::to_text(node.chain->store().chain()[121].hash);
  EXPECT_TRUE(node.result("eth_getBlockByHash", {next, false}).is_null());
  ASSERT_TRUE(node.chain->advance());
  EXPECT_EQ(node.result("eth_getBlockByHash", {next, false})["number"], "0x79");
  EXPECT_EQ(node.result("eth_getBlockReceipts", {{{"blockHash", next}}}).size(),
            node.chain->store().chain()[121].transactions);
}

TEST(Node, LivesThroughBranches) {
  Node node =
      make_node({.blocks = 200, .branches = {{60, 3}, {61, 1}, {100, 10}}}, {.first_head = 50});
  std::vector<std::size_t> depths;
  std::vector<Hash256> believed;
  while (const auto change = node.chain->advance()) {
    if (!change->removed.empty()) depths.push_back(change->removed.size());
    ASSERT_FALSE(change->added.empty());
    // Every step leads from one block to the next, back to what both have.
    const auto head = node.result("eth_getBlockByNumber", {"latest", false});
    EXPECT_EQ(head["hash"], evm::to_text(change->added.back()->hash));
    Hash256 parent = change->added.front()->hash;
    for (std::size_t i = 1; i < change->added.size(); ++i) {
      const auto block =
          node.result("eth_getBlockByHash", {evm::to_text(change->added[i]->hash), false});
      EXPECT_EQ(block["parentHash"], evm::to_text(parent));
      parent = change->added[i]->hash;
    }
  }
  EXPECT_EQ(depths, (std::vector<std::size_t>{3, 10}));
  EXPECT_EQ(node.result("eth_blockNumber"), quantity(199));
  // What is left behind is still known by its hash, as nodes do.
  const auto left = node.chain->store().branch(1)[0];
  EXPECT_EQ(node.result("eth_getBlockByHash", {evm::to_text(left.hash), false})["number"], "0x3c");
}

TEST(Node, TellsBalancesAndTokens) {
  Node node = make_node({.blocks = 200, .seed = 3});
  std::size_t ether = 0, tokens = 0;
  for (const auto& row : node.made.table("truth/balances.csv")) {
    if (row[1] == "ETH") {
      EXPECT_EQ(node.result("eth_getBalance", {row[0], "latest"}),
                U256::from_decimal(row[2])->to_quantity());
      ++ether;
    } else if (row[1].find('/') == std::string::npos) {
      const std::string data = "0x70a08231000000000000000000000000" + row[0].substr(2);
      const Json held = node.result("eth_call", {{{"to", row[1]}, {"data", data}}, "latest"});
      EXPECT_EQ(held, evm::to_text(U256::from_decimal(row[2])->to_big_endian()));
      ++tokens;
    }
  }
  EXPECT_GT(ether, 100u);
  EXPECT_GT(tokens, 20u);
  for (const auto& row : node.made.table("truth/opening.csv"))
    EXPECT_EQ(node.result("eth_getBalance", {row[0], "0x0"}),
              U256::from_decimal(row[2])->to_quantity());
  const Json contracts = node.made.json("chain/contracts.json");
  for (const Json& token : contracts["tokens"]) {
    if (token["standard"] != "erc20") continue;
    const auto told = [&](const char* selector) {
      return node.result("eth_call", {{{"to", token["address"]}, {"data", selector}}, "latest"})
          .get<std::string>();
    };
    EXPECT_EQ(std::stoul(told("0x313ce567").substr(2), nullptr, 16), token["decimals"]);
    const std::string symbol = token["symbol"];
    EXPECT_THAT(told("0x95d89b41"), ::testing::HasSubstr(to_hex(as_bytes(symbol))));
    EXPECT_NE(node.result("eth_getCode", {token["address"], "latest"}), "0x");
  }
}

TEST(Node, FiltersLogs) {
  Node node = make_node({.blocks = 200, .seed = 3});
  const Json all = node.result("eth_getLogs", {{{"fromBlock", "0x0"}, {"toBlock", "latest"}}});
  ASSERT_EQ(all.size(), node.made.summary.logs);
  const Json some = all[all.size() / 2];
  const auto count = [&](const Json& filter) {
    Json whole = {{"fromBlock", "0x0"}, {"toBlock", "latest"}};
    whole.update(filter);
    return node.result("eth_getLogs", {whole}).size();
  };
  const auto expected = [&](const auto& matches) {
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), matches));
  };
  EXPECT_EQ(count({{"address", some["address"]}}),
            expected([&](const Json& log) { return log["address"] == some["address"]; }));
  EXPECT_EQ(count({{"topics", {some["topics"][0]}}}),
            expected([&](const Json& log) { return log["topics"][0] == some["topics"][0]; }));
  EXPECT_EQ(count({{"topics", {nullptr, some["topics"][1]}}}), expected([&](const Json& log) {
              return log["topics"].size() > 1 && log["topics"][1] == some["topics"][1];
            }));
  const Json any = Json::array({some["topics"][0], "0x" + std::string(64, '0')});
  EXPECT_EQ(count({{"topics", Json::array({any})}}),
            expected([&](const Json& log) { return log["topics"][0] == some["topics"][0]; }));
  EXPECT_TRUE(node.ask("eth_getLogs", {{{"topics", "no"}}}).contains("error"));
  EXPECT_TRUE(
      node.ask("eth_getLogs", {{{"fromBlock", "0x5"}, {"toBlock", "0x4"}}}).contains("error"));
}

TEST(Node, AnswersBatchesAndErrors) {
  Node node = make_node({.blocks = 200}, {.first_head = 10}, {}, {"trace_block"});
  const Json batch = Json::parse(node.service->answer(
      R"([{"jsonrpc":"2.0","id":"a","method":"eth_chainId"},
          {"jsonrpc":"2.0","id":2,"method":"eth_nothing","params":[]},
          {"jsonrpc":"2.0","id":3,"method":"eth_getBlockByNumber","params":["0xzz"]}])"));
  ASSERT_EQ(batch.size(), 3u);
  EXPECT_EQ(batch[0]["id"], "a");
  EXPECT_EQ(batch[1]["error"]["code"], kMethodNotFound);
  EXPECT_EQ(batch[2]["error"]["code"], kInvalidParams);
  EXPECT_EQ(node.ask("trace_block", {"0x5"})["error"]["code"], kMethodNotFound);
  EXPECT_TRUE(node.result("trace_transaction", {"0x" + std::string(64, '1')}).is_null());
  for (const char* text : {"", "{", "[]", "17", "{\"id\":1}", "[1]", "\xff\xfe", "{\"method\":7}"})
    EXPECT_FALSE(Json::parse(node.service->answer(text), nullptr, false).is_discarded()) << text;
}

}  // namespace
}  // namespace clew::replay
