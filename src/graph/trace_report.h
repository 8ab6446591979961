// What a finished run tells: end-points, totals, paths. Internal to tracing.
#pragma once

#include "graph/trace_run.h"

namespace clew::graph {

TraceResult report(const FlowGraph& graph, const TraceOptions& options, const TraceLog& log);

// Fills `end.paths` with the `options.paths` widest paths to one of `items`, widest first.
void add_widest_paths(const FlowGraph& graph, const TraceOptions& options, const TraceLog& log,
                      std::span<const std::uint32_t> items, TraceEndPoint& end);

// The transaction that shows where an ended item belongs in time: see TraceEndPoint.
TxIndex arrival_tx(const FlowGraph& graph, const TraceOptions& options, const TraceLog& log,
                   const TraceItem& item);

}  // namespace clew::graph
