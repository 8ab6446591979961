#include "chain/evm/struct_logs.h"

#include <algorithm>

#include "chain/evm/rpc_fields.h"

namespace clew::evm {
namespace {

// What DUP16 and SWAP16 touch, and more than any other needs.
constexpr std::size_t kStackKept = 17;

// The number after a name, as in "DUP12".
std::size_t number_after(std::string_view op, std::string_view name) {
  std::size_t number = 0;
  for (const char c : op.substr(name.size())) {
    if (c < '0' || c > '9' || number > 100) return 0;
    number = number * 10 + static_cast<std::size_t>(c - '0');
  }
  return number;
}

// How many words of the stack are told after an instruction: what it pushes, and for DUP and SWAP
// all down to the one they name.
std::size_t pushes_of(std::string_view op) {
  constexpr std::array<std::string_view, 24> kNone = {
      "STOP",   "CALLDATACOPY", "CODECOPY", "EXTCODECOPY", "RETURNDATACOPY", "POP",
      "MSTORE", "MSTORE8",      "SSTORE",   "TSTORE",      "MCOPY",          "JUMP",
      "JUMPI",  "JUMPDEST",     "LOG0",     "LOG1",        "LOG2",           "LOG3",
      "LOG4",   "RETURN",       "REVERT",   "INVALID",     "SELFDESTRUCT",   "SUICIDE"};
  if (std::ranges::find(kNone, op) != kNone.end() || op.find(' ') != op.npos) return 0;
  if (op.starts_with("DUP")) return std::min(number_after(op, "DUP") + 1, kStackKept);
  if (op.starts_with("SWAP")) return std::min(number_after(op, "SWAP") + 1, kStackKept);
  return 1;
}

bool is_creation(std::string_view op) {
  return op == "CREATE" || op == "CREATE2";
}
bool is_call(std::string_view op) {
  return op == "CALL" || op == "CALLCODE" || op == "DELEGATECALL" || op == "STATICCALL";
}

// Where the offset and size of the memory that an instruction writes (or MLOAD reads) lie, counted
// from the top of the stack.
struct MemoryArguments {
  std::size_t offset = 0;
  std::optional<std::size_t> size;
  std::uint64_t fixed_size = 0;
};
std::optional<MemoryArguments> memory_arguments(std::string_view op) {
  if (op == "MSTORE" || op == "MLOAD") return MemoryArguments{0, std::nullopt, 32};
  if (op == "MSTORE8") return MemoryArguments{0, std::nullopt, 1};
  if (op == "CALLDATACOPY" || op == "CODECOPY" || op == "RETURNDATACOPY" || op == "MCOPY") {
    return MemoryArguments{0, 2};
  }
  if (op == "EXTCODECOPY") return MemoryArguments{1, 3};
  if (op == "CALL" || op == "CALLCODE") return MemoryArguments{5, 6};
  if (op == "DELEGATECALL" || op == "STATICCALL") return MemoryArguments{4, 5};
  return std::nullopt;
}

Result<std::uint64_t> read_number(JsonValue value, std::string_view key) {
  std::uint64_t number = 0;
  if (value.get_uint64().get(number)) return fail_type(key, "a number");
  return number;
}

// A part of memory that is there in full.
std::optional<Bytes> slice(const Bytes& memory, std::uint64_t offset, std::uint64_t size) {
  if (offset > memory.size() || size > memory.size() - offset) return std::nullopt;
  const auto begin = memory.begin() + static_cast<std::ptrdiff_t>(offset);
  return Bytes(begin, begin + static_cast<std::ptrdiff_t>(size));
}

Bytes code_of(const AccountStates& codes, const Address& address) {
  const auto found = codes.find(address);
  return found == codes.end() ? Bytes() : found->second.code.value_or(Bytes());
}

}  // namespace

Result<void> StructLogReader::read(JsonValue value, const Call& outermost,
                                   const AccountStates& codes, VmTrace& out) {
  open_.clear();
  first_gas_.reset();
  codes_ = &codes;
  out = {};
  first_code_ = outermost.creates() ? Bytes(outermost.input.begin(), outermost.input.end())
                : outermost.to      ? code_of(codes, *outermost.to)
                                    : Bytes();
  bool found = false;
  CLEW_CHECK(
      for_each_field(value, "result", [&](std::string_view key, JsonValue item) -> Result<void> {
        if (key != "structLogs" || found) return {};
        found = true;
        return for_each_element(item, key, "step", [&](JsonValue step) -> Result<void> {
          CLEW_CHECK(read_step(step));
          return take(out);
        });
      }));
  if (!found) return fail_missing("structLogs");
  for (; !open_.empty(); open_.pop_back())
    finish_at_end(open_.back(), out);
  if (out.runs.empty()) out.runs.push_back({first_code_, {}});
  return {};
}

Result<void> StructLogReader::read_step(JsonValue value) {
  logged_.failed = logged_.has_memory = false;
  logged_.stack.clear();
  logged_.memory.clear();
  logged_.op.clear();
  logged_.depth = 0;
  CLEW_CHECK(
      for_each_field(value, "step", [&](std::string_view key, JsonValue item) -> Result<void> {
        if (key == "stack") return read_stack(item);
        if (key == "memory") return read_memory(item);
        if (key == "op") {
          CLEW_TRY(text, read_text(item, key));
          logged_.op = text;
        } else if (key == "error") {
          CLEW_TRY(is_null, read_null(item, key));
          logged_.failed = !is_null;
        } else if (key == "pc" || key == "gas" || key == "gasCost" || key == "depth") {
          CLEW_TRY(number, read_number(item, key));
          (key == "pc"      ? logged_.pc
           : key == "gas"   ? logged_.gas
           : key == "depth" ? logged_.depth
                            : logged_.cost) = number;
        }
        return {};
      }));
  if (logged_.op.empty()) return fail_missing("op");
  if (logged_.depth == 0) return fail_missing("depth");
  return {};
}

Result<void> StructLogReader::read_stack(JsonValue value) {
  CLEW_TRY(is_null, read_null(value, "stack"));
  if (is_null) return {};
  return for_each_element(value, "stack", "word", [&](JsonValue item) -> Result<void> {
    CLEW_TRY(text, read_text(item, "stack"));
    std::string prefixed;  // older releases leave "0x" out
    if (!text.starts_with("0x")) text = prefixed = "0x" + std::string(text);
    CLEW_TRY(word, read_u256(text, "stack"));
    if (logged_.stack.size() == kStackKept) logged_.stack.erase(logged_.stack.begin());
    logged_.stack.push_back(word);
    return {};
  });
}

Result<void> StructLogReader::read_memory(JsonValue value) {
  CLEW_TRY(is_null, read_null(value, "memory"));
  if (is_null) return {};
  logged_.has_memory = true;
  return for_each_element(value, "memory", "word", [&](JsonValue item) -> Result<void> {
    CLEW_TRY(text, read_text(item, "memory"));
    if (text.starts_with("0x")) text.remove_prefix(2);
    Hash256 word;
    if (text.size() != 2 * word.size() || !hex_into(text, word.data())) {
      return fail_field("memory", "not a word of 32 bytes");
    }
    logged_.memory.insert(logged_.memory.end(), word.begin(), word.end());
    return {};
  });
}

Result<void> StructLogReader::take(VmTrace& out) {
  if (logged_.depth > kCallDepthMax || logged_.depth > open_.size() + 1) {
    return fail_field("depth", std::to_string(logged_.depth) + " does not follow " +
                                   std::to_string(open_.size()));
  }
  for (; open_.size() > logged_.depth; open_.pop_back())
    finish_at_end(open_.back(), out);
  if (open_.size() == logged_.depth) {
    finish_by(open_.back(), out);
  } else {
    if (open_.empty() && !out.runs.empty()) return fail_field("depth", "a second transaction");
    Bytes code = first_code_;
    const auto run = static_cast<std::uint32_t>(out.runs.size());
    if (open_.empty()) {
      first_gas_ = logged_.gas;
    } else {
      if (!open_.back().calls) return fail_field("depth", "a run that nothing calls");
      code = std::move(open_.back().next_code);
      out.runs[open_.back().run].steps.back().sub = run;
    }
    out.runs.push_back({std::move(code), {}});
    open_.push_back({.run = run});
  }
  begin(open_.back(), out);
  return {};
}

void StructLogReader::begin(Open& open, VmTrace& out) const {
  VmStep& step = out.runs[open.run].steps.emplace_back();
  step.pc = logged_.pc;
  step.cost = logged_.cost;
  step.op = logged_.op;
  open.failed = logged_.failed;
  open.gas = logged_.gas;
  open.pushes = pushes_of(logged_.op);
  open.calls = is_call(logged_.op) || is_creation(logged_.op);
  open.next_code = open.calls ? code_to_run() : Bytes();
  open.stored.reset();
  open.touches_memory = false;
  const auto& stack = logged_.stack;
  const auto argument = [&](std::size_t i) { return stack[stack.size() - 1 - i]; };
  if (logged_.op == "SSTORE" && stack.size() >= 2) open.stored = {argument(0), argument(1)};
  const auto memory = memory_arguments(logged_.op);
  if (!memory || stack.size() <= std::max(memory->offset, memory->size.value_or(0))) return;
  const auto offset = argument(memory->offset).to_u64();
  const auto size =
      memory->size ? argument(*memory->size).to_u64() : std::optional(memory->fixed_size);
  if (!offset || !size || *size == 0) return;
  open.touches_memory = true;
  open.offset = *offset;
  open.size = *size;
}

Bytes StructLogReader::code_to_run() const {
  const auto& stack = logged_.stack;
  if (is_creation(logged_.op)) {
    if (stack.size() < 3 || !logged_.has_memory) return {};
    const auto offset = stack[stack.size() - 2].to_u64(), size = stack[stack.size() - 3].to_u64();
    if (!offset || !size) return {};
    return slice(logged_.memory, *offset, *size).value_or(Bytes());
  }
  if (stack.size() < 2) return {};
  const auto word = stack[stack.size() - 2].to_big_endian();
  Address address;
  std::copy(word.end() - address.size(), word.end(), address.begin());
  return code_of(*codes_, address);
}

void StructLogReader::finish_by(Open& open, VmTrace& out) const {
  VmStep& step = out.runs[open.run].steps.back();
  VmStep::Effect& effect = renewed(step.effect);
  effect.gas_left = logged_.gas;
  const auto& stack = logged_.stack;
  const std::size_t pushed = std::min(open.pushes, stack.size());
  effect.pushed.assign(stack.end() - static_cast<std::ptrdiff_t>(pushed), stack.end());
  effect.stored = open.stored;
  if (open.touches_memory && logged_.has_memory) {
    if (auto data = slice(logged_.memory, open.offset, open.size)) {
      effect.memory = {open.offset, std::move(*data)};
    }
  }
  if (!open.calls || step.sub) return;
  step.sub = static_cast<std::uint32_t>(out.runs.size());
  out.runs.emplace_back();
}

// Nothing follows that would show what the last step of a run did, nor need it: it stopped the run,
// or failed.
void StructLogReader::finish_at_end(Open& open, VmTrace& out) const {
  VmStep& step = out.runs[open.run].steps.back();
  if (open.failed || open.pushes != 0 || step.cost > open.gas) return;
  renewed(step.effect).gas_left = open.gas - step.cost;
  step.effect->stored = open.stored;
}

}  // namespace clew::evm
