// The client beside a real Ethereum node. tests/ethereum_node_test.py starts one and runs these;
// the last ends it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "chain/evm/check.h"
#include "chain/evm/rpc_block.h"
#include "ingest/node/evm_node.h"
#include "ingest/node/node_pool.h"
#include "ingest/node/rpc_subscription.h"

namespace clew::ingest {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;

class RealNode : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* url = std::getenv("CLEW_NODE_URL");
    if (url == nullptr) GTEST_SKIP() << "NOT CHECKED here: tests/ethereum_node_test.py does it";
    http_url = url;
    socket_url = "ws" + http_url.substr(4);
    http = std::move(*open_rpc(http_url));
    socket = std::move(*open_rpc(socket_url));
  }

  std::uint64_t head() {
    const auto answers = http->call(RpcCall{"eth_blockNumber"});
    EXPECT_TRUE(answers) << answers.error().message;
    const auto text = Json::parse((*answers)[0].text).at("result").get<std::string>();
    return std::stoull(text, nullptr, 16);
  }
  static std::string quoted_hex(std::uint64_t number) {
    char text[24];
    std::snprintf(text, sizeof text, "\"0x%llx\"", static_cast<unsigned long long>(number));
    return text;
  }
  // A block and its receipts, for each block from 1 to the head.
  std::vector<RpcCall> calls_for_all() {
    std::vector<RpcCall> calls;
    for (std::uint64_t number = 1; number <= head(); ++number) {
      calls.push_back({"eth_getBlockByNumber", "[" + quoted_hex(number) + ",true]"});
      calls.push_back({"eth_getBlockReceipts", "[" + quoted_hex(number) + "]"});
    }
    return calls;
  }

  std::string http_url, socket_url;
  std::unique_ptr<RpcClient> http, socket;
};

TEST_F(RealNode, IsProbed) {
  for (const auto& url : {http_url, socket_url}) {
    const auto found = probe_evm_node(url == http_url ? *http : *socket, url);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_THAT(found->client, HasSubstr("anvil"));
    EXPECT_EQ(found->chain_id, 31337u);
    EXPECT_EQ(found->head, head());
    EXPECT_TRUE(found->safe);
    EXPECT_TRUE(found->finalized);
    for (const auto* ability : {&found->batches, &found->block_receipts, &found->trace_block,
                                &found->debug_trace, &found->new_heads})
      EXPECT_TRUE(*ability) << ability->why_not;
  }
}

TEST_F(RealNode, GivesBlocksThatPassTheirChecks) {
  const auto calls = calls_for_all();
  const auto answers = http->call(calls);
  ASSERT_TRUE(answers) << answers.error().message;
  evm::RpcBlockReader blocks;
  evm::RpcReceiptsReader receipts;
  evm::BlockCheck check;
  std::size_t transactions = 0;
  Hash256 parent{};
  for (std::size_t i = 0; i < answers->size(); i += 2) {
    evm::RpcBlock block;
    evm::RpcReceipts read;
    auto done = blocks.read((*answers)[i].text, block);
    if (done) done = check.check_block(block.block);
    if (done) done = receipts.read((*answers)[i + 1].text, block.block, read);
    if (done) done = check.check_receipts(block.block, read.receipts);
    ASSERT_TRUE(done) << done.error().message;
    if (i > 0) {
      EXPECT_EQ(block.block.header.parent, parent);
    }
    parent = block.block.hash;
    transactions += block.block.transactions.size();
  }
  EXPECT_EQ(transactions, 3u);
}

TEST_F(RealNode, SaysTheSameOverBothTransports) {
  const auto calls = calls_for_all();
  const auto one = http->call(calls), other = socket->call(calls);
  ASSERT_TRUE(one) << one.error().message;
  ASSERT_TRUE(other) << other.error().message;
  ASSERT_EQ(one->size(), calls.size());
  for (std::size_t i = 0; i < calls.size(); ++i)
    EXPECT_EQ(Json::parse((*one)[i].text)["result"], Json::parse((*other)[i].text)["result"]);
}

TEST_F(RealNode, TakesLargeBatches) {
  std::vector<RpcCall> calls;
  for (std::uint64_t i = 0; i < 1000; ++i)
    calls.push_back({"eth_getBlockByNumber", "[" + quoted_hex(i % 2) + ",false]"});
  for (const auto* rpc : {&http, &socket}) {
    const auto answers = (*rpc)->call(calls);
    ASSERT_TRUE(answers) << answers.error().message;
    for (std::size_t i = 0; i < calls.size(); ++i)
      EXPECT_THAT((*answers)[i].text, HasSubstr("\"number\":" + quoted_hex(i % 2)));
  }
}

TEST_F(RealNode, SaysWhatItCannot) {
  const RpcCall calls[] = {{"no_such_method"}, {"eth_getBlockByNumber", "[\"0xffffff\",false]"}};
  const auto answers = http->call(calls);
  ASSERT_TRUE(answers) << answers.error().message;
  ASSERT_TRUE((*answers)[0].error);
  EXPECT_EQ((*answers)[0].error->code, -32601);
  EXPECT_TRUE((*answers)[1].null_result);
}

TEST_F(RealNode, PushesHeads) {
  const auto heads = RpcSubscription::open(socket_url, {});
  ASSERT_TRUE(heads) << heads.error().message;
  const auto before = head();
  for (std::uint64_t i = 1; i <= 5; ++i) {
    ASSERT_TRUE(http->call(RpcCall{"evm_mine"}));
    const auto told = (*heads)->next(30);
    ASSERT_TRUE(told) << told.error().message;
    ASSERT_TRUE(*told);
    evm::RpcBlockReader reader;
    evm::RpcBlock block;
    const auto read = reader.read_header(**told, block);
    ASSERT_TRUE(read) << read.error().message << "\n" << **told;
    EXPECT_EQ(block.block.header.number, before + i);
  }
}

TEST_F(RealNode, IsLeftForAnotherAndMissedWhenDead) {
  std::vector<std::unique_ptr<RpcClient>> nodes;
  nodes.push_back(std::move(*open_rpc("http://127.0.0.1:1")));
  nodes.push_back(std::move(http));
  NodePool pool(std::move(nodes), {.patience_seconds = 1});
  const auto heads = RpcSubscription::open(socket_url, {});
  ASSERT_TRUE(heads);
  const RpcCall call{"eth_chainId"};
  const auto served = pool.call(std::span(&call, 1));
  ASSERT_TRUE(served) << served.error().message;
  EXPECT_EQ(served->node, 1u);

  ::kill(static_cast<pid_t>(std::atol(std::getenv("CLEW_NODE_PROCESS"))), SIGKILL);
  const auto end = (*heads)->next(30);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().kind, ErrorKind::network);
  const auto lost = pool.call(std::span(&call, 1));
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().kind, ErrorKind::network);
  const auto gone = socket->call(call);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().fault, RpcFault::network);
}

}  // namespace
}  // namespace clew::ingest
