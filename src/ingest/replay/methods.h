// The JSON-RPC methods that a simulated world answers, by what they are about.
#pragma once

#include <span>
#include <string_view>

#include "ingest/replay/backend.h"
#include "ingest/replay/json_text.h"
#include "ingest/replay/world_chain.h"

namespace clew::replay {

struct Method {
  std::string_view name;
  Reply (*run)(WorldChain& chain, const Json& params, Faults& faults);
};

std::span<const Method> block_methods();  // blocks, transactions, receipts, raw forms
std::span<const Method> trace_methods();
std::span<const Method> state_methods();  // balances, contracts, the node itself
std::span<const Method> log_methods();

// For methods: a block's facts, with what the given faults make of them.
struct Rendering {
  const char* form;  // what is rendered; texts are kept by form and block
  std::span<const Fault> faults;
};
using Render = void (*)(JsonText& json, const BlockFacts& facts);
Reply render_block(WorldChain& chain, const world::IndexEntry& entry, const Rendering& rendering,
                   Faults& faults, Render render);

// The logs of a block that a filter lets through, each as a value.
class LogFilter;
Result<void> append_logs(JsonText& json, const WorldChain& chain, const world::IndexEntry& entry,
                         const LogFilter& filter, bool removed);

// The view that a request is answered by: now and then an old one.
View view_for(const WorldChain& chain, Faults& faults);

}  // namespace clew::replay
