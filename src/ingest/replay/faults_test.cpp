// Each fault does what it says, and is what a careful reader finds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chain/evm/check.h"
#include "chain/evm/rpc_block.h"
#include "chain/evm/rpc_calls.h"
#include "ingest/replay/replay_test_support.h"

namespace clew::replay {
namespace {

using test::make_node;
using test::Node;
using testing::HasSubstr;

FaultPlan always(Fault fault) {
  FaultPlan plan;
  plan.chances[static_cast<std::size_t>(fault)] = 1;
  return plan;
}

Node node_with(Fault fault) {
  return make_node({.blocks = 200}, {.first_head = ~0ULL}, always(fault));
}

// What readers say of block 0xb4 as the node tells it; empty if they find nothing wrong.
struct Verdict {
  std::string block, receipts, calls;
  Hash256 parent{};
};

Verdict judge(Node& node) {
  Verdict verdict;
  evm::RpcBlockReader reader;
  evm::RpcReceiptsReader receipts_reader;
  evm::RpcCallsReader calls_reader;
  evm::BlockCheck check;
  evm::RpcBlock block;
  evm::RpcReceipts receipts;
  evm::Calls calls;
  const auto said = [](const Result<void>& result) {
    return result ? std::string() : result.error().message;
  };
  verdict.block = said(reader.read(node.ask_text("eth_getBlockByNumber", {"0xb4", true}), block));
  if (!verdict.block.empty()) return verdict;
  verdict.parent = block.block.header.parent;
  verdict.block = said(check.check_block(block.block));
  verdict.receipts = said(
      receipts_reader.read(node.ask_text("eth_getBlockReceipts", {"0xb4"}), block.block, receipts));
  if (verdict.receipts.empty())
    verdict.receipts = said(check.check_receipts(block.block, receipts.receipts));
  verdict.calls = said(calls_reader.read_block(
      evm::TraceForm::flat, node.ask_text("trace_block", {"0xb4"}), block.block, calls));
  if (verdict.calls.empty() && verdict.receipts.empty())
    verdict.calls = said(evm::check_calls(block.block, block.senders, receipts.receipts, calls));
  return verdict;
}

TEST(Faults, AHonestNodeIsFoundHonest) {
  Node node = make_node({.blocks = 200});
  const Verdict verdict = judge(node);
  EXPECT_EQ(verdict.block + verdict.receipts + verdict.calls, "");
  EXPECT_EQ(verdict.parent, node.chain->store().chain()[0xb3].hash);
}

TEST(Faults, AWrongParentIsInABlockThatHolds) {
  Node node = node_with(Fault::wrong_parent);
  const Verdict verdict = judge(node);
  EXPECT_EQ(verdict.block, "");
  EXPECT_NE(verdict.parent, node.chain->store().chain()[0xb3].hash);
}

TEST(Faults, UntrueContentsAreFoundByTheirRoots) {
  Node changed = node_with(Fault::changed_block);
  EXPECT_NE(judge(changed).block, "");
  for (const Fault fault :
       {Fault::swapped_receipts, Fault::changed_receipts, Fault::missing_logs}) {
    Node node = node_with(fault);
    const Verdict verdict = judge(node);
    EXPECT_EQ(verdict.block, "") << name(fault);
    EXPECT_NE(verdict.receipts, "") << name(fault);
  }
  Node missing = node_with(Fault::missing_traces);
  EXPECT_NE(judge(missing).calls, "");
}

TEST(Faults, AnswersMissTheMark) {
  Node nothing = node_with(Fault::null_result);
  EXPECT_TRUE(nothing.result("eth_getBlockByNumber", {"0x5", true}).is_null());
  Node old = node_with(Fault::stale_head);
  EXPECT_EQ(old.result("eth_blockNumber"), test::quantity(199 - 8));
  Node failing = node_with(Fault::server_error);
  EXPECT_EQ(failing.ask("eth_blockNumber")["error"]["code"], kServerError);
  Node other = node_with(Fault::wrong_id);
  EXPECT_NE(Json::parse(other.ask_text("eth_blockNumber"))["id"], 7);
}

net::Request request() {
  net::Request request;
  request.method = "POST";
  request.body =
      R"({"jsonrpc":"2.0","id":1,"method":"eth_getBlockByNumber","params":["0x9",true]})";
  return request;
}

TEST(Faults, ConnectionsMisbehave) {
  Node half = node_with(Fault::half_json);
  EXPECT_TRUE(
      Json::parse(*half.service->answer_http(request()).body, nullptr, false).is_discarded());
  Node late = node_with(Fault::slow);
  EXPECT_GT(late.service->answer_http(request()).delay_seconds, 0);
  Node broken = node_with(Fault::reset);
  EXPECT_TRUE(broken.service->answer_http(request()).reset_after);
  Node endless = node_with(Fault::endless);
  const auto pieces = endless.service->answer_http(request()).pieces;
  ASSERT_TRUE(pieces);
  std::size_t bytes = 0;
  for (int i = 0; i < 100; ++i)
    bytes += pieces().size();
  EXPECT_GT(bytes, 1'000'000u);
}

TEST(Faults, StormsOf429LastForSeveralRequests) {
  FaultPlan plan;
  plan.chances[static_cast<std::size_t>(Fault::busy_hint)] = 0.05;
  plan.busy_requests = 4;
  Node node = make_node({.blocks = 200}, {}, plan);
  std::string statuses;
  for (int i = 0; i < 300; ++i) {
    const net::Answer answer = node.service->answer_http(request());
    statuses += answer.status == 200 ? '.' : 'x';
    if (answer.status == 200) continue;
    EXPECT_EQ(answer.status, 429);
    ASSERT_NE(net::find_header(answer.headers, "Retry-After"), nullptr);
  }
  EXPECT_THAT(statuses, HasSubstr(".xxxxx"));
  EXPECT_GT(std::count(statuses.begin(), statuses.end(), '.'), 100);
}

TEST(Faults, StrikeTheSameRequestsEveryTimeAndSpareTheFirst) {
  const auto run = [](std::uint64_t seed) {
    FaultPlan plan;
    plan.chances[static_cast<std::size_t>(Fault::null_result)] = 0.3;
    plan.seed = seed;
    plan.spared = 20;
    Node node = make_node({.blocks = 200}, {}, plan);
    std::string struck;
    for (int i = 0; i < 100; ++i)
      struck += node.result("eth_chainId").is_null() ? 'x' : '.';
    return struck;
  };
  const std::string one = run(1);
  EXPECT_EQ(one, run(1));
  EXPECT_NE(one, run(2));
  EXPECT_EQ(one.substr(0, 20), std::string(20, '.'));
  EXPECT_THAT(one, HasSubstr("x"));
}

TEST(Faults, HaveNames) {
  for (std::size_t i = 0; i < kFaults; ++i) {
    const auto fault = static_cast<Fault>(i);
    EXPECT_EQ(find_fault(name(fault)), fault);
  }
  EXPECT_FALSE(find_fault("kindness"));
}

}  // namespace
}  // namespace clew::replay
