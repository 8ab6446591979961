// Parity's vmTrace from JSON.
#pragma once

#include <vector>

#include "base/json_fields.h"
#include "chain/evm/vm_trace.h"

namespace clew::evm {

// Keeps scratch memory.
class VmTraceReader {
 public:
  // Runs lie on a stack of our own, at most kCallDepthMax deep. The error names run, step and
  // field.
  Result<void> read(JsonValue value, VmTrace& out);

 private:
  enum class State { in_run, in_steps, in_step };
  struct Level {
    simdjson::ondemand::object_iterator run_field, run_end;
    simdjson::ondemand::array_iterator step, steps_end;
    simdjson::ondemand::object_iterator step_field, step_end;
    State state = State::in_run;
    std::uint32_t run = 0;
  };

  Result<void> open(JsonValue value, VmTrace& out);
  Result<void> advance(VmTrace& out);
  Result<void> read_run_field(Level& level, VmTrace& out);
  Result<void> open_step(Level& level, VmTrace& out);
  Result<void> read_step_field(Level& level, VmTrace& out);

  std::vector<Level> stack_;
};

}  // namespace clew::evm
