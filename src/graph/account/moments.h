// Spans of time as spans of transfers' numbers, which ascend in time.
#pragma once

#include "graph/trace_graph.h"
#include "ledger/account/snapshot.h"

namespace clew::account {

struct TransferSpan {
  TransferId from = 0, until = kNone;  // [from, until)
  bool holds(TransferId id) const { return id >= from && id < until; }
};

// The transfers of the blocks that a window holds. Times of blocks are taken to ascend, as every
// chain of accounts has it.
TransferSpan span_of(const Snapshot& snapshot, const graph::TraceWindow& window);

}  // namespace clew::account
