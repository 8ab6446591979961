// Calls of real transactions, as geth's own tests and recorded answers of nodes have them.
#include <gmock/gmock.h>

#include <map>

#include "chain/evm/rpc_calls.h"
#include "chain/evm/traces_test_support.h"

namespace clew::evm {
namespace {

using namespace test;
using nlohmann::json;

constexpr std::array<const char*, 7> kKinds = {"CALL",   "CALLCODE", "DELEGATECALL", "STATICCALL",
                                               "CREATE", "CREATE2",  "SELFDESTRUCT"};

// Holds a frame and all within it against the calls from `at` on.
void expect_frame(const json& frame, std::uint32_t depth, bool undone, const Calls& calls,
                  std::size_t& at) {
  ASSERT_LT(at, calls.calls.size());
  const Call& call = calls.calls[at++];
  EXPECT_EQ(kKinds[static_cast<std::size_t>(call.kind)], frame["type"].get<std::string>());
  EXPECT_EQ(call.depth, depth);
  EXPECT_EQ(call.from, address_of(frame["from"].get<std::string>()));
  EXPECT_EQ(call.to.has_value(), frame.contains("to"));
  if (call.to && frame.contains("to")) {
    EXPECT_EQ(*call.to, address_of(frame["to"].get<std::string>()));
  }
  if (frame.contains("value")) {
    EXPECT_EQ(call.value, amount(frame, "value"));
  }
  EXPECT_EQ(U256(call.gas), amount(frame, "gas"));
  EXPECT_EQ(U256(call.gas_used), amount(frame, "gasUsed"));
  EXPECT_EQ(to_text(call.input), bytes_text(frame, "input"));
  EXPECT_EQ(to_text(call.output), bytes_text(frame, "output"));
  EXPECT_EQ(call.error, frame.value("error", ""));
  EXPECT_EQ(call.undone, undone || frame.contains("error"));
  for (const json& inner : frame.value("calls", json::array()))
    expect_frame(inner, depth + 1, call.undone, calls, at);
}

void collect_logs(const json& frame, std::map<std::uint64_t, json>& by_index, bool& complete) {
  for (const json& log : frame.value("logs", json::array())) {
    if (!log.contains("index")) complete = false;
    by_index[amount(log, "index").low_u64()] = log;
  }
  for (const json& inner : frame.value("calls", json::array()))
    collect_logs(inner, by_index, complete);
}

void expect_logs(const json& result, const Calls& calls) {
  std::map<std::uint64_t, json> by_index;
  bool complete = true;
  collect_logs(result, by_index, complete);
  if (!complete) return;
  ASSERT_EQ(calls.logs.size(), by_index.size());
  for (std::size_t i = 0; i < calls.logs.size(); ++i) {
    const json& log = by_index[i];
    EXPECT_EQ(to_text(calls.logs[i].log.data), bytes_text(log, "data"));
    EXPECT_EQ(calls.logs[i].log.address, address_of(log["address"].get<std::string>()));
    ASSERT_EQ(calls.logs[i].log.topic_count, log["topics"].size());
    for (std::size_t k = 0; k < log["topics"].size(); ++k)
      EXPECT_EQ(to_text(calls.logs[i].log.topics[k]), log["topics"][k].get<std::string>());
  }
}

TEST(RealCalls, OfNestedFramesAreThoseOfTheJson) {
  CLEW_NEED_DATA();
  std::vector<json> results;
  for (const char* tracer : {"call_tracer", "call_tracer_legacy", "call_tracer_withLog"}) {
    for (const json& one : tracer_cases(tracer))
      results.push_back(one["result"]);
  }
  EXPECT_EQ(results.size(), 32u);
  for (const char* method : {"debug_traceTransaction", "debug_traceCall"}) {
    for (const json& one : recorded(method)) {
      if (one["request"]["params"].back().value("tracer", "") == "callTracer")
        results.push_back(one["response"]["result"]);
    }
  }
  EXPECT_GE(results.size(), 39u);
  RpcCallsReader reader;
  Calls calls;
  std::size_t logs = 0, total = 0;
  for (const json& result : results) {
    const auto read =
        reader.read_transaction(TraceForm::nested, json{{"result", result}}.dump(), calls);
    ASSERT_TRUE(read) << read.error().message;
    std::size_t at = 0;
    expect_frame(result, 0, false, calls, at);
    EXPECT_EQ(at, calls.calls.size());
    expect_logs(result, calls);
    logs += calls.logs.size();
    total += at;
  }
  EXPECT_GT(total, 300u);
  EXPECT_GT(logs, 40u);
}

// A tracer for bundlers of accounts, whose frames have more fields.
TEST(RealCalls, OfErc7562FramesAreThoseOfTheJson) {
  CLEW_NEED_DATA();
  RpcCallsReader reader;
  Calls calls;
  std::size_t cases = 0, total = 0;
  for (const json& one : tracer_cases("erc7562_tracer")) {
    const auto read =
        reader.read_transaction(TraceForm::nested, json{{"result", one["result"]}}.dump(), calls);
    ASSERT_TRUE(read) << one["name"] << ": " << read.error().message;
    std::size_t at = 0;
    expect_frame(one["result"], 0, false, calls, at);
    EXPECT_EQ(at, calls.calls.size());
    ++cases;
    total += at;
  }
  EXPECT_EQ(cases, 3u);
  EXPECT_GT(total, 3u);
}

void expect_trace(const json& trace, const Call& call) {
  const json& action = trace["action"];
  const json result =
      trace.contains("result") && trace["result"].is_object() ? trace["result"] : json::object();
  EXPECT_EQ(call.depth, trace["traceAddress"].size());
  EXPECT_EQ(call.error, trace.value("error", ""));
  if (trace["type"] == "suicide") {
    EXPECT_EQ(call.kind, CallKind::self_destruct);
    EXPECT_EQ(call.from, address_of(action["address"].get<std::string>()));
    EXPECT_EQ(call.to, address_of(action["refundAddress"].get<std::string>()));
    EXPECT_EQ(call.value, amount(action, "balance"));
    return;
  }
  EXPECT_EQ(call.from, address_of(action["from"].get<std::string>()));
  EXPECT_EQ(call.value, amount(action, "value"));
  EXPECT_EQ(U256(call.gas), amount(action, "gas"));
  EXPECT_EQ(U256(call.gas_used), amount(result, "gasUsed"));
  if (trace["type"] == "create") {
    EXPECT_EQ(call.kind == CallKind::create2, action.value("creationMethod", "") == "create2");
    EXPECT_TRUE(call.creates());
    EXPECT_EQ(to_text(call.input), bytes_text(action, "init"));
    EXPECT_EQ(call.to.has_value(), !call.failed());
    if (!call.to) return;
    EXPECT_EQ(to_text(call.output), bytes_text(result, "code"));
    EXPECT_EQ(*call.to, address_of(result["address"].get<std::string>()));
    return;
  }
  static const std::map<std::string, CallKind> kKindOf = {{"call", CallKind::call},
                                                          {"callcode", CallKind::call_code},
                                                          {"delegatecall", CallKind::delegate_call},
                                                          {"staticcall", CallKind::static_call}};
  EXPECT_EQ(call.kind, kKindOf.at(action["callType"].get<std::string>()));
  EXPECT_EQ(*call.to, address_of(action["to"].get<std::string>()));
  EXPECT_EQ(to_text(call.input), bytes_text(action, "input"));
  EXPECT_EQ(to_text(call.output), bytes_text(result, "output"));
}

// Of one transaction, in Parity's form: every trace is a call.
void expect_traces(const json& traces, TraceForm form, const json& answer) {
  RpcCallsReader reader;
  Calls calls;
  const auto read = reader.read_transaction(form, json{{"result", answer}}.dump(), calls);
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(calls.calls.size(), traces.size());
  for (std::size_t i = 0; i < traces.size(); ++i)
    expect_trace(traces[i], calls.calls[i]);
}

TEST(RealCalls, OfGethsFlatTracesAreThoseOfTheJson) {
  CLEW_NEED_DATA();
  std::size_t cases = 0;
  for (const json& one : tracer_cases("call_tracer_flat")) {
    // Two are of a transaction that itself failed before its code ran, for lack of nothing but
    // balance; their traces have no "transactionHash".
    expect_traces(one["result"], TraceForm::flat_debug, one["result"]);
    ++cases;
  }
  EXPECT_EQ(cases, 22u);
}

TEST(RealCalls, OfParitysTracesAreThoseOfTheJson) {
  CLEW_NEED_DATA();
  std::size_t transactions = 0, replays = 0;
  for (const json& one : recorded("trace_transaction")) {
    const json& traces = one["response"]["result"];
    expect_traces(traces, TraceForm::flat, traces);
    ++transactions;
  }
  for (const char* method : {"trace_replayTransaction", "trace_call"}) {
    for (const json& one : recorded(method)) {
      const json& answer = one["response"]["result"];
      if (answer["trace"].empty()) continue;  // it was not asked for
      expect_traces(answer["trace"], TraceForm::replay, answer);
      ++replays;
    }
  }
  EXPECT_EQ(transactions, 36u);
  EXPECT_GT(replays, 40u);
}

// A block of which only the hashes are known.
Block stub_block(const json& traces) {
  Block block;
  for (const json& trace : traces) {
    block.hash = unhex_hash(trace["blockHash"].get<std::string>());
    if (!trace["traceAddress"].empty() || trace["type"] == "reward") continue;
    block.transaction_hashes.push_back(unhex_hash(trace["transactionHash"].get<std::string>()));
  }
  block.transactions.resize(block.transaction_hashes.size());
  return block;
}

TEST(RealCalls, OfTraceBlockAreThoseOfTheJsonWithItsRewards) {
  CLEW_NEED_DATA();
  RpcCallsReader reader;
  Calls calls;
  std::size_t total = 0, rewards = 0;
  for (const json& one : recorded("trace_block")) {
    const json& traces = one["response"]["result"];
    const Block block = stub_block(traces);
    const auto read = reader.read_block(TraceForm::flat, one["response"].dump(), block, calls);
    ASSERT_TRUE(read) << read.error().message;
    std::size_t at = 0, reward = 0;
    for (const json& trace : traces) {
      if (trace["type"] != "reward") {
        EXPECT_EQ(calls.calls[at].tx, trace["transactionPosition"].get<std::uint32_t>());
        expect_trace(trace, calls.calls[at++]);
      } else if (trace["action"]["rewardType"] != "withdrawal") {
        EXPECT_EQ(calls.rewards[reward++].value, amount(trace["action"], "value"));
      }
    }
    EXPECT_EQ(at, calls.calls.size());
    EXPECT_EQ(reward, calls.rewards.size());
    total += at;
    rewards += reward;
  }
  EXPECT_GT(total, 4000u);
  EXPECT_EQ(rewards, 20u);
}

TEST(RealCalls, OfWholeBlocksByReplayAndByDebug) {
  CLEW_NEED_DATA();
  RpcCallsReader reader;
  Calls calls;
  std::size_t replayed = 0, debugged = 0;
  for (const json& one : recorded("trace_replayBlockTransactions")) {
    Block block;
    std::size_t traces = 0;
    bool hashed = true;
    for (const json& entry : one["response"]["result"]) {
      hashed = hashed && entry.contains("transactionHash");
      if (hashed)
        block.transaction_hashes.push_back(unhex_hash(entry["transactionHash"].get<std::string>()));
      traces += entry["trace"].size();
    }
    if (!hashed || traces == 0) continue;
    block.transactions.resize(block.transaction_hashes.size());
    const auto read = reader.read_block(TraceForm::replay, one["response"].dump(), block, calls);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(calls.calls.size(), traces);
    replayed += traces;
  }
  for (const json& one : recorded("debug_traceBlockByNumber")) {
    const std::string tracer = one["request"]["params"].back().value("tracer", "");
    if (tracer != "callTracer" && tracer != "flatCallTracer") continue;
    Block block;
    for (const json& entry : one["response"]["result"])
      block.transaction_hashes.push_back(unhex_hash(entry["txHash"].get<std::string>()));
    block.transactions.resize(block.transaction_hashes.size());
    if (!one["response"]["result"].empty() && tracer == "flatCallTracer")
      block.hash =
          unhex_hash(one["response"]["result"][0]["result"][0]["blockHash"].get<std::string>());
    const auto form = tracer == "callTracer" ? TraceForm::nested : TraceForm::flat_debug;
    const auto read = reader.read_block(form, one["response"].dump(), block, calls);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_GE(calls.calls.size(), block.transactions.size());
    debugged += calls.calls.size();
  }
  EXPECT_GT(replayed, 1000u);
  EXPECT_GT(debugged, 1000u);
}

// What two forms say of one transaction: the calls of geth's cases that exist in both.
TEST(RealCalls, AreEqualInBothForms) {
  CLEW_NEED_DATA();
  std::map<std::string, json> nested;
  for (const char* tracer : {"call_tracer", "call_tracer_withLog"}) {
    for (const json& one : tracer_cases(tracer)) {
      if (!one.value("tracerConfig", json::object()).value("onlyTopCall", false))
        nested[one["input"]] = one["result"];
    }
  }
  RpcCallsReader reader;
  Calls flat, deep;
  std::size_t compared = 0;
  for (const json& one : tracer_cases("call_tracer_flat")) {
    const auto found = nested.find(one["input"].get<std::string>());
    if (found == nested.end()) continue;
    const auto text = [](const json& result) { return json{{"result", result}}.dump(); };
    ASSERT_TRUE(reader.read_transaction(TraceForm::flat_debug, text(one["result"]), flat));
    ASSERT_TRUE(reader.read_transaction(TraceForm::nested, text(found->second), deep));
    std::erase_if(deep.calls,
                  [](const Call& c) { return c.depth > 0 && is_call_to_precompile(c); });
    ASSERT_EQ(flat.calls.size(), deep.calls.size()) << one["name"];
    for (std::size_t i = 0; i < flat.calls.size(); ++i) {
      const Call &a = flat.calls[i], &b = deep.calls[i];
      EXPECT_EQ(a.kind, b.kind);
      EXPECT_EQ(a.depth, b.depth);
      EXPECT_EQ(a.from, b.from);
      EXPECT_EQ(a.to, b.to);
      EXPECT_EQ(a.value, b.value);
      EXPECT_EQ(a.undone, b.undone);
      EXPECT_TRUE(std::ranges::equal(a.input, b.input) || a.kind == CallKind::self_destruct);
    }
    ++compared;
  }
  EXPECT_GE(compared, 4u);
}

}  // namespace
}  // namespace clew::evm
