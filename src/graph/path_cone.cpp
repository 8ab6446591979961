#include <algorithm>

#include "graph/path_search.h"

namespace clew::graph {

bool PathRules::may_pass(TxIndex tx) const {
  if (!options_.window.is_open() && !options_.window.holds(graph_.when(tx))) return false;
  return !options_.coinjoin || !options_.coinjoin(tx);
}

bool PathRules::may_carry(std::int64_t value, AddressId address) const {
  if (value < options_.value_min) return false;
  // A path that comes by its source or its target again is longer than the part that matters.
  if (is_source(address) || is_target(address)) return false;
  return !options_.service || address == kNoAddress || !options_.service(address);
}

void PathCone::grow(const FlowGraph& graph, const PathRules& rules,
                    std::span<const OutputId> arrivals, std::uint32_t levels, PathBudget& budget) {
  std::vector<TxIndex> frontier, next;
  const auto reach = [&](TxIndex tx) {
    if (distance_.contains(tx) || !rules.may_pass(tx)) return;
    distance_.emplace(tx, levels_);
    next.push_back(tx);
  };
  if (!budget.spend(arrivals.size())) return;
  for (const auto output : arrivals)
    reach(graph.creator(output));
  FlowTx tx;
  for (levels_ = 1; levels_ < levels; ++levels_) {
    frontier.swap(next);
    next.clear();
    std::uint64_t cost = 0;
    for (const auto t : frontier)
      cost += graph.shape(t).input_count;
    if (!budget.spend(cost)) return;
    for (const auto t : frontier) {
      graph.load(t, tx);
      for (std::size_t i = 0; i < tx.spent.size(); ++i)
        if (tx.spent[i] != kNone && rules.may_carry(tx.input_values[i], graph.address(tx.spent[i])))
          reach(graph.creator(tx.spent[i]));
    }
    if (next.empty()) break;
  }
  complete_ = next.empty();
}

PathCone::Verdict PathCone::judge(TxIndex tx, std::uint32_t remaining) const {
  const auto found = distance_.find(tx);
  if (found != distance_.end())
    return found->second <= remaining ? Verdict::reaches : Verdict::too_far;
  if (complete_) return Verdict::never;
  return remaining < levels_ ? Verdict::too_far : Verdict::reaches;
}

}  // namespace clew::graph
