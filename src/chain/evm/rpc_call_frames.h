// The frames of geth's callTracer: each call an object with the calls it makes in "calls".
// https://geth.ethereum.org/docs/developers/evm-tracing/built-in-tracers
#pragma once

#include <vector>

#include "base/json_fields.h"
#include "chain/evm/call_sink.h"

namespace clew::evm {

// Keeps scratch memory.
class CallFrameReader {
 public:
  // Adds the call of a transaction and all within it. Frames lie on a stack of our own, as deep as
  // kCallDepthMax.
  Result<void> read(JsonValue value, std::uint32_t tx, CallSink& sink);

 private:
  struct Frame {
    simdjson::ondemand::object_iterator field, fields_end;
    simdjson::ondemand::array_iterator child, children_end;
    bool in_children = false;  // else among its own fields
    std::uint32_t call = 0;
    std::uint32_t seen = 0;  // bits of the fields met
  };

  Result<void> walk(CallSink& sink);
  Result<void> open(JsonValue value, std::uint32_t tx, CallSink& sink);
  // One step: the next field of the innermost frame, or its next child, or its end.
  Result<void> step_field(CallSink& sink);
  Result<void> step_child(CallSink& sink);
  Result<void> close(CallSink& sink);
  Result<void> read_field(std::string_view key, JsonValue value, Frame& frame, CallSink& sink);

  std::vector<Frame> stack_;
};

}  // namespace clew::evm
