// Paths by which money can have moved from one address (or entity) to another: chains of outputs,
// each created by the transaction that spends the one before. They run forward in time by nature.
//
// The search goes level by level (one transaction a level) and keeps, for every transaction and
// level, the `count` widest ways there, so that for every length the best paths are exact. A search
// backward from the target goes first, as deep as half the budget carries it; the forward search
// then leaves out what cannot arrive. Ranking and limits: docs/tracing.md.
#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "graph/trace.h"

namespace clew::graph {

// What makes a path better. Ties go to the others in the order value, hops, time.
enum class PathRank : std::uint8_t {
  value,  // the larger smallest output on it, origin and arrival included
  hops,   // fewer transactions
  time,   // earlier arrival
};
std::string_view name(PathRank rank);
std::optional<PathRank> find_path_rank(std::string_view name);

struct PathOptions {
  std::uint32_t count = 1;     // paths wanted; at most kPathsMax
  std::uint32_t hops_max = 8;  // transactions
  std::int64_t value_min = 0;  // satoshi; smaller outputs are not followed
  PathRank rank = PathRank::value;
  TraceWindow window;  // for every transaction of a path
  std::uint64_t edges_max = 1'000'000;
  // Outputs at other services, and CoinJoins, are not passed through; empty: pass through.
  std::function<std::optional<ServiceId>(AddressId)> service;
  std::function<bool(TxIndex)> coinjoin;
};
constexpr std::uint32_t kPathsMax = 1000;

struct MoneyHop {
  OutputId output = kNone;     // kNone: outside the ledger (first hop)
  InputId outside = kNone;     // then: the input that spends it
  TxIndex created_by = kNone;  // kNone if outside the ledger
  AddressId address = kNoAddress;
  std::int64_t value = 0;  // satoshi; kUnknownValue if unknown
};
// From an output of the one to an output of the other. Paths through the same transactions, that
// which made the first output included, are one path, shown by its largest outputs.
struct MoneyPath {
  // The smallest value among its outputs, as far as these are known: no more can have come through.
  std::int64_t amount = 0;
  std::vector<MoneyHop> hops;  // transactions on the path: hops.size() - 1
};

// How far the search went: why there are not more paths.
enum class PathSearch : std::uint8_t {
  exhausted,  // there are no others
  hops,       // there may be others, longer than hops_max
  edges,      // the budget was used up: there may be others, and better ones
};
std::string_view name(PathSearch search);

struct PathResult {
  std::vector<MoneyPath> paths;  // best first
  PathSearch search = PathSearch::exhausted;
  std::uint64_t edges = 0;  // inputs and outputs looked at
};

// usage if a side is empty, if they share an address, or if `count` or `hops_max` is 0 or too
// large.
Result<PathResult> find_paths(const FlowGraph& graph, std::span<const AddressId> from,
                              std::span<const AddressId> to, const PathOptions& options);

}  // namespace clew::graph
