#include "chain/evm/rpc_call_frames.h"

#include <algorithm>

#include "chain/evm/rpc_fields.h"

namespace clew::evm {
namespace {

enum Field : std::uint32_t { kType, kFrom, kTo, kValue, kGas, kGasUsed, kInput, kOutput, kError };
constexpr std::array<std::string_view, 9> kNames = {"type",    "from",  "to",     "value", "gas",
                                                    "gasUsed", "input", "output", "error"};

constexpr std::array<std::string_view, 7> kKinds = {
    "CALL", "CALLCODE", "DELEGATECALL", "STATICCALL", "CREATE", "CREATE2", "SELFDESTRUCT"};

Result<CallKind> read_kind(std::string_view text) {
  const auto found = std::ranges::find(kKinds, text);
  if (found == kKinds.end()) {
    return fail(ErrorKind::unsupported,
                "a call of type \"" + std::string(text) + "\" is not known");
  }
  return static_cast<CallKind>(found - kKinds.begin());
}

Result<void> read_number(std::string_view text, std::string_view key, std::uint64_t& to) {
  CLEW_TRY(number, read_u64(text, key));
  to = number;
  return {};
}

Result<std::optional<std::uint64_t>> read_optional_u64(JsonValue value, std::string_view key) {
  CLEW_TRY(text, read_text(value, key));
  if (text.data() == nullptr) return std::optional<std::uint64_t>();
  CLEW_TRY(number, read_u64(text, key));
  return std::optional(number);
}

Result<void> read_topics(JsonValue value, Log& log) {
  return for_each_element(value, "topics", "topic", [&](JsonValue item) -> Result<void> {
    if (log.topic_count == Log::kTopicsMax) return fail_field("topics", "more than four");
    CLEW_TRY(text, read_text(item, "topics"));
    return read_fixed(text, "topics", log.topics[log.topic_count++]);
  });
}

Result<void> read_log(JsonValue value, std::uint32_t call, CallSink& sink) {
  CallSink::StatedLog stated;
  stated.data = "0x";
  bool has_address = false;
  CLEW_CHECK(
      for_each_field(value, "logs", [&](std::string_view key, JsonValue item) -> Result<void> {
        if (key == "topics") return read_topics(item, stated.log);
        if (key == "address") {
          has_address = true;
          CLEW_TRY(text, read_text(item, key));
          return read_fixed(text, key, stated.log.address);
        }
        if (key == "data") {
          CLEW_TRY(text, read_text(item, key));
          if (text.data() != nullptr) stated.data = text;
        }
        if (key == "position" || key == "index") {
          CLEW_TRY(number, read_optional_u64(item, key));
          (key == "index" ? stated.index : stated.position) = number;
        }
        return {};
      }));
  if (!has_address) return fail_missing("address");
  return sink.add_log(call, stated);
}

}  // namespace

Result<void> CallFrameReader::read(JsonValue value, std::uint32_t tx, CallSink& sink) {
  stack_.clear();
  const std::uint32_t first = sink.size();
  auto done = open(value, tx, sink);
  if (done) done = walk(sink);
  if (done) return {};
  const std::size_t at = stack_.empty() ? sink.size() : stack_.back().call;
  return fail(std::move(done).error().within("call " + std::to_string(at - first)));
}

Result<void> CallFrameReader::walk(CallSink& sink) {
  while (!stack_.empty()) {
    Frame& frame = stack_.back();
    if (frame.in_children) {
      CLEW_CHECK(step_child(sink));
    } else if (frame.field != frame.fields_end) {
      CLEW_CHECK(step_field(sink));
    } else {
      CLEW_CHECK(close(sink));
    }
  }
  return {};
}

Result<void> CallFrameReader::open(JsonValue value, std::uint32_t tx, CallSink& sink) {
  if (stack_.size() > kCallDepthMax) {
    return fail(ErrorKind::data, "calls are nested deeper than " + std::to_string(kCallDepthMax));
  }
  simdjson::ondemand::object object;
  if (value.get_object().get(object)) return fail_type("calls", "an object");
  Frame frame;
  if (const auto code = object.begin().get(frame.field)) return fail_json("calls", code);
  if (const auto code = object.end().get(frame.fields_end)) return fail_json("calls", code);
  frame.call = sink.add(tx, static_cast<std::uint32_t>(stack_.size()));
  stack_.push_back(frame);
  return {};
}

Result<void> CallFrameReader::step_field(CallSink& sink) {
  Frame& frame = stack_.back();
  simdjson::ondemand::field field;
  if (const auto code = (*frame.field).get(field)) return fail_json("calls", code);
  std::string_view key;
  if (const auto code = field.unescaped_key().get(key)) return fail_json("calls", code);
  CLEW_TRY(is_null, read_null(field.value(), key));
  if (key == "calls" && !is_null) {
    simdjson::ondemand::array array;
    if (field.value().get_array().get(array)) return fail_type(key, "an array");
    if (const auto code = array.begin().get(frame.child)) return fail_json(key, code);
    if (const auto code = array.end().get(frame.children_end)) return fail_json(key, code);
    frame.in_children = true;
    return {};
  }
  if (!is_null) CLEW_CHECK(read_field(key, field.value(), frame, sink));
  ++frame.field;
  return {};
}

Result<void> CallFrameReader::step_child(CallSink& sink) {
  Frame& frame = stack_.back();
  if (frame.child != frame.children_end) {
    JsonValue child;
    if (const auto code = (*frame.child).get(child)) return fail_json("calls", code);
    return open(child, sink.call(frame.call).tx, sink);
  }
  frame.in_children = false;
  ++frame.field;
  return {};
}

Result<void> CallFrameReader::close(CallSink& sink) {
  const Frame& frame = stack_.back();
  Call& call = sink.call(frame.call);
  const auto has = [&](Field field) { return (frame.seen >> field & 1) != 0; };
  for (const Field field : {kType, kFrom}) {
    if (!has(field)) return fail_missing(kNames[field]);
  }
  if (call.creates() && call.failed()) call.to.reset();
  if (!call.to && !(call.creates() && call.failed())) return fail_missing("to");
  const bool moves_nothing =
      call.kind == CallKind::delegate_call || call.kind == CallKind::static_call;
  if (!has(kValue) && !moves_nothing) return fail_missing("value");
  stack_.pop_back();
  if (!stack_.empty()) ++stack_.back().child;
  return {};
}

Result<void> CallFrameReader::read_field(std::string_view key, JsonValue value, Frame& frame,
                                         CallSink& sink) {
  if (key == "logs") {
    return for_each_element(value, key, "log",
                            [&](JsonValue item) { return read_log(item, frame.call, sink); });
  }
  const auto found = std::ranges::find(kNames, key);
  if (found == kNames.end()) return {};
  CLEW_TRY(text, read_text(value, key));
  const auto field = static_cast<Field>(found - kNames.begin());
  frame.seen |= 1u << field;
  Call& call = sink.call(frame.call);
  switch (field) {
    case kType: {
      CLEW_TRY(kind, read_kind(text));
      call.kind = kind;
      return {};
    }
    case kFrom:
      return read_fixed(text, key, call.from);
    case kTo:
      return read_fixed(text, key, call.to.emplace());
    case kValue: {
      CLEW_TRY(number, read_u256(text, key));
      call.value = number;
      return {};
    }
    case kGas:
      return read_number(text, key, call.gas);
    case kGasUsed:
      return read_number(text, key, call.gas_used);
    case kInput:
      return sink.add_data(frame.call, CallData::input, text);
    case kOutput:
      return sink.add_data(frame.call, CallData::output, text);
    case kError:
      call.error = text;
      return {};
  }
  return {};
}

}  // namespace clew::evm
