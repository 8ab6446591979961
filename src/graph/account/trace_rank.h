// Which addresses matter most to some value's way: transaction tracing rank (TTR), a personalised
// PageRank over transfers that knows amounts, time and swaps (Wu, Liu, Wu, Zheng, "TRacer: Scalable
// Graph-based Transaction Tracing for Account-based Blockchain Trading Systems", IEEE TIFS 2023,
// arXiv:2201.05757). It says where to look, not how much is there: ranks are no amounts, and need
// no balances, so that addresses of many transfers and gaps of the ledger do not hold it up.
//
// A residue of 1 is laid on the origins. The address with the largest residue keeps `alpha` of it
// as its rank, and pushes `beta` of the rest along what it sent after the residue came, the others
// along what it received before, each in proportion to the amounts of that asset; what it gave for
// another asset in one transaction stays with it as that. Where nothing follows, all is kept. It
// ends when no residue is above `epsilon`: after at most 1 / (alpha epsilon) pushes.
#pragma once

#include "graph/account/trace.h"

namespace clew::account {

struct RankOptions {
  double alpha = 0.15, beta = 0.8;  // as the authors have them
  double epsilon = 1e-4;
  TraceWindow window;                   // transfers outside it are not followed
  std::uint64_t edges_max = 5'000'000;  // postings looked at
  std::uint64_t postings_max = 50'000;  // of one address: the nearest in time to the residue
  bool swaps = true;
  // Addresses that keep all they get, as services do. Empty: none.
  std::function<bool(AddressId)> stop;
};

struct RankedAddress {
  AddressId address = kNoAddress;
  double rank = 0;         // the sum over all is 1, less what was left below epsilon
  bool stopped = false;    // kept all, because options.stop says so
  std::uint32_t hops = 0;  // least pushes from an origin
};

struct RankResult {
  std::vector<RankedAddress> addresses;  // highest rank first
  std::uint64_t pushes = 0, edges = 0;
  double left = 0;  // residue that was not pushed any more
  bool edges_exhausted = false;
};

// The residue of a transfer lies on its receiver at first, that of value from before the ledger on
// its owner; each asset has an equal part, shared out by amount. usage if there is no origin of
// value, or a parameter makes no sense.
Result<RankResult> rank(const Snapshot& snapshot, std::span<const TraceOrigin> origins,
                        const RankOptions& options);

}  // namespace clew::account
