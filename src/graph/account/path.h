// Paths by which an asset can have moved from one address (or entity) to another on an account
// chain: transfers of it, each later in the ledger than the one before and from the address that
// that one paid. Fees, and transfers of nothing, are left out.
//
// Best is the path whose smallest transfer is largest, then the one of fewer transfers, then the
// earlier arrival. Paths through the same addresses are one path, shown by its best transfers; none
// comes by an address twice. The search goes level by level, one transfer a level, and keeps for
// each address and level, at every moment, the `count` widest ways there: the best path is exact,
// and so are the others but where a wide way that would come by an address twice took their place.
// Addresses from which the target cannot be reached in time are left out: reach.h, with half the
// budget.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "base/result.h"
#include "graph/account/moments.h"
#include "graph/path.h"

namespace clew::account {

struct PathOptions {
  std::uint32_t count = 1;     // paths wanted; at most graph::kPathsMax
  std::uint32_t hops_max = 8;  // transfers; at most 100
  AssetId asset = kCoin;
  TransferSpan span;                    // of all transfers
  std::uint64_t edges_max = 1'000'000;  // postings looked at, and ways made of them
  // Addresses that are not passed through, the two ends apart; empty: none.
  std::function<bool(AddressId)> stop;
};

struct PathHop {
  TransferId transfer = 0;
  AddressId from = kNoAddress, to = kNoAddress;
  U256 value;
};
struct Path {
  U256 amount;  // the smallest value on it: no more can have come through
  std::vector<PathHop> hops;
};
struct PathResult {
  std::vector<Path> paths;  // best first
  graph::PathSearch search = graph::PathSearch::exhausted;
  std::uint64_t edges = 0;
};

// usage if a side is empty, if they share an address, or if `count` or `hops_max` is 0 or too
// large.
Result<PathResult> find_paths(const Snapshot& snapshot, std::span<const AddressId> from,
                              std::span<const AddressId> to, const PathOptions& options);

}  // namespace clew::account
