#include "ingest/node/evm_node.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/node/fake_node_test.h"

namespace clew::ingest {
namespace {

using test::FakeNode;
using test::Json;
using ::testing::HasSubstr;

Json refusal(int code, const char* message) {
  return {{"error", {{"code", code}, {"message", message}}}};
}

Json able(const std::string& method, const Json& params) {
  if (method == "eth_chainId") return "0x1";
  if (method == "eth_blockNumber") return "0x1312d00";
  if (method == "web3_clientVersion") return "Fake/v1";
  if (method == "eth_getBlockByNumber")
    return Json{{"hash", "0x00"}, {"number", params[0] == "safe" ? "0x10" : "0xf"}};
  if (method == "eth_subscribe") return "0xcd0c3e8af590364c09d0fa6a1210faf5";
  return Json::array({Json::object()});
}

Result<EvmNode> probe(FakeNode& node, const char* scheme = "http") {
  const auto url = node.url(scheme);
  const auto rpc = open_rpc(url);
  EXPECT_TRUE(rpc);
  return probe_evm_node(**rpc, url);
}

TEST(EvmNode, ShowsWhatItCan) {
  for (const char* scheme : {"http", "ws"}) {
    FakeNode node;
    node.on_call = able;
    const auto found = probe(node, scheme);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->client, "Fake/v1");
    EXPECT_EQ(found->chain_id, 1u);
    EXPECT_EQ(found->head, 20'000'000u);
    EXPECT_EQ(found->safe, 16u);
    EXPECT_EQ(found->finalized, 15u);
    for (const auto* ability : {&found->batches, &found->block_receipts, &found->trace_block,
                                &found->debug_trace, &found->new_heads})
      EXPECT_TRUE(*ability) << ability->why_not;
  }
}

TEST(EvmNode, SaysWhyItCannot) {
  FakeNode node;
  node.on_call = [](const std::string& method, const Json& params) -> Json {
    if (method == "trace_block") return refusal(-32601, "the method trace_block does not exist");
    if (method == "debug_traceBlockByNumber") return refusal(-32000, "required historical state");
    if (method == "eth_getBlockReceipts") return nullptr;
    if (method == "eth_getBlockByNumber") return refusal(-39001, "Unknown block");
    if (method == "eth_subscribe") return refusal(-32601, "notifications not supported");
    if (method == "web3_clientVersion") return refusal(-32601, "secret");
    return able(method, params);
  };
  node.on_request = [&](int, const std::string& body) -> std::optional<net::Answer> {
    if (!body.starts_with('[')) return std::nullopt;
    return net::Answer{.body = R"({"id":null,"error":{"code":-32600,"message":"no batches"}})"};
  };
  const auto found = probe(node);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->client, "");
  EXPECT_FALSE(found->safe);
  EXPECT_FALSE(found->finalized);
  EXPECT_EQ(found->batches.why_not, "no batches");
  EXPECT_EQ(found->trace_block.why_not, "it has no such method");
  EXPECT_EQ(found->debug_trace.why_not, "required historical state");
  EXPECT_THAT(found->block_receipts.why_not, HasSubstr("null"));
  EXPECT_THAT(found->new_heads.why_not, HasSubstr("notifications not supported"));
}

TEST(EvmNode, IsOfNoUseWithoutAChain) {
  FakeNode node;
  node.on_call = [](const std::string&, const Json&) { return Json("not a number"); };
  const auto found = probe(node);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::data);
  EXPECT_THAT(found.error().message, HasSubstr("no chain id"));
  EXPECT_THAT(found.error().message, HasSubstr("127.0.0.1"));
  node.stop();
  EXPECT_EQ(probe(node).error().kind, ErrorKind::network);
}

}  // namespace
}  // namespace clew::ingest
