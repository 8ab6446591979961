// Tracing on account chains: where value came from or went to, transfer by transfer, under a taint
// policy. An account mixes all it receives of an asset, so what a transfer takes along follows from
// the account's balance at that moment (holding.h); balances are replayed from the ledger where the
// trace comes by, and only there.
//
// A transfer is usable only after the one that brought the value: traces never run against time.
// Backward, a trace runs against time instead, and asks where value came from: an account then
// gives what it received, in proportion or in the order that the policy says, and the same holds.
// Every unit that starts ends somewhere, with a reason. For each asset, exactly:
//   started + swapped_in = the sum of by_reason      (all policies, both directions)
// of which by_reason[swapped] went on as another asset. Under poison, which taints whole amounts,
// amounts are those of haircut, and beside them
//   tainted_started + joined = tainted_ended.
// Definitions, and what is done about balances from before the ledger: docs/tracing.md.
//
// Budgets bound the work, not the truth: what was not followed is an end-point that says so. Equal
// questions on equal snapshots give equal answers, however the ledger is cut into segments, unless
// the time budget was hit.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "graph/service_guard.h"
#include "graph/taint.h"
#include "graph/trace_graph.h"
#include "ledger/account/snapshot.h"

namespace clew::account {

using graph::ServiceId;
using graph::TaintPolicy;
using graph::TraceDirection;
using graph::TraceWindow;

// Why a trace stops.
enum class TraceEnd : std::uint8_t {
  followed,   // not an end
  service,    // the address is a labelled service's
  mixer,      // of a mixer: what leaves it is somebody else's
  bridge,     // of a bridge: it goes on on another chain
  held,       // forward: the account still has it in this snapshot
  burnt,      // forward: to nobody, or to the zero address
  fee,        // forward: paid for a transaction; not followed to the block's producer
  issued,     // backward: it came into being: a reward, a withdrawal, a mint, a fee received
  outside,    // backward: from before the ledger begins, or otherwise not explained by it
  swapped,    // given for another asset in one transaction; goes on as that
  hops,       // hops_max reached
  value,      // less than value_min
  time,       // the next transfer is outside the time window
  edges,      // edges_max used up
  busy,       // the address had more than postings_max transfers before: no one person's
  intervals,  // the taint in it is in more pieces than intervals_max
  clock,      // clock_budget_us used up
  unsound,    // the account's balance cannot be that of a real asset
};
constexpr std::size_t kTraceEnds = static_cast<std::size_t>(TraceEnd::unsound) + 1;
std::string_view name(TraceEnd end);
constexpr bool is_limit(TraceEnd end) {
  return end >= TraceEnd::hops && end <= TraceEnd::clock;
}

// Whether end-points of this reason are told apart by the caller's number of the party.
constexpr bool is_of_party(TraceEnd end) {
  return end == TraceEnd::service || end == TraceEnd::mixer || end == TraceEnd::bridge;
}

// What the caller knows of an address at which to stop.
struct TraceStop {
  TraceEnd reason = TraceEnd::service;  // service, mixer or bridge
  ServiceId service = 0;                // the caller's number for the party
};

struct TraceOptions {
  TraceDirection direction = TraceDirection::forward;
  TaintPolicy policy = TaintPolicy::fifo;  // all but TIHO, which needs outputs
  TraceWindow window;
  std::uint32_t hops_max = 0xffffffff;     // transfers from the origin; a swap is none of its own
  std::function<U256(AssetId)> value_min;  // base units of taint in one transfer
  // Work: every posting looked at counts one, in replaying an account's balance too.
  std::uint64_t edges_max = 150'000;
  std::uint64_t postings_max = 10'000;
  std::uint32_t intervals_max = 4096;       // pieces of taint in one transfer or account
  std::function<std::uint64_t()> clock_us;  // never runs backward; empty: no time budget
  std::uint64_t clock_budget_us = 0;

  bool swaps = true;  // go on as another asset where one is given for another in one transaction

  // Where to stop. An empty function stops nowhere. Origins are never stopped at.
  std::function<std::optional<TraceStop>(AddressId)> stop;
  // What an account had before the ledger's first block, if the caller knows; else it is taken to
  // have had the least that explains each of its sendings, when it sends.
  std::function<std::optional<U256>(AddressId, AssetId)> opening;

