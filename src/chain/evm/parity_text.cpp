#include <algorithm>
#include <array>

#include "chain/evm/transaction_trace.h"

namespace clew::evm {
namespace {

std::string quantity(std::uint64_t number) {
  return U256(number).to_quantity();
}

// geth's words for errors, by how they begin, and Parity's.
// https://github.com/ethereum/go-ethereum/blob/master/eth/tracers/native/call_flat.go
struct Words {
  std::string_view geth, parity;
};
constexpr std::array<Words, 13> kWords = {{
    {"contract creation code storage out of gas", "Out of gas"},
    {"out of gas", "Out of gas"},
    {"gas uint64 overflow", "Out of gas"},
    {"max code size exceeded", "Out of gas"},
    {"invalid jump destination", "Bad jump destination"},
    {"execution reverted", "Reverted"},
    {"return data out of bounds", "Out of bounds"},
    {"stack limit reached", "Out of stack"},
    {"precompiled failed", "Built-in failed"},
    {"invalid input length", "Built-in failed"},
    {"invalid opcode", "Bad instruction"},
    {"stack underflow", "Stack underflow"},
    {"write protection", "Mutable Call In Static Context"},
}};

std::string_view error_words(std::string_view error, bool as_parity) {
  if (!as_parity) return error;
  const auto found = std::ranges::find_if(
      kWords, [&](const Words& words) { return error.starts_with(words.geth); });
  return found == kWords.end() ? error : found->parity;
}

void write_field(JsonText& json, std::string_view key, std::string_view text) {
  json.key(key);
  json.string(text);
}

std::string_view call_type(CallKind kind) {
  switch (kind) {
    case CallKind::call_code:
      return "callcode";
    case CallKind::delegate_call:
      return "delegatecall";
    case CallKind::static_call:
      return "staticcall";
    default:
      return "call";
  }
}

void write_action(JsonText& json, const Call& call) {
  json.key("action");
  json.open_object();
  if (call.kind == CallKind::self_destruct) {
    write_field(json, "address", to_text(call.from));
    write_field(json, "balance", call.value.to_quantity());
    write_field(json, "refundAddress", to_text(*call.to));
  } else {
    if (call.creates()) {
      write_field(json, "creationMethod", call.kind == CallKind::create2 ? "create2" : "create");
    } else {
      write_field(json, "callType", call_type(call.kind));
    }
    write_field(json, "from", to_text(call.from));
    write_field(json, "gas", quantity(call.gas));
    write_field(json, call.creates() ? "init" : "input", to_text(call.input));
    if (!call.creates()) write_field(json, "to", to_text(*call.to));
    write_field(json, "value", call.value.to_quantity());
  }
  json.close_object();
}

bool is_reverted(const Call& call) {
  return call.error.starts_with("Reverted") || call.error.starts_with("execution reverted");
}

void write_result(JsonText& json, const Call& call) {
  json.key("result");
  if (call.kind == CallKind::self_destruct || (call.failed() && !is_reverted(call))) {
    return json.null();
  }
  json.open_object();
  const bool created = call.creates() && !call.failed();
  if (created) write_field(json, "address", to_text(*call.to));
  if (created) write_field(json, "code", to_text(call.output));
  write_field(json, "gasUsed", quantity(call.gas_used));
  if (!created) write_field(json, "output", to_text(call.output));
  json.close_object();
}

// A change by its kind: "=", {"+": ...}, {"-": ...} or {"*": {"from", "to"}}.
template <class T, class Text>
void write_change(JsonText& json, const Change<T>& change, Text text) {
  if (!change.from && !change.to) return json.string("=");
  json.open_object();
  if (change.from && change.to) {
    json.key("*");
    json.open_object();
    write_field(json, "from", text(*change.from));
    write_field(json, "to", text(*change.to));
    json.close_object();
  } else {
    write_field(json, change.to ? "+" : "-", text(change.to ? *change.to : *change.from));
  }
  json.close_object();
}

void write_effect(JsonText& json, const VmStep::Effect& effect) {
  json.open_object();
  json.key("mem");
  if (effect.memory) {
    json.open_object();
    write_field(json, "data", to_text(effect.memory->data));
    json.key("off");
    json.number(effect.memory->offset);
    json.close_object();
  } else {
    json.null();
  }
  json.key("push");
  json.open_array();
  for (const U256& word : effect.pushed)
    json.string(word.to_quantity());
  json.close_array();
  json.key("store");
  if (effect.stored) {
    json.open_object();
    write_field(json, "key", effect.stored->key.to_quantity());
    write_field(json, "val", effect.stored->value.to_quantity());
    json.close_object();
  } else {
    json.null();
  }
  json.key("used");
  json.number(effect.gas_left);
  json.close_object();
}

// As deep as calls are, at most kCallDepthMax.
void write_run(JsonText& json, const VmTrace& trace, std::uint32_t place,
               const std::string& prefix) {
  const VmRun& run = trace.runs[place];
  json.open_object();
  write_field(json, "code", to_text(run.code));
  json.key("ops");
  json.open_array();
  for (std::size_t i = 0; i < run.steps.size(); ++i) {
    const VmStep& step = run.steps[i];
    const std::string index = prefix + std::to_string(i);
    json.open_object();
    json.key("cost");
    json.number(step.cost);
    json.key("ex");
    step.effect ? write_effect(json, *step.effect) : json.null();
    if (!step.op.empty()) {
      write_field(json, "idx", index);
      write_field(json, "op", step.op);
    }
    json.key("pc");
    json.number(step.pc);
    json.key("sub");
    step.sub ? write_run(json, trace, *step.sub, index + "-") : json.null();
    json.close_object();
  }
  json.close_array();
  json.close_object();
}

// Calls as they are told: without those that Parity leaves out.
struct ToldCalls {
  std::vector<const Call*> calls;
  std::vector<std::uint64_t> children;  // of each

