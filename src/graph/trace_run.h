// The moving part of a trace: follows outputs transaction by transaction and records what it did,
// for the report. Internal to tracing.
#pragma once

#include <unordered_map>

#include "graph/trace.h"
#include "graph/trace_step.h"

namespace clew::graph {

// One transaction that was followed, and the items it took the taint from:
// consumed[first, first + count), in the order of the transaction's inputs (backward: outputs).
struct TraceVisit {
  TxIndex tx = 0;
  std::uint32_t first = 0, count = 0;
};

struct TraceLog {
  std::vector<TraceItem> items;  // origins first
  std::vector<TaintSegment> segments;
  std::vector<TraceVisit> visits;
  std::vector<std::uint32_t> consumed;
  std::vector<TxIndex> partial;
  std::uint64_t edges = 0;
  std::int64_t started = 0, tainted_started = 0, joined = 0;
  bool edges_exhausted = false, clock_exhausted = false;

  std::span<const TaintSegment> segments_of(const TraceItem& item) const {
    return {segments.data() + item.first_segment, item.segment_count};
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
  struct Pending {
    std::uint64_t key;  // ascending in the order of work
    TxIndex tx;
    std::uint32_t item;
  };

  Result<void> begin(std::span<const TraceOrigin> origins);
  void visit(TxIndex tx);
  void move_segments();
  void move_shares();
  void settle(const TaintSlot& slot, TraceItem item);
  void merge_into_origin(TraceItem& origin, const TraceItem& arrived);
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
  std::vector<Pending> pending_;                         // heap, smallest key first
  std::unordered_map<OutputId, std::uint32_t> origins_;  // to items
  std::vector<std::uint32_t> group_;                     // items the current visit takes from
  std::vector<std::int64_t> shares_;
  std::uint64_t current_key_ = 0;
  std::uint32_t group_hops_ = 0;
  std::uint64_t clock_start_us_ = 0, checks_ = 0;
};

}  // namespace clew::graph
