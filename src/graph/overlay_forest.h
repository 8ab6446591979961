// Unions on top of a finished forest, kept sparsely: only components that something joined take
// memory. A component is an entity of the forest below, by its name, or an address that the forest
// does not know, by its number. As in UnionForest, every union that merged two is kept as an edge,
// and the edges form a rooted spanning forest of the components.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "graph/forest_view.h"

namespace clew::graph {

class ServiceGuard;

using ComponentId = AddressId;

// A union of two components: edge.a is of component_a, edge.b of component_b.
struct OverlayEdge {
  Edge edge;
  ComponentId component_a = 0, component_b = 0;
};

// One thread writes, and calls seal() when done; then several may read.
class OverlayForest {
 public:
  // Joins the components of the edge's two addresses; false if they were together already. `guard`
  // may veto (and then notes it). Component numbers stand for roots there.
  bool join(const OverlayEdge& union_made, ServiceGuard* guard);
  void seal();

  std::size_t edge_count() const { return edges_.size(); }

  // What seal() found: components that are together, at least two each.
  std::size_t group_count() const { return groups_.size(); }
  // By number of the component, ascending.
  std::span<const ComponentId> group(std::size_t number) const { return groups_[number]; }
  // Nothing if the component was never joined.
  std::optional<std::size_t> group_of(ComponentId component) const;
  // The edges on the way from one component to the other; nothing if they are not together.
  std::optional<std::vector<OverlayEdge>> way(ComponentId from, ComponentId to) const;

 private:
  // A component's place in both forests, as in ForestNode, but plainly.
  struct Node {
    ComponentId component = 0;
    std::uint32_t up = 0;    // the union-find parent; itself at the root
    std::uint32_t size = 1;  // at the root: components below it
    std::uint32_t edge = 0;  // 1 + the edge towards the proof root, or 0 there
    std::uint32_t group = 0;
  };

  std::uint32_t root(std::uint32_t node);
  std::uint32_t node_of(ComponentId component);
  ComponentId representative(ComponentId component);
  std::uint32_t at(ComponentId component) const { return numbers_.find(component)->second; }
  std::uint32_t beyond(std::uint32_t edge, std::uint32_t node) const;
  void turn_edges(std::uint32_t node);

  std::unordered_map<ComponentId, std::uint32_t> numbers_;  // of nodes
  std::vector<Node> nodes_;
  std::vector<OverlayEdge> edges_;
  std::vector<std::vector<ComponentId>> groups_;
};

}  // namespace clew::graph