  ToldCalls(const Calls& all, bool as_parity) {
    std::vector<std::size_t> path;  // the calls around the one at hand, by depth
    for (const Call& call : all.calls) {
      if (as_parity && call.depth > 0 && is_call_to_precompile(call)) continue;
      path.resize(call.depth);
      if (call.depth > 0) ++children[path.back()];
      path.push_back(calls.size());
      calls.push_back(&call);
      children.push_back(0);
    }
  }
};

}  // namespace

void write_traces(JsonText& json, const Calls& calls, const TraceTextOptions& options) {
  const ToldCalls told(calls, options.as_parity);
  std::vector<std::uint64_t> address, made;  // made: by depth, calls so far
  json.open_array();
  for (std::size_t i = 0; i < told.calls.size(); ++i) {
    const Call& call = *told.calls[i];
    made.resize(call.depth + 1);
    address.resize(call.depth);
    if (call.depth > 0) address.back() = made[call.depth - 1]++;
    made.back() = 0;
    json.open_object();
    write_action(json, call);
    if (call.failed()) write_field(json, "error", error_words(call.error, options.as_parity));
    write_result(json, call);
    json.key("subtraces");
    json.number(told.children[i]);
    json.key("traceAddress");
    json.open_array();
    for (const std::uint64_t step : address)
      json.number(step);
    json.close_array();
    write_field(json, "type",
                call.creates()                         ? "create"
                : call.kind == CallKind::self_destruct ? "suicide"
                                                       : "call");
    json.close_object();
  }
  json.close_array();
}

void write_state_diff(JsonText& json, const StateDiff& diff) {
  const auto word = [](const Hash256& value) { return to_text(value); };
  json.open_object();
  for (const auto& [address, account] : diff) {
    json.key(to_text(address));
    json.open_object();
    json.key("balance");
    write_change(json, account.balance, [](const U256& value) { return value.to_quantity(); });
    json.key("code");
    write_change(json, account.code, [](const Bytes& value) { return to_text(value); });
    json.key("nonce");
    write_change(json, account.nonce, quantity);
    json.key("storage");
    json.open_object();
    for (const auto& [slot, change] : account.storage) {
      json.key(to_text(slot));
      write_change(json, change, word);
    }
    json.close_object();
    json.close_object();
  }
  json.close_object();
}

void write_vm_trace(JsonText& json, const VmTrace& trace) {
  write_run(json, trace, 0, trace.prefix);
}

void write_transaction_trace(JsonText& json, const TransactionTrace& trace,
                             const TraceTextOptions& options) {
  json.open_object();
  write_field(json, "output", to_text(trace.output));
  json.key("stateDiff");
  trace.state_diff ? write_state_diff(json, *trace.state_diff) : json.null();
  json.key("trace");
  trace.calls ? write_traces(json, *trace.calls, options) : json.null();
  json.key("vmTrace");
  trace.vm_trace ? write_vm_trace(json, *trace.vm_trace) : json.null();
  json.close_object();
}

}  // namespace clew::evm
