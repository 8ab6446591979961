// Tracing: where value came from or went to, output by output, under a taint policy.
//
// A trace starts with whole outputs and moves along spending links in chain order, so that it never
// runs against time. Every satoshi that starts ends somewhere, with a reason:
//   started = the sum of all end-points' amounts           (all policies, both directions)
// Under poison, which taints whole outputs, amounts are those of haircut, and beside them
//   tainted_started + joined = the sum of all end-points' tainted values.
// Definitions, the treatment of unknown input values and of fees: docs/tracing.md.
//
// Budgets bound the work, not the truth: what was not followed is an end-point that says so. Equal
// questions on equal snapshots give equal answers, unless the time budget was hit.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "graph/taint.h"
#include "graph/trace_graph.h"

namespace clew::graph {

// Why a trace stops.
enum class TraceEnd : std::uint8_t {
  followed,   // not an end
  service,    // the address is a labelled service's
  unspent,    // forward: nobody has spent it in this snapshot
  burnt,      // forward: unspent, and its script can never be spent
  fee,        // forward: paid to the miner; not followed into the coinbase
  mined,      // backward: created by a coinbase
  outside,    // backward: the spent output is not in the ledger
  coinjoin,   // the transaction that spends it (backward: created it) is a CoinJoin
  hops,       // hops_max reached
  value,      // less than value_min
  time,       // the next transaction is outside the time window
  edges,      // edges_max used up
  intervals,  // the taint in it is in more pieces than intervals_max
  clock,      // clock_budget_us used up
  unsound,    // amounts or order of the next transaction cannot be those of a valid chain
};
constexpr std::size_t kTraceEnds = static_cast<std::size_t>(TraceEnd::unsound) + 1;
std::string_view name(TraceEnd end);
constexpr bool is_limit(TraceEnd end) {
  return end >= TraceEnd::hops && end <= TraceEnd::clock;
}

using ServiceId = std::uint32_t;  // the caller's number for a labelled service

struct TraceOptions {
  TraceDirection direction = TraceDirection::forward;
  TaintPolicy policy = TaintPolicy::fifo;
  TraceWindow window;
  std::uint32_t hops_max = 0xffffffff;  // transactions from the origin
  std::int64_t value_min = 0;  // satoshi of taint in one output (poison: value of the output)
  // Work: every input, output and tainted interval looked at counts one.
  std::uint64_t edges_max = 150'000;
  std::uint32_t intervals_max = 4096;       // tainted intervals in one output
  std::function<std::uint64_t()> clock_us;  // never runs backward; empty: no time budget
  std::uint64_t clock_budget_us = 0;

  // Where to stop. An empty function stops nowhere. Origins are never stopped at.
  std::function<std::optional<ServiceId>(AddressId)> service;
  std::function<bool(TxIndex)> coinjoin;

  std::uint32_t paths = 1;              // for each end-point
  std::uint32_t paths_end_points = 50;  // only for the largest end-points
  bool keep_outputs = false;            // fill TraceResult::outputs
};

struct TraceOrigin {
  OutputId output = 0;
  std::uint32_t source = 0;  // what its satoshis are told apart by; equal for all: not told apart
};

// One output on a path, in the direction in which the money moved.
struct TraceHop {
  OutputId output = kNone;  // kNone: a fee (last hop) or an output outside the ledger (first hop)
  InputId outside = kNone;  // then, for the latter: the input that spends it
  TxIndex tx = kNone;       // that created it or paid the fee; kNone if outside the ledger
  AddressId address = kNoAddress;
  std::int64_t value = 0;   // satoshi
  std::int64_t amount = 0;  // traced satoshi in it
  // Of what is outside, and of the fee of a transaction with an input of unknown value: its value
  // is unknown, and `value` the least that it can be.
  bool least = false;
};
// The widest path: no other has a larger least amount that one hop passes to the next.
struct TracePath {
  std::int64_t amount = 0;  // that least amount, an upper bound of what took this path
  std::vector<TraceHop> hops;
};

struct TraceEndPoint {
  TraceEnd reason = TraceEnd::followed;
  // What it is: the service, the CoinJoin, or (other reasons but limits, fee and unsound, which are
  // one end-point each) the address.
  ServiceId service = 0;
  TxIndex coinjoin = kNone;
  AddressId address = kNoAddress;

  std::int64_t amount = 0;           // satoshi
  std::int64_t tainted = 0;          // poison: whole values; otherwise equal to amount
  std::uint64_t outputs = 0;         // fee: transactions
  std::vector<AddressId> addresses;  // distinct, largest amount first
  // Blocks of the transactions that brought it here; of a CoinJoin, its own.
  std::uint32_t height_first = 0, height_last = 0;
  std::uint32_t time_first = 0, time_last = 0;
  std::vector<std::pair<std::uint32_t, std::int64_t>> sources;  // source, amount; if told apart
  std::vector<TracePath> paths;                                 // widest first
  bool paths_cut = false;  // there may be more: the search for them was stopped
};

// One output that the trace touched.
struct TracedOutput {
  OutputId output = kNone;  // kNone: fee or outside, as in TraceHop
  InputId outside = kNone;
  TxIndex created_by = kNone, spent_by = kNone;  // as far as the trace followed
  AddressId address = kNoAddress;
  std::int64_t value = 0, amount = 0;
  std::uint32_t hops = 0;
  TraceEnd end = TraceEnd::followed;
  bool least = false;  // as in TraceHop
};

struct TraceResult {
  std::int64_t started = 0;                          // satoshi
  std::array<std::int64_t, kTraceEnds> by_reason{};  // amounts; the sum is `started`
  // Poison: value that came with other inputs (backward: left to outputs not traced, and fees).
  std::int64_t tainted_started = 0, joined = 0, tainted_ended = 0;
  std::vector<TraceEndPoint> ends;  // largest amount first
  // Transactions with an input of unknown value: amounts behind them rest on the least value that
  // it can have had. Ascending.
  std::vector<TxIndex> partial;
  std::uint64_t transactions = 0;     // followed
  std::uint64_t outputs_seen = 0;     // all outputs of these (backward: inputs)
  std::uint64_t outputs_touched = 0;  // with taint, origins included
  std::uint64_t edges = 0;            // work done, as edges_max counts it
  bool edges_exhausted = false, clock_exhausted = false;
  std::vector<TracedOutput> outputs;  // if asked for; in order of discovery
};

// usage if there is no origin; data if the origins' amounts cannot be those of a chain.
Result<TraceResult> trace(const FlowGraph& graph, std::span<const TraceOrigin> origins,
                          const TraceOptions& options);

}  // namespace clew::graph
