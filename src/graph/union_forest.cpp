#include "graph/union_forest.h"

#include <utility>

#include "graph/service_guard.h"

namespace clew::graph {

namespace {

// Misses on the node array bound the work, so they are started early: the node of the address
// `kFar` rows ahead, then, once that is here, its parent `kNear` rows ahead.
constexpr std::size_t kFar = 96;
constexpr std::size_t kNear = 32;

// A bijection, so that two roots never tie. Which root wins must not follow the order of the ids:
// ids follow time, and linking by time makes long chains.
std::uint32_t priority(AddressId root) {
  return root * 0x9e3779b1u;
}

struct NoGuard {
  bool allows(AddressId, AddressId, AddressId, AddressId, TxIndex, RuleId) { return true; }
  void merged(AddressId, AddressId) {}
};

}  // namespace

Result<UnionForest> UnionForest::create(std::uint32_t size) {
  UnionForest forest;
  CLEW_TRY(nodes, HugeArray<ForestNode>::make(size));
  CLEW_TRY(edges, HugeArray<Edge>::make(size));  // a forest has fewer edges than nodes
  forest.nodes_ = std::move(nodes);
  forest.edges_ = std::move(edges);
  return forest;
}

// Inlined by force: GCC takes a function that only prefetches for one without effect and drops it.
[[gnu::always_inline]] inline void UnionForest::prefetch(std::span<const Participant> rows,
                                                         std::size_t i) const {
  if (i + kFar >= rows.size()) return;
  __builtin_prefetch(&nodes_[rows[i + kFar].address], 1);
  const AddressId ahead = rows[i + kNear].address;
  __builtin_prefetch(&nodes_[ahead ^ nodes_[ahead].up], 1);
}

AddressId UnionForest::find(AddressId id) {
  std::uint32_t up = nodes_[id].up;
  while (up != 0) {
    const AddressId parent = id ^ up;
    const std::uint32_t above = nodes_[parent].up;
    if (above == 0) return parent;
    nodes_[id].up = up ^ above;  // halve: hang the node under its grandparent
    id = parent ^ above;
    up = nodes_[id].up;
  }
  return id;
}

// Merges the entities with the roots root_a and root_b and returns the new root. The proof tree of
// the one that loses is re-rooted at its joining address, by turning the edges on the way up.
AddressId UnionForest::link(AddressId root_a, AddressId root_b, AddressId a, AddressId b,
                            TxIndex tx, RuleId rule) {
  if (priority(root_a) < priority(root_b)) {
    std::swap(root_a, root_b);
    std::swap(a, b);
  }
  nodes_[root_b].up = root_a ^ root_b;
  edges_[edge_count_] = {
      a, b, static_cast<std::uint32_t>(tx), static_cast<std::uint8_t>(tx >> 32), rule, 0};
  std::uint32_t edge = ++edge_count_;
  for (AddressId at = b;;) {
    const std::uint32_t before = nodes_[at].edge;
    nodes_[at].edge = edge;
    if (before == 0) return root_a;
    at = edges_[before - 1].other(at);
    edge = before;
  }
}

bool UnionForest::join(AddressId a, AddressId b, TxIndex tx, RuleId rule, ServiceGuard* guard) {
  const AddressId root_a = find(a);
  const AddressId root_b = find(b);
  if (root_a == root_b) return false;
  if (guard != nullptr && !guard->allows(root_a, root_b, a, b, tx, rule)) return false;
  const AddressId winner = link(root_a, root_b, a, b, tx, rule);
  if (guard != nullptr) guard->merged(winner, winner ^ root_a ^ root_b);
  return true;
}

void UnionForest::join_runs(std::span<const Participant> rows, TxIndex base, RuleId rule,
                            ServiceGuard* guard) {
  NoGuard none;
  if (guard == nullptr)
    join_rows(rows, base, rule, none);
  else
    join_rows(rows, base, rule, *guard);
}

template <class Guard>
void UnionForest::join_rows(std::span<const Participant> rows, TxIndex base, RuleId rule,
                            Guard& guard) {
  const std::size_t count = rows.size();
  std::uint64_t tx = ledger::kNone;
  AddressId first = 0, entity = 0;
  for (std::size_t i = 0; i < count; ++i) {
    prefetch(rows, i);
    const AddressId address = rows[i].address;
    if (rows[i].tx != tx) {
      tx = rows[i].tx;
      if (i + 1 == count || rows[i + 1].tx != tx) continue;  // alone: nothing to join
      first = address;
      entity = find(address);
      continue;
    }
    if (address == first) continue;
    const AddressId root = find(address);
    if (root == entity || !guard.allows(entity, root, first, address, base + tx, rule)) continue;
    const AddressId winner = link(entity, root, first, address, base + tx, rule);
    guard.merged(winner, winner ^ entity ^ root);
    entity = winner;
  }
}

}  // namespace clew::graph
