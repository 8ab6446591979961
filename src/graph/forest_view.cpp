#include "graph/forest_view.h"

#include <algorithm>

namespace clew::graph {

AddressId ForestView::root(AddressId id) const {
  while (const std::uint32_t up = nodes_[id].up)
    id ^= up;
  return id;
}

std::optional<std::vector<Step>> ForestView::why(AddressId a, AddressId b) const {
  // Both ends climb in the same loop, so that their cache misses overlap.
  std::vector<std::uint32_t> up, down;
  up.reserve(64);
  down.reserve(64);
  AddressId at_a = a, at_b = b;
  std::uint32_t edge_a = nodes_[a].edge_up(), edge_b = nodes_[b].edge_up();
  while (edge_a != 0 || edge_b != 0) {
    if (edge_a != 0) {
      up.push_back(edge_a - 1);
      at_a = edges_[edge_a - 1].other(at_a);
      edge_a = nodes_[at_a].edge_up();
    }
    if (edge_b != 0) {
      down.push_back(edge_b - 1);
      at_b = edges_[edge_b - 1].other(at_b);
      edge_b = nodes_[at_b].edge_up();
    }
  }
  if (at_a != at_b) return std::nullopt;
  while (!up.empty() && !down.empty() && up.back() == down.back()) {
    up.pop_back();
    down.pop_back();
  }
  std::vector<Step> steps;
  steps.reserve(up.size() + down.size());
  const auto walk = [&](std::uint32_t number) {
    const Edge& edge = edges_[number];
    const AddressId next = edge.other(a);
    steps.push_back({a, next, edge.tx(), edge.rule});
    a = next;
  };
  std::for_each(up.begin(), up.end(), walk);
  std::for_each(down.rbegin(), down.rend(), walk);
  return steps;
}

}  // namespace clew::graph
