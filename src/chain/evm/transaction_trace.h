// Everything that can be told of how a transaction ran, in the form of Parity's trace_call and
// trace_replayTransaction: read from nodes that speak it, built where they do not, and written.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/json_text.h"
#include "base/result.h"
#include "chain/evm/call.h"
#include "chain/evm/state_diff.h"
#include "chain/evm/vm_trace.h"

namespace clew::evm {

struct TransactionTrace {
  Bytes output;
  std::optional<Calls> calls;  // "trace"
  std::optional<StateDiff> state_diff;
  std::optional<VmTrace> vm_trace;
};

// Keeps scratch memory; not to be shared between threads.
class TransactionTraceReader {
 public:
  TransactionTraceReader();
  ~TransactionTraceReader();

  // An answer to trace_call, trace_rawTransaction or trace_replayTransaction.
  Result<TransactionTrace> read(std::string_view answer);
  // One to trace_callMany or trace_replayBlockTransactions.
  Result<std::vector<TransactionTrace>> read_many(std::string_view answer);

  // The same from debug_traceTransaction or debug_traceCall. Answers that were not asked for are
  // empty; `calls` (callTracer) is needed for all others. `steps` is the answer without a tracer
  // ("enableMemory", and the stack as by default), `prestate` that of prestateTracer, from which
  // the codes for the steps are taken, `prestate_diff` the same with "diffMode".
  struct DebugAnswers {
    std::string_view calls, prestate_diff, prestate, steps;
  };
  Result<TransactionTrace> build(const DebugAnswers& answers);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

struct TraceTextOptions {
  // Calls to precompiles are left out, as Parity does, and known errors of geth have Parity's
  // words.
  bool as_parity = true;
};
// {"output", "stateDiff", "trace", "vmTrace"}, with null for what is not there.
void write_transaction_trace(JsonText& json, const TransactionTrace& trace,
                             const TraceTextOptions& options = {});
// Its parts: an array of one transaction's traces, and two objects.
void write_traces(JsonText& json, const Calls& calls, const TraceTextOptions& options = {});
void write_state_diff(JsonText& json, const StateDiff& diff);
void write_vm_trace(JsonText& json, const VmTrace& trace);

}  // namespace clew::evm
