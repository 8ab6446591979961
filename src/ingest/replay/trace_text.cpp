#include "ingest/replay/trace_text.h"

#include <algorithm>
#include <vector>

namespace clew::replay {
namespace {

using evm::Call;
using evm::CallKind;

std::string_view flat_type(CallKind kind) {
  switch (kind) {
    case CallKind::create:
    case CallKind::create2:
      return "create";
    case CallKind::self_destruct:
      return "suicide";
    default:
      return "call";
  }
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

std::string_view frame_type(CallKind kind) {
  switch (kind) {
    case CallKind::call:
      return "CALL";
    case CallKind::call_code:
      return "CALLCODE";
    case CallKind::delegate_call:
      return "DELEGATECALL";
    case CallKind::static_call:
      return "STATICCALL";
    case CallKind::create:
      return "CREATE";
    case CallKind::create2:
      return "CREATE2";
    case CallKind::self_destruct:
      return "SELFDESTRUCT";
  }
  return "";
}

// Parity's words for geth's.
std::string_view flat_error(const std::string& error) {
  if (error == "execution reverted") return "Reverted";
  if (error == "out of gas") return "Out of gas";
  return error;
}

void append_action(JsonText& json, const Call& call) {
  json.key("action");
  json.open_object();
  if (call.kind == CallKind::self_destruct) {
    json.hex("address", call.from);
    json.hex("refundAddress", call.to.value_or(evm::Address{}));
    json.quantity("balance", call.value);
    return json.close_object();
  }
  json.hex("from", call.from);
  json.quantity("gas", call.gas);
  json.quantity("value", call.value);
  if (call.creates()) {
    json.hex("init", call.input);
    json.text("creationMethod", call.kind == CallKind::create ? "create" : "create2");
  } else {
    json.hex("to", call.to.value_or(evm::Address{}));
    json.hex("input", call.input);
    json.text("callType", call_type(call.kind));
  }
  json.close_object();
}

// Of a failed call only if it was reverted, as Erigon does.
void append_result(JsonText& json, const Call& call) {
  if (call.failed()) json.text("error", flat_error(call.error));
  const bool has_result = call.kind != CallKind::self_destruct &&
                          (!call.failed() || call.error == "execution reverted");
  json.key("result");
  if (!has_result) return json.null();
  json.open_object();
  json.quantity("gasUsed", call.gas_used);
  if (call.creates() && !call.failed()) {
    json.hex("address", call.to.value_or(evm::Address{}));
    json.hex("code", call.output);
  } else {
    json.hex("output", call.output);
  }
  json.close_object();
}

// Calls that each call of a transaction makes itself.
std::vector<std::size_t> count_children(std::span<const Call> calls) {
  std::vector<std::size_t> counts(calls.size());
  std::vector<std::size_t> path;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    path.resize(calls[i].depth);
    if (!path.empty()) ++counts[path.back()];
    path.push_back(i);
  }
  return counts;
}

std::span<const Call> calls_of(const BlockFacts& facts, std::size_t tx) {
  return std::span(facts.stored.calls.calls)
      .subspan(facts.first_calls[tx], facts.first_calls[tx + 1] - facts.first_calls[tx]);
}

// Frames are written in preorder; closing them is what comes between.
class FrameWriter {
 public:
  FrameWriter(JsonText& json, const BlockFacts& facts, std::size_t tx, bool with_logs)
      : json_(json), facts_(facts), tx_(tx), with_logs_(with_logs) {}

  void write() {
    const auto calls = calls_of(facts_, tx_);
    for (std::size_t i = 0; i < calls.size(); ++i) {
      close_to(calls[i].depth);
      if (!open_.empty() && !std::exchange(open_.back().has_calls, true)) {
        json_.key("calls");
        json_.open_array();
      }
      json_.open_object();
      write_fields(calls[i]);
      if (with_logs_) write_logs(facts_.first_calls[tx_] + i);
      open_.push_back({});
    }
    close_to(0);
  }

