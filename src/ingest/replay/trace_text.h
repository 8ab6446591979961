// Calls in the two forms that nodes have: Parity's flat traces and geth's nested call frames.
// https://openethereum.github.io/JSONRPC-trace-module,
// https://geth.ethereum.org/docs/developers/evm-tracing/built-in-tracers#call-tracer
#pragma once

#include <cstddef>

#include "ingest/replay/block_facts.h"
#include "ingest/replay/json_text.h"

namespace clew::replay {

// Each adds values to an array that is open.
void append_flat_traces(JsonText& json, const BlockFacts& facts, std::size_t tx);
// One value.
void append_call_frame(JsonText& json, const BlockFacts& facts, std::size_t tx, bool with_logs);

}  // namespace clew::replay
