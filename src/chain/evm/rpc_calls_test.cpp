#include "chain/evm/rpc_calls.h"

#include <gmock/gmock.h>

#include <map>

#include "chain/evm/real_data_test_support.h"
#include "chain/evm/traces_test_support.h"

namespace clew::evm {
namespace {

using namespace test;
using nlohmann::json;
using testing::HasSubstr;

constexpr const char* kA = "0x00000000000000000000000000000000000000aa";
constexpr const char* kB = "0x00000000000000000000000000000000000000bb";
constexpr const char* kC = "0x00000000000000000000000000000000000000cc";

json frame(const char* type, const char* from, const char* to, const char* value = "0x0") {
  return {{"type", type}, {"from", from}, {"to", to}, {"value", value}};
}

json trace(const std::vector<int>& address, int subtraces, const char* call_type = "call") {
  return {{"action", {{"callType", call_type}, {"from", kA}, {"to", kB}, {"value", "0x1"}}},
          {"result", {{"gasUsed", "0x5"}, {"output", "0x"}}},
          {"traceAddress", address},
          {"subtraces", subtraces},
          {"type", "call"}};
}

Result<Calls> read_one(TraceForm form, const json& result) {
  RpcCallsReader reader;
  Calls calls;
  CLEW_CHECK(reader.read_transaction(form, json{{"result", result}}.dump(), calls));
  return calls;
}

std::string error_of(TraceForm form, const json& result) {
  const auto read = read_one(form, result);
  return read ? "no error" : read.error().message;
}

Block block_of(std::size_t transactions) {
  Block block;
  block.hash = {7};
  block.transactions.resize(transactions);
  for (std::size_t i = 0; i < transactions; ++i)
    block.transaction_hashes.push_back({static_cast<std::uint8_t>(i + 1)});
  return block;
}

TEST(RpcCalls, OfNestedFramesAreInPreorderWithWhatFailedUndone) {
  json inner = frame("CALL", kB, kC, "0x2");
  json failed = frame("CALL", kB, kC, "0x3");
  failed["error"] = "execution reverted";
  failed["calls"] = json::array({frame("STATICCALL", kC, kA), frame("CREATE2", kC, kB, "0x4")});
  json delegated = frame("DELEGATECALL", kB, kC);
  delegated.erase("value");
  json outer = frame("CALL", kA, kB, "0x1");
  outer["calls"] = {inner, failed, delegated};
  outer["input"] = "0x0102";
  outer["gas"] = "0x5208";
  const auto read = read_one(TraceForm::nested, outer);
  ASSERT_TRUE(read) << read.error().message;
  const auto& calls = read->calls;
  ASSERT_EQ(calls.size(), 6u);
  EXPECT_EQ(calls[0].gas, 21000u);
  EXPECT_THAT(calls[0].input, testing::ElementsAre(1, 2));
  std::vector<std::uint32_t> depths;
  std::vector<bool> undone;
  for (const Call& call : calls) {
    depths.push_back(call.depth);
    undone.push_back(call.undone);
  }
  EXPECT_EQ(depths, (std::vector<std::uint32_t>{0, 1, 1, 2, 2, 1}));
  EXPECT_EQ(undone, (std::vector<bool>{false, false, true, true, true, false}));
  EXPECT_EQ(calls[4].kind, CallKind::create2);
  EXPECT_TRUE(calls[4].to.has_value());
  EXPECT_EQ(calls[5].value, U256(1));  // that of the call it is made from
}

TEST(RpcCalls, OfFlatTracesAreTheSame) {
  json failed = trace({1}, 1);
  failed["error"] = "Reverted";
  failed.erase("result");
  const json flat = {trace({}, 3), trace({0}, 0), failed, trace({1, 0}, 0),
                     trace({2}, 0, "delegatecall")};
  for (const TraceForm form : {TraceForm::flat, TraceForm::flat_debug}) {
    const auto read = read_one(form, flat);
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_EQ(read->calls.size(), 5u);
    EXPECT_TRUE(read->calls[3].undone);
    EXPECT_EQ(read->calls[3].depth, 2u);
    EXPECT_EQ(read->calls[4].kind, CallKind::delegate_call);
  }
  const auto replayed = read_one(TraceForm::replay, {{"output", "0x"}, {"trace", flat}});
  ASSERT_TRUE(replayed) << replayed.error().message;
  EXPECT_EQ(replayed->calls.size(), 5u);
}

TEST(RpcCalls, AsDeepAsCanBeAndNoDeeper) {
  const auto nested = [](std::size_t depth) {
    std::string text = "{\"result\":";
    for (std::size_t i = 0; i < depth; ++i)
      text += "{\"calls\":[";
    const std::string last = frame("CALL", kA, kA).dump();
    text += last;
    for (std::size_t i = 0; i < depth; ++i)
      text += "]," + last.substr(1);
    return text + "}";
  };
  RpcCallsReader reader;
  Calls calls;
  const auto read = reader.read_transaction(TraceForm::nested, nested(kCallDepthMax), calls);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(calls.calls.size(), kCallDepthMax + 1);
  EXPECT_EQ(calls.calls.back().depth, kCallDepthMax);
  for (const std::size_t depth : {kCallDepthMax + 1, 20'000u}) {
    const auto deeper = reader.read_transaction(TraceForm::nested, nested(depth), calls);
    ASSERT_FALSE(deeper);
    EXPECT_THAT(deeper.error().message, HasSubstr("nested deeper than 1025"));
  }
  const std::vector<int> address(kCallDepthMax + 1, 0);
  EXPECT_THAT(error_of(TraceForm::flat, json::array({trace(address, 0)})),
              HasSubstr("deeper than 1025"));
}

TEST(RpcCalls, OfFlatTracesThatDoNotFollowAreRefused) {
  const auto refused = [](const json& traces) { return error_of(TraceForm::flat, traces); };
  const std::string gap = "does not follow";
  EXPECT_THAT(refused(json::array({trace({0}, 0)})), HasSubstr(gap));
  EXPECT_THAT(refused({trace({}, 1), trace({1}, 0)}), HasSubstr(gap));
  EXPECT_THAT(refused({trace({}, 2), trace({0}, 0), trace({0}, 0)}), HasSubstr(gap));
  EXPECT_THAT(refused({trace({}, 2), trace({0}, 1), trace({1, 0}, 0)}), HasSubstr(gap));
  EXPECT_THAT(refused({trace({}, 0), trace({}, 0)}), HasSubstr(gap));
  EXPECT_THAT(refused({trace({}, 2), trace({0}, 0)}), HasSubstr("1 calls within, stated are 2"));
  EXPECT_THAT(refused({trace({}, 1), trace({0}, 1)}), HasSubstr("0 calls within, stated are 1"));
  EXPECT_THAT(refused(json::array()), HasSubstr("without traces"));
}

TEST(RpcCalls, NameTheFieldThatIsWrong) {
  const auto nested = [](const char* key, const json& value) {
    json one = frame("CALL", kA, kB);
    value.is_null() ? (void)one.erase(key) : (void)(one[key] = value);
    json outer = frame("CALL", kA, kB);
    outer["calls"] = {frame("CALL", kB, kC), one};
    return error_of(TraceForm::nested, outer);
  };
  EXPECT_EQ(nested("from", nullptr), "call 2: \"from\" is missing");
  EXPECT_EQ(nested("to", nullptr), "call 2: \"to\" is missing");
  EXPECT_EQ(nested("value", nullptr), "call 2: \"value\" is missing");
  EXPECT_EQ(nested("type", nullptr), "call 2: \"type\" is missing");
  EXPECT_THAT(nested("type", "JUMP"), HasSubstr("type \"JUMP\" is not known"));
  EXPECT_THAT(nested("value", "0x1" + std::string(64, '0')), HasSubstr("more than 32 bytes"));
  EXPECT_THAT(nested("gas", "0x11112222333344445"), HasSubstr("not a number of 64 bits"));
  EXPECT_THAT(nested("input", "0x123"), HasSubstr("odd number of digits"));
  EXPECT_THAT(nested("input", "0xzz"), HasSubstr("not hexadecimal"));
  EXPECT_THAT(nested("calls", 5), HasSubstr("\"calls\" is not an array"));
  EXPECT_THAT(nested("calls", {1}), HasSubstr("\"calls\" is not an object"));
  EXPECT_EQ(error_of(TraceForm::nested, frame("CALL", kA, kB)), "no error");
  json flat = trace({}, 0);
  flat["action"].erase("to");
  EXPECT_THAT(error_of(TraceForm::flat, json::array({flat})),
              HasSubstr("trace 0: \"to\" is missing"));
}

TEST(RpcCalls, OfABlockBelongToItsTransactions) {
  const Block block = block_of(2);
  RpcCallsReader reader;
  Calls calls;
  const auto nested = [&](const json& entries) {
    return reader.read_block(TraceForm::nested, json{{"result", entries}}.dump(), block, calls);
  };
  const auto entry = [&](std::size_t tx) {
    return json{{"txHash", to_text(block.transaction_hashes[tx])},
                {"result", frame("CALL", kA, kB)}};
  };
  ASSERT_TRUE(nested({entry(0), entry(1)}));
  EXPECT_EQ(calls.calls[1].tx, 1u);
  EXPECT_THAT(nested(json::array({entry(0)})).error().message,
              HasSubstr("of 1 transactions; the block has 2"));
  EXPECT_THAT(nested({entry(1), entry(0)}).error().message, HasSubstr("\"txHash\": stated 0x02"));
  EXPECT_THAT(nested({entry(0), entry(1), entry(1)}).error().message, HasSubstr("has only 2"));
  json failed = entry(1);
  failed["result"] = nullptr;
  failed["error"] = "execution timeout";
  EXPECT_THAT(nested({entry(0), failed}).error().message,
              HasSubstr("transaction 1: the node could not trace it: execution timeout"));
}

TEST(RpcCalls, OfTraceBlockHaveHashPositionAndRewards) {
  const Block block = block_of(1);
  RpcCallsReader reader;
  Calls calls;
  const auto read = [&](const json& traces) {
    return reader.read_block(TraceForm::flat, json{{"result", traces}}.dump(), block, calls);
  };
  json one = trace({}, 0);
  one["transactionHash"] = to_text(block.transaction_hashes[0]);
  one["transactionPosition"] = 0;
  one["blockHash"] = to_text(block.hash);
  const auto reward = [](const char* type, const char* value) {
    return json{{"action", {{"author", kC}, {"rewardType", type}, {"value", value}}},
                {"subtraces", 0},
                {"traceAddress", json::array()},
                {"transactionHash", nullptr},
                {"type", "reward"}};
  };
  ASSERT_TRUE(
      read({one, reward("block", "0x5"), reward("uncle", "0x4"), reward("withdrawal", "0x9")}));
  ASSERT_EQ(calls.rewards.size(), 2u);
  EXPECT_EQ(calls.rewards[1].value, U256(4));
  EXPECT_TRUE(calls.rewards[1].uncle);
  EXPECT_THAT(read({one, reward("tip", "0x5")}).error().message, HasSubstr("tip is not known"));
  EXPECT_THAT(read({one, one}).error().message, HasSubstr("has only 1 transactions"));
  EXPECT_THAT(read(json::array()).error().message, HasSubstr("of 0 transactions"));
  for (const auto& [key, wrong] :
       std::map<std::string, json>{{"transactionHash", to_text(block.hash)},
                                   {"transactionPosition", 1},
                                   {"blockHash", to_text(block.transaction_hashes[0])}}) {
    json changed = one;
    changed[key] = wrong;
    EXPECT_THAT(read(json::array({changed})).error().message, HasSubstr("\"" + key + "\": stated"));
  }
}

// Logs come where they were made: before the call at their position.
TEST(RpcCalls, SortLogsByWhenTheyWereMade) {
  const auto log = [](const char* data, const char* position) {
    return json{{"address", kB}, {"topics", json::array()}, {"data", data}, {"position", position}};
  };
  json inner = frame("CALL", kB, kC);
  inner["logs"] = json::array({log("0x02", "0x0")});
  json failed = inner;
  failed["error"] = "out of gas";
  json last = frame("CALL", kB, kC);
  last["logs"] = json::array({log("0x04", "0x0")});
  json outer = frame("CALL", kA, kB);
  outer["calls"] = {inner, failed, last};
  outer["logs"] = {log("0x01", "0x0"), log("0x03", "0x2"), log("0x05", "0x3"), log("0x06", "0xff")};
  const auto read = read_one(TraceForm::nested, outer);
  ASSERT_TRUE(read) << read.error().message;
  std::vector<int> order;
  for (const CallLog& one : read->logs)
    order.push_back(one.log.data[0]);
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3, 4, 5, 6}));
}

