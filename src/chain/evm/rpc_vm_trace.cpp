#include "chain/evm/rpc_vm_trace.h"

#include "chain/evm/call.h"
#include "chain/evm/rpc_fields.h"

namespace clew::evm {
namespace {

Result<std::uint64_t> read_number(JsonValue value, std::string_view key) {
  std::uint64_t number = 0;
  if (value.get_uint64().get(number)) return fail_type(key, "a number");
  return number;
}

Result<Bytes> read_bytes(JsonValue value, std::string_view key) {
  CLEW_TRY(text, read_text(value, key));
  auto bytes = text.starts_with("0x") ? from_hex(text.substr(2)) : std::nullopt;
  if (!bytes) return fail_field(key, "not hexadecimal");
  return std::move(*bytes);
}

Result<U256> read_amount(JsonValue value, std::string_view key) {
  CLEW_TRY(text, read_text(value, key));
  return read_u256(text, key);
}

Result<void> read_memory(JsonValue value, VmStep::Effect::Memory& memory) {
  return for_each_field(value, "mem", [&](std::string_view key, JsonValue item) -> Result<void> {
    if (key == "off") {
      CLEW_TRY(offset, read_number(item, key));
      memory.offset = offset;
    } else if (key == "data") {
      CLEW_TRY(data, read_bytes(item, key));
      memory.data = std::move(data);
    }
    return {};
  });
}

Result<void> read_slot(JsonValue value, VmStep::Effect::Slot& slot) {
  return for_each_field(value, "store", [&](std::string_view key, JsonValue item) -> Result<void> {
    if (key != "key" && key != "val") return {};
    CLEW_TRY(word, read_amount(item, key));
    (key == "key" ? slot.key : slot.value) = word;
    return {};
  });
}

Result<void> read_effect(JsonValue value, VmStep::Effect& effect) {
  return for_each_field(value, "ex", [&](std::string_view key, JsonValue item) -> Result<void> {
    CLEW_TRY(is_null, read_null(item, key));
    if (is_null) return {};
    if (key == "mem") return read_memory(item, renewed(effect.memory));
    if (key == "store") return read_slot(item, renewed(effect.stored));
    if (key == "used") {
      CLEW_TRY(left, read_number(item, key));
      effect.gas_left = left;
    } else if (key == "push") {
      return for_each_element(item, key, "word", [&](JsonValue word) -> Result<void> {
        CLEW_TRY(pushed, read_amount(word, "push"));
        effect.pushed.push_back(pushed);
        return {};
      });
    }
    return {};
  });
}

// "12-0-5" within the run "12-0": what comes before the number of an outermost step.
std::string_view prefix_of(std::string_view index) {
  const std::size_t dash = index.rfind('-');
  return dash == std::string_view::npos ? "" : index.substr(0, dash + 1);
}

}  // namespace

Result<void> VmTraceReader::read(JsonValue value, VmTrace& out) {
  stack_.clear();
  out = {};
  auto done = open(value, out);
  while (done && !stack_.empty())
    done = advance(out);
  if (done) return {};
  std::string where = "\"vmTrace\"";
  if (!stack_.empty()) {
    const Level& level = stack_.back();
    where += ": run " + std::to_string(level.run);
    if (level.state == State::in_step) {
      where += ": step " + std::to_string(out.runs[level.run].steps.size() - 1);
    }
  }
  return fail(std::move(done).error().within(where));
}

Result<void> VmTraceReader::open(JsonValue value, VmTrace& out) {
  if (stack_.size() > kCallDepthMax) {
    return fail(ErrorKind::data, "runs are nested deeper than " + std::to_string(kCallDepthMax));
  }
  simdjson::ondemand::object object;
  if (value.get_object().get(object)) return fail_type("vmTrace", "an object");
  Level level;
  if (const auto code = object.begin().get(level.run_field)) return fail_json("vmTrace", code);
  if (const auto code = object.end().get(level.run_end)) return fail_json("vmTrace", code);
  level.run = static_cast<std::uint32_t>(out.runs.size());
  out.runs.emplace_back();
  stack_.push_back(level);
  return {};
}

Result<void> VmTraceReader::advance(VmTrace& out) {
  Level& level = stack_.back();
  switch (level.state) {
    case State::in_run:
      if (level.run_field != level.run_end) return read_run_field(level, out);
      stack_.pop_back();
      if (!stack_.empty()) ++stack_.back().step_field;
      return {};
    case State::in_steps:
      if (level.step != level.steps_end) return open_step(level, out);
      level.state = State::in_run;
      ++level.run_field;
      return {};
    case State::in_step:
      if (level.step_field != level.step_end) return read_step_field(level, out);
      level.state = State::in_steps;
      ++level.step;
      return {};
  }
  return {};
}

Result<void> VmTraceReader::read_run_field(Level& level, VmTrace& out) {
  simdjson::ondemand::field field;
  if (const auto code = (*level.run_field).get(field)) return fail_json("vmTrace", code);
  std::string_view key;
  if (const auto code = field.unescaped_key().get(key)) return fail_json("vmTrace", code);
  if (key == "ops") {
    simdjson::ondemand::array array;
    if (field.value().get_array().get(array)) return fail_type(key, "an array");
    if (const auto code = array.begin().get(level.step)) return fail_json(key, code);
    if (const auto code = array.end().get(level.steps_end)) return fail_json(key, code);
    level.state = State::in_steps;
    return {};
  }
  if (key == "code") {
    CLEW_TRY(code, read_bytes(field.value(), key));
    out.runs[level.run].code = std::move(code);
  }
  ++level.run_field;
  return {};
}

Result<void> VmTraceReader::open_step(Level& level, VmTrace& out) {
  JsonValue item;
  if (const auto code = (*level.step).get(item)) return fail_json("ops", code);
  simdjson::ondemand::object object;
  if (item.get_object().get(object)) return fail_type("ops", "an object");
  if (const auto code = object.begin().get(level.step_field)) return fail_json("ops", code);
  if (const auto code = object.end().get(level.step_end)) return fail_json("ops", code);
  out.runs[level.run].steps.emplace_back();
  level.state = State::in_step;
  return {};
}

Result<void> VmTraceReader::read_step_field(Level& level, VmTrace& out) {
  simdjson::ondemand::field field;
  if (const auto code = (*level.step_field).get(field)) return fail_json("ops", code);
  std::string_view key;
  if (const auto code = field.unescaped_key().get(key)) return fail_json("ops", code);
  VmStep& step = out.runs[level.run].steps.back();
  JsonValue value = field.value();
  CLEW_TRY(is_null, read_null(value, key));
  if (is_null) {
  } else if (key == "pc" || key == "cost") {
    CLEW_TRY(number, read_number(value, key));
    (key == "pc" ? step.pc : step.cost) = number;
  } else if (key == "op") {
    CLEW_TRY(text, read_text(value, key));
    step.op = text;
  } else if (key == "idx" && level.run == 0 && out.runs[0].steps.size() == 1) {
    CLEW_TRY(text, read_text(value, key));
    out.prefix = prefix_of(text);
  } else if (key == "ex") {
    CLEW_CHECK(read_effect(value, renewed(step.effect)));
  } else if (key == "sub") {
    step.sub = static_cast<std::uint32_t>(out.runs.size());
    return open(value, out);  // the field is passed when the run has been read
  }
  ++level.step_field;
  return {};
}

}  // namespace clew::evm
