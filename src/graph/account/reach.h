// Reach: which addresses value from an address can have come to at all, and when at the earliest,
// over transfers that follow each other in time. It knows no amounts; it is what a trace cannot
// leave, what the search for paths leaves out, and quick: docs/tracing.md.
//
// Level by level. A transfer is usable if it is later than the earliest arrival at its sender in
// the levels before; it counts if it comes earlier than what arrived at its receiver so far.
// Backward the same with time reversed: the latest departure.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/huge_pages.h"
#include "graph/account/moments.h"
#include "graph/taint.h"
#include "ledger/account/snapshot.h"

namespace clew::account {

// From which it is quicker here: kNone if there is but one processor.
std::size_t reach_beside_from();

struct ReachOptions {
  graph::TraceDirection direction = graph::TraceDirection::forward;
  std::optional<AssetId> asset;          // over transfers of no other; none: over all
  std::uint32_t hops_max = 6;            // levels
  TransferSpan span;                     // of the transfers
  std::uint64_t edges_max = 10'000'000;  // postings looked at
  // A level of so many addresses or more is read by several threads while this one searches.
  // The answer is the same.
  std::size_t beside_from = reach_beside_from();
  // Addresses that are reached but not passed through, origins apart; empty: none.
  std::function<bool(AddressId)> stop;
};

struct ReachOrigin {
  AddressId address = kNoAddress;
  TransferId moment = 0;  // usable are transfers from it on (backward: before it; kNone for all)
};

struct Reached {
  AddressId address = kNoAddress;
  std::uint32_t hops = 0;  // least
  // The transfer of the earliest arrival (backward: of the latest departure); of an origin, its
  // moment as given.
  TransferId moment = 0;
};

struct ReachResult {
  HugeVector<Reached> addresses;  // in order of discovery, the origins first
  std::uint64_t edges = 0;        // transfers in time, of any asset
  std::uint64_t postings = 0;     // looked at
  std::uint32_t levels = 0;       // complete ones
  bool exhausted = false;         // edges_max was used up: there may be more
  bool closed = false;            // there is nothing beyond, whatever hops_max
};

ReachResult reach(const Snapshot& snapshot, std::span<const ReachOrigin> origins,
                  const ReachOptions& options);

}  // namespace clew::account
