// The moving part of a trace: follows outputs transaction by transaction and records what it did,
// for the report. Internal to tracing.
#pragma once

#include <unordered_map>

#include "base/huge_pages.h"
#include "graph/trace.h"
#include "graph/trace_queue.h"
#include "graph/trace_step.h"

namespace clew::graph {

// One transaction that was followed, and the items it took the taint from:
// consumed[first, first + count), in the order of the transaction's inputs (backward: outputs).
struct TraceVisit {
  TxIndex tx = 0;
  std::uint32_t first = 0, count = 0;
};

struct TraceLog {
  HugeVector<TraceItem> items;  // origins first
  HugeVector<TaintSegment> segments;
  HugeVector<TraceVisit> visits;
  HugeVector<std::uint32_t> consumed;
  std::vector<TxIndex> partial;
  std::uint64_t edges = 0, outputs_seen = 0;
  std::int64_t started = 0, tainted_started = 0, joined = 0;
  bool edges_exhausted = false, clock_exhausted = false;
  bool many_sources = false;

  template <class Visit>
  void each_segment(const TraceItem& item, Visit&& visit) const {
    if (item.segment_count == 1) return visit(TaintSegment{item.start, item.amount, item.segment});
    for (std::uint32_t i = 0; i < item.segment_count; ++i)
      visit(segments[item.segment + i]);
  }
  std::span<const std::uint32_t> consumed_by(const TraceVisit& visit) const {
    return {consumed.data() + visit.first, visit.count};
  }
};

class TraceRun {
 public:
  TraceRun(const FlowGraph& graph, const TraceOptions& options);
  // Call once.
  Result<void> run(std::span<const TraceOrigin> origins);
  const TraceLog& log() const { return log_; }

 private:
  Result<void> begin(std::span<const TraceOrigin> origins);
  void visit(TxIndex tx);
  void move_segments();
  void move_shares();
  void settle(const TaintSlot& slot, TraceItem& item);
  bool merge_into_origin(const TraceItem& arrived);
  void store_segments(TraceItem& item);
  void schedule(std::uint32_t index);
  TraceEnd judge(const TraceItem& item, TxIndex& next) const;
  TraceEnd judge_next(const TraceItem& item, TxIndex next) const;
  void end_group(TraceEnd end);
  void end_everything(TraceEnd end);
  bool afford(const FlowShape& shape);
  std::uint64_t key(TxIndex tx) const;

  const FlowGraph& graph_;
  const TraceOptions& options_;
  const bool forward_;
  TraceLog log_;
  TraceStep step_;
  TraceQueue pending_;
  std::unordered_map<OutputId, std::uint32_t> origins_;  // to items
  std::vector<bool> origin_filter_;                      // by hash: whether there may be one
  std::vector<std::uint32_t> group_;                     // items the current visit takes from
  std::vector<TaintSegment> cut_;                        // segments of the slot at work
  std::vector<std::int64_t> shares_;
  std::uint64_t current_key_ = 0;
  std::uint32_t group_hops_ = 0;
  std::uint64_t clock_start_us_ = 0, checks_ = 0;
};

}  // namespace clew::graph
