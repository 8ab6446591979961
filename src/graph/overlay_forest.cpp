#include "graph/overlay_forest.h"

#include <algorithm>
#include <utility>

#include "graph/service_guard.h"

namespace clew::graph {

std::uint32_t OverlayForest::root(std::uint32_t node) {
  while (nodes_[node].up != node)
    node = nodes_[node].up = nodes_[nodes_[node].up].up;  // path halving
  return node;
}

std::uint32_t OverlayForest::node_of(ComponentId component) {
  const auto number = static_cast<std::uint32_t>(nodes_.size());
  const auto [entry, is_new] = numbers_.emplace(component, number);
  if (is_new) nodes_.push_back({component, number, 1, 0, 0});
  return entry->second;
}

ComponentId OverlayForest::representative(ComponentId component) {
  const auto known = numbers_.find(component);
  return known == numbers_.end() ? component : nodes_[root(known->second)].component;
}

bool OverlayForest::join(const OverlayEdge& made, ServiceGuard* guard) {
  const ComponentId root_a = representative(made.component_a);
  const ComponentId root_b = representative(made.component_b);
  if (root_a == root_b) return false;
  const Edge& edge = made.edge;
  if (guard != nullptr && !guard->allows(root_a, root_b, edge.a, edge.b, edge.tx(), edge.rule))
    return false;
  std::uint32_t joining = node_of(made.component_a), other = node_of(made.component_b);
  std::uint32_t loser = root(joining), winner = root(other);
  if (nodes_[loser].size > nodes_[winner].size) {
    std::swap(loser, winner);
    std::swap(joining, other);
  }
  // The proof tree of the smaller side is re-rooted at its joining component.
  turn_edges(joining);
  edges_.push_back(made);
  nodes_[joining].edge = static_cast<std::uint32_t>(edges_.size());
  nodes_[loser].up = winner;
  nodes_[winner].size += nodes_[loser].size;
  if (guard != nullptr) guard->merged(nodes_[winner].component, nodes_[loser].component);
  return true;
}

// The node at the other end of an edge (1 + its number).
std::uint32_t OverlayForest::beyond(std::uint32_t edge, std::uint32_t node) const {
  const OverlayEdge& made = edges_[edge - 1];
  const ComponentId here = nodes_[node].component;
  return at(here == made.component_a ? made.component_b : made.component_a);
}

// Turns the edges above a node, so that it becomes the root of its proof tree.
void OverlayForest::turn_edges(std::uint32_t node) {
  std::uint32_t edge = std::exchange(nodes_[node].edge, 0);
  while (edge != 0) {
    node = beyond(edge, node);
    std::swap(edge, nodes_[node].edge);
  }
}

void OverlayForest::seal() {
  std::unordered_map<std::uint32_t, std::uint32_t> group_of_root;
  for (std::uint32_t node = 0; node < nodes_.size(); ++node) {
    const auto next = static_cast<std::uint32_t>(groups_.size());
    const auto [entry, is_new] = group_of_root.emplace(root(node), next);
    if (is_new) groups_.emplace_back();
    nodes_[node].group = entry->second;
    groups_[entry->second].push_back(nodes_[node].component);
  }
  for (auto& group : groups_)
    std::sort(group.begin(), group.end());
}

std::optional<std::size_t> OverlayForest::group_of(ComponentId component) const {
  const auto known = numbers_.find(component);
  if (known == numbers_.end()) return std::nullopt;
  return nodes_[known->second].group;
}

std::optional<std::vector<OverlayEdge>> OverlayForest::way(ComponentId from, ComponentId to) const {
  if (from == to) return std::vector<OverlayEdge>{};
  const auto group = group_of(from);
  if (!group || group != group_of(to)) return std::nullopt;
  const auto climb = [&](ComponentId component) {
    std::vector<std::uint32_t> edges;
    for (std::uint32_t node = at(component); nodes_[node].edge != 0;) {
      edges.push_back(nodes_[node].edge - 1);
      node = beyond(nodes_[node].edge, node);
    }
    return edges;
  };
  auto up = climb(from), down = climb(to);
  while (!up.empty() && !down.empty() && up.back() == down.back()) {
    up.pop_back();
    down.pop_back();
  }
  std::vector<OverlayEdge> way;
  way.reserve(up.size() + down.size());
  for (const std::uint32_t edge : up)
    way.push_back(edges_[edge]);
  for (auto edge = down.rbegin(); edge != down.rend(); ++edge)
    way.push_back(edges_[*edge]);
  return way;
}

}  // namespace clew::graph
