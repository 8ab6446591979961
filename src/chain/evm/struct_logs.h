// The steps that geth's default tracer logs (debug_traceTransaction without a tracer) as a vmTrace.
#pragma once

#include <string_view>
#include <vector>

#include "base/json_fields.h"
#include "chain/evm/call.h"
#include "chain/evm/state_diff.h"
#include "chain/evm/vm_trace.h"

namespace clew::evm {

// From the result {"structLogs": [...]}, read as it comes: of every step only its effect is kept.
// With "disableStack" nothing is known of what was pushed and stored, without "enableMemory"
// nothing of memory. Calls to accounts without code, and to precompiles, are runs without steps.
class StructLogReader {
 public:
  // The code of accounts comes from `codes` (prestateTracer, plain), that of a creation from the
  // memory it was in; it is empty where it is not known. `outermost` is the transaction.
  Result<void> read(JsonValue value, const Call& outermost, const AccountStates& codes,
                    VmTrace& out);

  // What was left of the gas when the transaction's code began to run.
  std::optional<std::uint64_t> first_gas() const { return first_gas_; }

 private:
  // A step as it is logged, before it runs.
  struct Logged {
    std::uint64_t pc = 0, gas = 0, cost = 0, depth = 0;
    bool failed = false, has_memory = false;
    std::string op;
    std::vector<U256> stack;  // the last kStackKept
    Bytes memory;
  };
  // A run whose end has not come, and its last step: what that did is known from the next.
  struct Open {
    std::uint32_t run = 0;
    bool failed = false;
    std::uint64_t gas = 0;
    std::size_t pushes = 0;
    bool calls = false;
    std::optional<VmStep::Effect::Slot> stored;
    bool touches_memory = false;
    std::uint64_t offset = 0, size = 0;
    Bytes next_code;  // that a call or creation would run
  };

  Result<void> read_step(JsonValue value);
  Result<void> read_stack(JsonValue value);
  Result<void> read_memory(JsonValue value);
  Result<void> take(VmTrace& out);
  // The last step of a run has done what the logged one shows, or was its last.
  void finish_by(Open& open, VmTrace& out) const;
  void finish_at_end(Open& open, VmTrace& out) const;
  void begin(Open& open, VmTrace& out) const;
  Bytes code_to_run() const;

  std::vector<Open> open_;
  Logged logged_;
  const AccountStates* codes_ = nullptr;
  Bytes first_code_;
  std::optional<std::uint64_t> first_gas_;
};

}  // namespace clew::evm
