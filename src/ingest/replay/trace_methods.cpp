#include "ingest/replay/methods.h"
#include "ingest/replay/params.h"
#include "ingest/replay/trace_text.h"

namespace clew::replay {
namespace {

constexpr Fault kTraceFaults[] = {Fault::changed_traces, Fault::missing_traces};

// How many transactions' calls are told: all, unless a fault took some away.
std::size_t told(const BlockFacts& facts) {
  return facts.first_calls.size() - 1;
}

void render_flat(JsonText& json, const BlockFacts& facts) {
  json.open_array();
  for (std::size_t i = 0; i < told(facts); ++i)
    append_flat_traces(json, facts, i);
  json.close_array();
}

enum class Tracer { frames, frames_with_logs, flat };

template <Tracer tracer>
void render_transaction(JsonText& json, const BlockFacts& facts, std::size_t tx) {
  if constexpr (tracer == Tracer::flat) {
    json.open_array();
    append_flat_traces(json, facts, tx);
    json.close_array();
  } else {
    append_call_frame(json, facts, tx, tracer == Tracer::frames_with_logs);
  }
}

template <Tracer tracer>
void render_transactions(JsonText& json, const BlockFacts& facts) {
  json.open_array();
  for (std::size_t i = 0; i < told(facts); ++i) {
    json.open_object();
    json.hex("txHash", facts.block.transaction_hashes[i]);
    json.key("result");
    render_transaction<tracer>(json, facts, i);
    json.close_object();
  }
  json.close_array();
}

tl::expected<Tracer, RpcError> read_tracer(const Json& options) {
  const Json& name = field(options, "tracer");
  if (name == "flatCallTracer") return Tracer::flat;
  if (name != "callTracer")
    return refuse(kServerError, "only callTracer and flatCallTracer are known");
  const bool logs = field(field(options, "tracerConfig"), "withLog") == true;
  return logs ? Tracer::frames_with_logs : Tracer::frames;
}

Reply trace_block(WorldChain& chain, const Json& params, Faults& faults) {
  const auto entry = chain.find_block(view_for(chain, faults), param(params, 0));
  if (!entry) return tl::unexpected(entry.error());
  if (*entry == nullptr) return "null";
  return render_block(chain, **entry, {"flat", kTraceFaults}, faults, render_flat);
}

Reply debug_trace_block(WorldChain& chain, const Json& params, Faults& faults) {
  const auto tracer = read_tracer(param(params, 1));
  if (!tracer) return tl::unexpected(tracer.error());
  const auto entry = chain.find_block(view_for(chain, faults), param(params, 0));
  if (!entry) return tl::unexpected(entry.error());
  if (*entry == nullptr) return refuse(kServerError, "block not found");
  if ((*entry)->number == 0) return refuse(kServerError, "genesis is not traceable");
  switch (*tracer) {
    case Tracer::flat:
      return render_block(chain, **entry, {"debug-flat", kTraceFaults}, faults,
                          render_transactions<Tracer::flat>);
    case Tracer::frames:
      return render_block(chain, **entry, {"frames", kTraceFaults}, faults,
                          render_transactions<Tracer::frames>);
    case Tracer::frames_with_logs:
      return render_block(chain, **entry, {"frames-logs", kTraceFaults}, faults,
                          render_transactions<Tracer::frames_with_logs>);
  }
  return refuse(kServerError, "tracer not found");
}

using RenderTransaction = void (*)(JsonText& json, const BlockFacts& facts, std::size_t tx);

Reply trace_one(WorldChain& chain, const Json& params, RenderTransaction render,
                std::string_view unknown) {
  const auto place = chain.find_transaction(param(params, 0));
  if (!place) return tl::unexpected(place.error());
  if (place->entry == nullptr) {
    if (unknown.empty()) return "null";
    return refuse(kServerError, std::string(unknown));
  }
  BlockFacts facts;
  if (const auto loaded = load_facts(chain.store(), *place->entry, facts); !loaded)
    return refuse(kServerError, loaded.error().message);
  std::string text;
  JsonText json(text);
  render(json, facts, place->position);
  return text;
}

Reply trace_transaction(WorldChain& chain, const Json& params, Faults&) {
  return trace_one(chain, params, render_transaction<Tracer::flat>, "");
}

Reply debug_trace_transaction(WorldChain& chain, const Json& params, Faults&) {
  const auto tracer = read_tracer(param(params, 1));
  if (!tracer) return tl::unexpected(tracer.error());
  constexpr RenderTransaction kRenders[] = {render_transaction<Tracer::frames>,
                                            render_transaction<Tracer::frames_with_logs>,
                                            render_transaction<Tracer::flat>};
  return trace_one(chain, params, kRenders[static_cast<std::size_t>(*tracer)],
                   "transaction not found");
}

constexpr Method kMethods[] = {
    {"trace_block", trace_block},
    {"trace_transaction", trace_transaction},
    {"debug_traceBlockByNumber", debug_trace_block},
    {"debug_traceBlockByHash", debug_trace_block},
    {"debug_traceTransaction", debug_trace_transaction},
};

}  // namespace

std::span<const Method> trace_methods() {
  return kMethods;
}

}  // namespace clew::replay
