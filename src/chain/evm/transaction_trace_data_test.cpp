// Recorded traces in Parity's form come out as they went in, and what is built from geth's answers
// is what a node says that speaks Parity's.
#include <gmock/gmock.h>

#include <map>

#include "chain/evm/rpc_calls.h"
#include "chain/evm/rpc_state.h"
#include "chain/evm/struct_logs.h"
#include "chain/evm/traces_test_support.h"
#include "chain/evm/transaction_trace.h"

namespace clew::evm {
namespace {

using namespace test;
using nlohmann::json;

json text_of(const TransactionTrace& trace) {
  std::string text;
  JsonText writer(text);
  write_transaction_trace(writer, trace, {.as_parity = false});
  return json::parse(text);
}

json traces_text(const Calls& calls) {
  std::string text;
  JsonText writer(text);
  write_traces(writer, calls, {.as_parity = false});
  return json::parse(text);
}

// A trace without what places it in a block.
json without_place(json traces) {
  for (json& trace : traces) {
    for (const char* key : {"blockHash", "blockNumber", "transactionHash", "transactionPosition"})
      trace.erase(key);
  }
  return traces;
}

void expect_round_trip(json expected, const TransactionTrace& trace, const std::string& name) {
  expected.erase("transactionHash");
  if (expected["trace"].is_array() && expected["trace"].empty()) expected["trace"] = nullptr;
  const json written = text_of(trace);
  for (const char* part : {"output", "stateDiff", "trace", "vmTrace"})
    EXPECT_EQ(written[part], expected[part]) << name << " " << part;
}

TEST(RealTraces, ComeOutAsTheyWentIn) {
  CLEW_NEED_DATA();
  TransactionTraceReader reader;
  std::size_t transactions = 0, diffs = 0, runs = 0;
  const auto count = [&](const TransactionTrace& trace) {
    ++transactions;
    diffs += trace.state_diff.has_value();
    runs += trace.vm_trace ? trace.vm_trace->runs.size() : 0;
  };
  for (const char* method : {"trace_replayTransaction", "trace_call"}) {
    for (const json& one : recorded(method)) {
      const auto read = reader.read(one["response"].dump());
      ASSERT_TRUE(read) << one["name"] << ": " << read.error().message;
      expect_round_trip(one["response"]["result"], *read, one["name"]);
      count(*read);
    }
  }
  for (const char* method : {"trace_replayBlockTransactions", "trace_callMany"}) {
    for (const json& one : recorded(method)) {
      const json& result = one["response"]["result"];
      const auto read = reader.read_many(one["response"].dump());
      ASSERT_TRUE(read) << one["name"] << ": " << read.error().message;
      ASSERT_EQ(read->size(), result.size());
      for (std::size_t i = 0; i < result.size(); ++i) {
        expect_round_trip(result[i], (*read)[i], one["name"]);
        count((*read)[i]);
      }
    }
  }
  EXPECT_EQ(transactions, 18u + 38 + 18 + 483);
  EXPECT_GT(diffs, 500u);
  EXPECT_GT(runs, 220u);
}

TEST(RealTraces, OfTransactionsAndBlocksComeOutAsTheyWentIn) {
  CLEW_NEED_DATA();
  RpcCallsReader reader;
  Calls calls;
  std::size_t traces = 0;
  for (const json& one : recorded("trace_transaction")) {
    ASSERT_TRUE(reader.read_transaction(TraceForm::flat, one["response"].dump(), calls));
    EXPECT_EQ(traces_text(calls), without_place(one["response"]["result"])) << one["name"];
    traces += calls.calls.size();
  }
  for (const json& one : recorded("trace_block")) {
    std::map<std::uint64_t, json> by_transaction;
    for (const json& trace : one["response"]["result"]) {
      if (trace["type"] != "reward")
        by_transaction[trace["transactionPosition"].get<std::uint64_t>()].push_back(trace);
    }
    for (const auto& [position, own] : by_transaction) {
      ASSERT_TRUE(reader.read_transaction(TraceForm::flat, json{{"result", own}}.dump(), calls));
      EXPECT_EQ(traces_text(calls), without_place(own)) << one["name"] << " " << position;
      traces += own.size();
    }
  }
  EXPECT_GT(traces, 4500u);
}

// Traces that lie in many blocks, by the transactions of which all are there.
TEST(RealTraces, OfFiltersComeOutAsTheyWentIn) {
  CLEW_NEED_DATA();
  RpcCallsReader reader;
  Calls calls;
  std::size_t whole = 0, parts = 0;
  for (const json& one : recorded("trace_filter")) {
    // In order: those of one transaction follow each other.
    std::vector<std::pair<json, json>> transactions;
    for (const json& trace : one["response"]["result"]) {
      if (trace["type"] == "reward") continue;
      const json& hash = trace["transactionHash"];
      if (transactions.empty() || transactions.back().first != hash)
        transactions.emplace_back(hash, json::array());
      transactions.back().second.push_back(trace);
    }
    for (const auto& [hash, traces] : transactions) {
      std::uint64_t told = traces.size(), named = 1;
      for (const json& trace : traces)
        named += trace["subtraces"].get<std::uint64_t>();
      const auto read =
          reader.read_transaction(TraceForm::flat, json{{"result", traces}}.dump(), calls);
      if (told != named || !traces[0]["traceAddress"].empty()) {
        ++parts;  // the filter cut it
        continue;
      }
      ASSERT_TRUE(read) << one["name"] << " " << hash << ": " << read.error().message;
      EXPECT_EQ(traces_text(calls), without_place(traces)) << one["name"] << " " << hash;
      whole += told;
    }
  }
  EXPECT_GT(whole, 4000u);
  EXPECT_LT(parts, 40u);
}

// A trace that is asked for by its place is the one that has that place when all are asked for.
TEST(RealTraces, AskedForByPlaceAreThoseOfTheirTransaction) {
  CLEW_NEED_DATA();
  std::map<std::string, json> written;
  RpcCallsReader reader;
  Calls calls;
  for (const json& one : recorded("trace_transaction")) {
    ASSERT_TRUE(reader.read_transaction(TraceForm::flat, one["response"].dump(), calls));
    written[one["request"]["params"][0]] = traces_text(calls);
  }
  std::size_t found = 0;
  for (const json& one : recorded("trace_get")) {
    const json expected = without_place(json::array({one["response"]["result"]}))[0];
    const auto all = written.find(one["request"]["params"][0].get<std::string>());
    if (all == written.end()) continue;
    const auto own = std::find_if(all->second.begin(), all->second.end(), [&](const json& trace) {
      return trace["traceAddress"] == expected["traceAddress"];
    });
    ASSERT_NE(own, all->second.end()) << one["name"];
    EXPECT_EQ(*own, expected) << one["name"];
    ++found;
  }
  EXPECT_GT(found, 5u);
}

// The steps of a transaction as geth's tracer logs them against the same node's vmTrace. The logs
// were asked for without memory; codes are not in them.
void strip(json& run) {
  run.erase("code");
  for (json& step : run["ops"]) {
    step.erase("idx");
    if (!step["ex"].is_null()) step["ex"].erase("mem");
    if (!step["sub"].is_null()) strip(step["sub"]);
  }
}

json built_run(const json& result) {
  RpcAnswer answer;
  StructLogReader reader;
  VmTrace trace;
  const auto read = answer.read(json{{"result", result}}.dump(), [&](JsonValue value) {
    return reader.read(value, Call{}, {}, trace);
  });
  EXPECT_TRUE(read) << read.error().message;
  std::string text;
  JsonText writer(text);
  write_vm_trace(writer, trace);
  return json::parse(text);
}

TEST(RealTraces, BuiltFromStepsAreThoseOfParity) {
  CLEW_NEED_DATA();
  std::map<std::string, json> runs;  // by transaction
  for (const json& one : recorded("trace_replayTransaction")) {
    const json& result = one["response"]["result"];
    if (!result["vmTrace"].is_null()) runs[result["transactionHash"]] = result["vmTrace"];
  }
  for (const json& one : recorded("trace_replayBlockTransactions")) {
    for (const json& entry : one["response"]["result"]) {
      if (entry.contains("transactionHash") && !entry["vmTrace"].is_null())
        runs[entry["transactionHash"]] = entry["vmTrace"];
    }
  }
  std::size_t compared = 0, steps = 0;
  const auto compare = [&](const std::string& hash, const json& result) {
    const auto found = runs.find(hash);
    if (found == runs.end() || result["structLogs"].empty()) return;
    if (!result["structLogs"][0].contains("stack")) return;
    json expected = found->second, built = built_run(result);
    strip(expected);
    strip(built);
    EXPECT_EQ(built["ops"].size(), expected["ops"].size());
    for (std::size_t i = 0; i < std::min(built["ops"].size(), expected["ops"].size()); ++i)
      ASSERT_EQ(built["ops"][i], expected["ops"][i]) << hash << " step " << i;
    steps += result["structLogs"].size();
    ++compared;
  };
  for (const json& one : recorded("debug_traceTransaction")) {
    if (!one["request"]["params"].back().contains("tracer"))
      compare(one["request"]["params"][0], one["response"]["result"]);
  }
  for (const json& one : recorded("debug_traceBlockByNumber")) {
    if (one["request"]["params"].back().contains("tracer")) continue;
    for (const json& entry : one["response"]["result"])
      compare(entry["txHash"], entry["result"]);
  }
  EXPECT_EQ(compared, 4u);
  EXPECT_GT(steps, 1500u);
}

// geth's own cases: the accounts as its JSON has them.
void expect_states(const json& expected, const AccountStates& states) {
  ASSERT_EQ(states.size(), expected.size());
  for (const auto& [key, account] : expected.items()) {
    const AccountState& state = states.at(address_of(key));
    EXPECT_EQ(state.balance.has_value(), account.contains("balance"));
    if (state.balance) {
      EXPECT_EQ(*state.balance, amount(account, "balance"));
    }
    EXPECT_EQ(state.nonce.has_value(), account.contains("nonce"));
    if (state.nonce) {
      EXPECT_EQ(*state.nonce, account["nonce"].get<std::uint64_t>());
    }
    EXPECT_EQ(state.code.has_value(), account.contains("code"));
    if (state.code) {
      EXPECT_EQ(to_text(*state.code), bytes_text(account, "code"));
    }
    EXPECT_EQ(state.code_hash.has_value(), account.contains("codeHash"));
    const json storage = account.value("storage", json::object());
    ASSERT_EQ(state.storage.size(), storage.size());
    for (const auto& [slot, value] : storage.items())
      EXPECT_EQ(to_text(state.storage.at(unhex_hash(slot))), value.get<std::string>());
  }
}

TEST(RealTraces, OfAccountsAreThoseOfTheJson) {
  CLEW_NEED_DATA();
  RpcAnswer answer;
  std::size_t cases = 0;
  for (const char* tracer : {"prestate_tracer", "prestate_tracer_legacy"}) {
    for (const json& one : tracer_cases(tracer)) {
      const auto read =
          answer.read(json{{"result", one["result"]}}.dump(), [&](JsonValue value) -> Result<void> {
            CLEW_TRY(states, read_account_states(value));
            expect_states(one["result"], states);
            return {};
          });
      ASSERT_TRUE(read) << read.error().message;
      ++cases;
    }
  }
  std::vector<json> diffs;
  for (const json& one : tracer_cases("prestate_tracer_with_diff_mode"))
    diffs.push_back(one["result"]);
  for (const json& one : recorded("debug_traceTransaction")) {
    if (one["response"]["result"].is_object() && one["response"]["result"].contains("post"))
      diffs.push_back(one["response"]["result"]);
  }
  std::size_t without_code = 0, changed = 0;
  for (const json& one : diffs) {
    const auto read =
        answer.read(json{{"result", one}}.dump(), [&](JsonValue value) -> Result<void> {
          CLEW_TRY(prestate, read_prestate_diff(value));
          expect_states(one["pre"], prestate.before);
          expect_states(one["post"], prestate.after);
          const auto diff = to_state_diff(prestate);
          if (!diff) {
            ++without_code;
            return {};
          }
          for (const auto& [address, account] : *diff) {
            const std::string key = to_text(address);
            EXPECT_EQ(account.is_born(), !one["pre"].contains(key)) << key;
            EXPECT_EQ(account.is_gone(), !one["post"].contains(key)) << key;
            ++changed;
          }
          return {};
        });
    ASSERT_TRUE(read) << read.error().message;
    ++cases;
  }
  EXPECT_EQ(cases, 9u + 1 + 8 + 6);
  EXPECT_EQ(without_code, 2u);  // they were asked for without
  EXPECT_GT(changed, 30u);
}

}  // namespace
}  // namespace clew::evm
