// One transaction as a trace passes through it: which traced items feed which others, and with how
// much. Used while tracing, and again when a path is drawn. Internal to tracing.
#pragma once

#include <vector>

#include "graph/trace.h"

namespace clew::graph {

constexpr std::uint32_t kNoVisit = 0xffffffff;

enum class TraceItemKind : std::uint8_t { output, fee, outside };

// An output in which the trace found taint; or a fee, or an input's origin outside the ledger.
// One cache line each: a trace is bound by the memory it touches.
struct alignas(64) TraceItem {
  std::uint64_t id = kNone;  // OutputId; of an outside item the InputId; kNone of a fee
  std::int64_t amount = 0;   // traced satoshi
  std::int64_t value = 0;
  std::int64_t width = 0;  // amount of the widest path to it
  // Its tainted segments. A single one is kept here: it starts at `start` and is as long as
  // `amount`. More are in TraceLog::segments.
  std::int64_t start = 0;
  std::uint32_t segment_count = 0;
  std::uint32_t segment = 0;       // source of a single one; of more, the number of the first
  std::uint32_t visit = kNoVisit;  // that reached it; none of an origin
  std::uint32_t hops = 0;
  AddressId address = kNoAddress;
  TraceEnd end = TraceEnd::followed;
  TraceItemKind kind = TraceItemKind::output;
  bool least = false;  // its value is unknown, and `value` the least that it can be
};

struct TraceLog;

// A traced item and what it passes on.
struct TraceShare {
  std::uint32_t item = 0;
  std::int64_t amount = 0;
};

class TraceStep {
 public:
  TraceStep(const FlowGraph& graph, TraceDirection direction, TaintPolicy policy)
      : graph_(graph), direction_(direction), policy_(policy) {}

  // Reads a transaction and lays it on the line. False if it is unsound.
  bool load(TxIndex tx);
  const FlowTx& tx() const { return tx_; }
  const TaintLine& line() const { return line_; }

  // Brings `items` in the order of the transaction's inputs (backward: outputs). False if one of
  // them is not among these.
  bool arrange(std::vector<std::uint32_t>& items, const TraceLog& log);
  // Lays the segments of arranged items on the line.
  std::span<const TaintSegment> place(std::span<const std::uint32_t> items, const TraceLog& log);

  // What each of the visit's items passes to `target`, which the visit reached; zeros left out,
  // unless all are zero.
  std::vector<TraceShare> shares_of(const TraceItem& target, const TraceLog& log);

 private:
  std::uint32_t position_of(const TraceItem& item) const;
  const TaintSlot* slot_of(const TraceItem& item) const;
  std::vector<TraceShare> segment_shares(const TraceItem& target, const TraceLog& log);
  std::vector<TraceShare> proportional_shares(const TraceItem& target, const TraceLog& log) const;

  const FlowGraph& graph_;
  TraceDirection direction_;
  TaintPolicy policy_;
  FlowTx tx_;
  TaintLine line_;
  std::vector<std::uint32_t> positions_;  // of the arranged items
  std::vector<std::pair<OutputId, std::uint32_t>> wanted_;
  std::vector<TaintSegment> placed_;
};

}  // namespace clew::graph