TEST(RpcCalls, OfTheTransactionMustBeWhatItIs) {
  Block block = block_of(1);
  Transaction& tx = block.transactions[0];
  const Address sender = address_of(kA);
  tx.to = address_of(kB);
  tx.value = U256(1);
  Receipts receipts;
  receipts.receipts.resize(1);
  receipts.receipts[0].success = true;
  const auto check = [&](const json& outer) {
    auto calls = read_one(TraceForm::nested, outer);
    EXPECT_TRUE(calls);
    const auto held = check_calls(block, {&sender, 1}, receipts, *calls);
    return held ? "" : held.error().message;
  };
  json good = frame("CALL", kA, kB, "0x1");
  json inner = frame("DELEGATECALL", kB, kC);
  inner["calls"] = json::array({frame("CALL", kB, kA)});
  good["calls"] = {inner, frame("SELFDESTRUCT", kB, kA)};
  EXPECT_EQ(check(good), "");
  json bad = good;
  bad["calls"][0]["calls"][0]["from"] = kC;
  EXPECT_THAT(check(bad), HasSubstr("transaction 0: call 2: comes from 0x"));
  EXPECT_THAT(check(frame("CALL", kB, kB, "0x1")), HasSubstr("comes from"));
  EXPECT_THAT(check(frame("CALL", kA, kA, "0x1")), HasSubstr("goes to"));
  EXPECT_THAT(check(frame("CALL", kA, kB, "0x2")), HasSubstr("has value 2, the transaction 1"));
  EXPECT_THAT(check(frame("CREATE", kA, kB, "0x1")), HasSubstr("creates a contract"));
  bad = good;
  bad["error"] = "out of gas";
  EXPECT_THAT(check(bad), HasSubstr("failed (out of gas), but the receipt says"));
  bad = good;
  bad["input"] = "0x00";
  EXPECT_THAT(check(bad), HasSubstr("input is not that of the transaction"));
}

}  // namespace
}  // namespace clew::evm