  bool keep_transfers = false;  // fill TraceResult::transfers
};

// What a trace starts with: a transfer's whole value; or value that an address had before the
// ledger begins, from the moment of a transfer on.
struct TraceOrigin {
  TransferId transfer = 0;
  AddressId before_of =
      kNoAddress;  // whose value from before the ledger it is; else the transfer's
  U256 before{};   // how much of it, in the transfer's asset
};

// One step on a path, in the direction in which the money moved.
enum class TraceHopKind : std::uint8_t {
  transfer,  // from, to
  opening,   // what `from` had before the ledger
  // Of one asset given for another by `from`, equal to `to`. Forward: what it got for the hop
  // before. Backward: what it gave for the hop after.
  swap,
};
struct TraceHop {
  TraceHopKind kind = TraceHopKind::transfer;
  TransferId transfer = kNone;  // of a swap: the last of its transaction
  AddressId from = kNoAddress, to = kNoAddress;
  AssetId asset = kCoin;
  U256 value;   // of the transfer; of a swap: received in all
  U256 amount;  // traced units of it
};
// The widest way: no other has a larger least amount.
struct TracePath {
  U256
      amount;  // that least amount in units of the last asset, an upper bound of what came this way
  std::vector<TraceHop> hops;
};

struct TraceEndPoint {
  TraceEnd reason = TraceEnd::followed;
  AssetId asset = kCoin;
  // What it is: of a service, mixer or bridge the caller's number; of reasons but limits, fee,
  // burnt, swapped and unsound, which are one end-point each, the address.
  ServiceId service = 0;
  AddressId address = kNoAddress;

  U256 amount;
  U256 tainted;                      // poison: whole values; otherwise equal to amount
  std::uint64_t transfers = 0;       // that brought it
  std::vector<AddressId> addresses;  // distinct, largest amount first
  // Blocks of the first and last of these transfers.
  std::uint64_t number_first = 0, number_last = 0;
  std::uint64_t time_first = 0, time_last = 0;
  TracePath path;
};

// What the trace says of one asset.
struct TraceAsset {
  AssetId asset = kCoin;
  U256 started;
  U256 swapped_in;                           // came from other assets
  std::array<U256, kTraceEnds> by_reason{};  // the sum is started + swapped_in
  // Poison: whole values of origins and of what was got for tainted value; value that was mixed
  // with it. Else amounts, and none is mixed.
  U256 tainted_started, joined, tainted_ended;
};

// An address that gave one asset for another within one transaction.
struct TraceSwap {
  TxId tx = 0;
  AddressId giver = kNoAddress, receiver = kNoAddress;  // the same
  AssetId gave = kCoin, got = kCoin;
  U256 gave_value, got_value;    // net, in all
  U256 gave_amount, got_amount;  // the traced part of it
};

// Money that the ledger does not explain, where the trace met it.
struct BeforeLedger {
  AddressId address = kNoAddress;
  AssetId asset = kCoin;
  U256 value;
};

// One transfer that the trace touched.
struct TracedTransfer {
  TraceHop hop;
  std::uint32_t hops = 0;
  TraceEnd end = TraceEnd::followed;
};

struct TraceResult {
  std::vector<TraceAsset> assets;    // by asset
  std::vector<TraceEndPoint> ends;   // by asset, largest amount first
  std::vector<TraceSwap> swaps;      // in order of time
  std::vector<BeforeLedger> before;  // by address, asset
  std::uint64_t transfers = 0;       // that carried taint
  std::uint64_t accounts = 0;        // whose balance was replayed
  std::uint64_t edges = 0;           // work done, as edges_max counts it
  bool edges_exhausted = false, clock_exhausted = false;
  std::vector<TracedTransfer> transfers_kept;  // if asked for; in order of discovery
};

// usage if there is no origin or the policy is TIHO; data if the origins' amounts exceed 2^256 - 1.
Result<TraceResult> trace(const Snapshot& snapshot, std::span<const TraceOrigin> origins,
                          const TraceOptions& options);

}  // namespace clew::account
