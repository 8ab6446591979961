#include "chain/evm/transaction_trace.h"

#include "chain/evm/call_sink.h"
#include "chain/evm/rpc_answer.h"
#include "chain/evm/rpc_calls.h"
#include "chain/evm/rpc_flat_traces.h"
#include "chain/evm/rpc_state.h"
#include "chain/evm/rpc_vm_trace.h"
#include "chain/evm/struct_logs.h"

namespace clew::evm {
namespace {

Result<Bytes> read_output(JsonValue value) {
  CLEW_TRY(text, read_text(value, "output"));
  auto bytes = text.starts_with("0x") ? from_hex(text.substr(2)) : std::nullopt;
  if (!bytes) return fail_field("output", "not hexadecimal");
  return std::move(*bytes);
}

}  // namespace

struct TransactionTraceReader::Impl {
  Result<TransactionTrace> read_entry(JsonValue entry);
  Result<void> read_field(std::string_view key, JsonValue value, TransactionTrace& out);
  // Parity counts what the code of a transaction has and uses, without the gas that is paid before
  // and given back after: the steps tell.
  void count_gas_of_code(Call& outermost, const VmTrace& trace);

  RpcAnswer answer;
  RpcCallsReader calls;
  CallSink sink;
  FlatTraceReader flat;
  VmTraceReader vm;
  StructLogReader steps;
};

TransactionTraceReader::TransactionTraceReader() : impl_(std::make_unique<Impl>()) {}
TransactionTraceReader::~TransactionTraceReader() = default;

Result<TransactionTrace> TransactionTraceReader::read(std::string_view answer) {
  TransactionTrace trace;
  CLEW_CHECK(impl_->answer.read(answer, [&](JsonValue result) -> Result<void> {
    CLEW_TRY(entry, impl_->read_entry(result));
    trace = std::move(entry);
    return {};
  }));
  return trace;
}

Result<std::vector<TransactionTrace>> TransactionTraceReader::read_many(std::string_view answer) {
  std::vector<TransactionTrace> traces;
  CLEW_CHECK(impl_->answer.read(answer, [&](JsonValue result) {
    return for_each_element(result, "result", "transaction", [&](JsonValue item) -> Result<void> {
      CLEW_TRY(entry, impl_->read_entry(item));
      traces.push_back(std::move(entry));
      return {};
    });
  }));
  return traces;
}

Result<TransactionTrace> TransactionTraceReader::Impl::read_entry(JsonValue entry) {
  TransactionTrace trace;
  CLEW_CHECK(
      for_each_field(entry, "result", [&](std::string_view key, JsonValue value) -> Result<void> {
        CLEW_TRY(is_null, read_null(value, key));
        return is_null ? Result<void>() : read_field(key, value, trace);
      }));
  return trace;
}

Result<void> TransactionTraceReader::Impl::read_field(std::string_view key, JsonValue value,
                                                      TransactionTrace& out) {
  if (key == "output") {
    CLEW_TRY(bytes, read_output(value));
    out.output = std::move(bytes);
  } else if (key == "trace") {
    Calls read;
    sink.start(read, true);
    flat.start(nullptr);
    CLEW_CHECK(flat.read(value, sink, read.rewards));
    CLEW_CHECK(flat.finish_transaction());
    sink.finish();
    // Asked for nothing, some nodes give an empty list instead of null.
    if (!read.calls.empty()) out.calls = std::move(read);
  } else if (key == "stateDiff") {
    CLEW_TRY(diff, read_parity_state_diff(value));
    out.state_diff = std::move(diff);
  } else if (key == "vmTrace") {
    CLEW_CHECK(vm.read(value, out.vm_trace.emplace()));
  }
  return {};
}

void TransactionTraceReader::Impl::count_gas_of_code(Call& outermost, const VmTrace& trace) {
  constexpr std::uint64_t kGasPerByteLeft = 200;  // of a contract's code
  const auto first_gas = steps.first_gas();
  if (!first_gas) return;
  outermost.gas = *first_gas;
  const VmStep& last = trace.runs.front().steps.back();
  if (!last.effect || last.effect->gas_left > *first_gas) return;
  outermost.gas_used = *first_gas - last.effect->gas_left;
  if (outermost.creates()) outermost.gas_used += kGasPerByteLeft * outermost.output.size();
}

Result<TransactionTrace> TransactionTraceReader::build(const DebugAnswers& answers) {
  TransactionTrace trace;
  CLEW_CHECK(
      impl_->calls.read_transaction(TraceForm::nested, answers.calls, trace.calls.emplace()));
  Call& outermost = trace.calls->calls.front();
  trace.output.assign(outermost.output.begin(), outermost.output.end());
  if (!answers.prestate_diff.empty()) {
    PrestateDiff prestate;
    CLEW_CHECK(impl_->answer.read(answers.prestate_diff, [&](JsonValue result) -> Result<void> {
      CLEW_TRY(read, read_prestate_diff(result));
      prestate = std::move(read);
      return {};
    }));
    CLEW_TRY(diff, to_state_diff(prestate));
    trace.state_diff = std::move(diff);
  }
  if (answers.steps.empty()) return trace;
  AccountStates codes;
  if (!answers.prestate.empty()) {
    CLEW_CHECK(impl_->answer.read(answers.prestate, [&](JsonValue result) -> Result<void> {
      CLEW_TRY(read, read_account_states(result));
      codes = std::move(read);
      return {};
    }));
  }
  CLEW_CHECK(impl_->answer.read(answers.steps, [&](JsonValue result) {
    return impl_->steps.read(result, outermost, codes, trace.vm_trace.emplace());
  }));
  impl_->count_gas_of_code(outermost, *trace.vm_trace);
  return trace;
}

}  // namespace clew::evm