 private:
  struct Frame {
    bool has_calls = false;
  };

  void close_to(std::size_t depth) {
    for (; open_.size() > depth; open_.pop_back()) {
      if (open_.back().has_calls) json_.close_array();
      json_.close_object();
    }
  }

  // The outermost counts what the transaction paid before its code ran.
  void write_fields(const Call& call) {
    const std::uint64_t before = call.depth == 0 ? facts_.stored.intrinsic_gas[tx_] : 0;
    const bool ends = call.kind == CallKind::self_destruct;
    json_.text("type", frame_type(call.kind));
    json_.hex("from", call.from);
    if (call.to) json_.hex("to", *call.to);
    if (call.kind != CallKind::static_call) json_.quantity("value", call.value);
    json_.quantity("gas", ends ? 0 : call.gas + before);
    json_.quantity("gasUsed", ends ? 0 : call.gas_used + before);
    json_.hex("input", call.input);
    if (!call.output.empty()) json_.hex("output", call.output);
    if (call.failed()) json_.text("error", call.error);
  }

  void write_logs(std::size_t place) {
    const evm::Receipt& receipt = facts_.receipts.receipts[tx_];
    bool opened = false;
    for (std::uint32_t i = 0; i < receipt.log_count; ++i) {
      const world::StoredLog& when = facts_.stored.logs[receipt.first_log + i];
      if (when.call != place) continue;
      if (!std::exchange(opened, true)) {
        json_.key("logs");
        json_.open_array();
      }
      write_log(receipt, i, when);
    }
    if (opened) json_.close_array();
  }

  // Its position is the number of calls that its call had made.
  void write_log(const evm::Receipt& receipt, std::uint32_t index, const world::StoredLog& when) {
    const auto& calls = facts_.stored.calls.calls;
    const std::uint32_t depth = calls[when.call].depth;
    std::uint64_t position = 0;
    for (std::size_t i = when.call + 1; i < when.calls_before && calls[i].depth > depth; ++i)
      position += calls[i].depth == depth + 1;
    const evm::Log& log = facts_.receipts.logs[receipt.first_log + index];
    json_.open_object();
    json_.hex("address", log.address);
    json_.key("topics");
    json_.open_array();
    for (const Hash256& topic : log.topic_list())
      json_.hex(topic);
    json_.close_array();
    json_.hex("data", log.data);
    json_.quantity("position", position);
    json_.quantity("index", std::uint64_t{index});
    json_.close_object();
  }

  JsonText& json_;
  const BlockFacts& facts_;
  std::size_t tx_;
  bool with_logs_;
  std::vector<Frame> open_;
};

}  // namespace

void append_flat_traces(JsonText& json, const BlockFacts& facts, std::size_t tx) {
  const auto calls = calls_of(facts, tx);
  const auto children = count_children(calls);
  std::vector<std::size_t> address;  // places of the calls on the way, and of the next child
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const Call& call = calls[i];
    if (address.size() < call.depth) {
      address.push_back(0);
    } else {
      address.resize(call.depth);
      if (!address.empty()) ++address.back();
    }
    json.open_object();
    append_action(json, call);
    json.hex("blockHash", facts.block.hash);
    json.key("blockNumber");
    json.number(facts.block.header.number);
    append_result(json, call);
    json.key("subtraces");
    json.number(children[i]);
    json.key("traceAddress");
    json.open_array();
    for (const std::size_t place : address)
      json.number(place);
    json.close_array();
    json.hex("transactionHash", facts.block.transaction_hashes[tx]);
    json.key("transactionPosition");
    json.number(tx);
    json.text("type", flat_type(call.kind));
    json.close_object();
  }
}

void append_call_frame(JsonText& json, const BlockFacts& facts, std::size_t tx, bool with_logs) {
  FrameWriter(json, facts, tx, with_logs).write();
}

}  // namespace clew::replay
