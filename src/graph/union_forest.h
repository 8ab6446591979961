// Union-find over dense address ids that remembers why: every union that merged two entities is
// kept as an edge (two addresses, the transaction, the rule). The edges form a spanning forest,
// rooted at all times, so that the evidence that joins two addresses is the one path between them.
//
// Method: path halving, and the entity of more addresses wins, so that no way up is longer than
// the logarithm of an entity's size (Tarjan, van Leeuwen, "Worst-case analysis of set union
// algorithms", J. ACM 1984). The evidence forest is re-rooted at each union as in proof-producing
// congruence closure (Nieuwenhuis, Oliveras, RTA 2005), and as only the smaller one is turned, an
// edge is turned no more often than that either; the root of a proof tree is always the root of its
// entity.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "graph/forest_view.h"
#include "graph/huge_array.h"

namespace clew::graph {

class ServiceGuard;

// An address that takes part in a transaction, whose number is relative to a base that the rows
// share. Rows of one transaction follow each other.
struct Participant {
  std::uint32_t tx = 0;
  AddressId address = 0;
};

// One thread writes; what view() gives may then be read by several threads.
class UnionForest {
 public:
  // Ids are [0, size).
  static Result<UnionForest> create(std::uint32_t size);

  std::uint32_t size() const { return static_cast<std::uint32_t>(nodes_.size()); }
  std::span<const ForestNode> nodes() const { return {nodes_.data(), nodes_.size()}; }
  std::span<const Edge> edges() const { return {edges_.data(), edge_count_}; }
  // Valid as long as this object, which must not be written meanwhile.
  ForestView view() const { return {Column<ForestNode>(nodes()), Column<Edge>(edges())}; }

  // The representative of an address's entity: an arbitrary member, the same for all of them.
  AddressId find(AddressId id);
  // Joins two addresses; false if they were together already. `guard` may veto (and then notes it).
  bool join(AddressId a, AddressId b, TxIndex tx, RuleId rule, ServiceGuard* guard = nullptr);
  // Joins the addresses of each transaction with its first one. Ids must be below size().
  void join_runs(std::span<const Participant> rows, TxIndex base, RuleId rule,
                 ServiceGuard* guard = nullptr);

 private:
  void prefetch_parent(AddressId id) const;
  template <class Guard>
  void join_rows(std::span<const Participant> rows, TxIndex base, RuleId rule, Guard& guard);
  AddressId link(AddressId root_a, AddressId root_b, AddressId a, AddressId b, TxIndex tx,
                 RuleId rule);
  AddressId find_here(AddressId id);  // find(), inlined where millions of calls are made
  void turn_edges(AddressId at, std::uint32_t edge);

  HugeArray<ForestNode> nodes_;
  HugeArray<Edge> edges_;
  std::uint32_t edge_count_ = 0;
};

}  // namespace clew::graph
