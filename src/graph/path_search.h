// The two halves of path finding. Internal to path.cpp and its parts.
#pragma once

#include <unordered_map>
#include <unordered_set>

#include "graph/path.h"

namespace clew::graph {

using AddressSet = std::unordered_set<AddressId>;

struct PathBudget {
  std::uint64_t left = 0;
  bool spend(std::uint64_t edges) {
    if (edges > left) return false;
    left -= edges;
    return true;
  }
};

// Which rules an output and a transaction between the two ends must meet.
class PathRules {
 public:
  PathRules(const FlowGraph& graph, const PathOptions& options, const AddressSet& from,
            const AddressSet& to)
      : graph_(graph), options_(options), from_(from), to_(to) {}
  bool is_source(AddressId address) const { return from_.contains(address); }
  bool is_target(AddressId address) const { return to_.contains(address); }
  bool may_pass(TxIndex tx) const;
  // An output inside a path, neither its first nor its last.
  bool may_carry(std::int64_t value, AddressId address) const;

 private:
  const FlowGraph& graph_;
  const PathOptions& options_;
  const AddressSet& from_;
  const AddressSet& to_;
};

// For transactions from which the target can be reached: in how many further transactions.
class PathCone {
 public:
  // Searches backward from `arrivals`, outputs paid to the target, level by level while the budget
  // allows the whole level, at most `levels`.
  void grow(const FlowGraph& graph, const PathRules& rules, std::span<const OutputId> arrivals,
            std::uint32_t levels, PathBudget& budget);

  enum class Verdict : std::uint8_t { reaches, too_far, never };
  // Whether the target can be reached from `tx` in at most `remaining` further transactions, as far
  // as is known.
  Verdict judge(TxIndex tx, std::uint32_t remaining) const;

 private:
  std::unordered_map<TxIndex, std::uint32_t> distance_;
  std::uint32_t levels_ = 0;  // distances below this are complete
  bool complete_ = false;     // nothing is left to search
};

}  // namespace clew::graph
