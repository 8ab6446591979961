// Reads a forest of unions: who belongs together, and the evidence that joins two addresses.
// Damaged rows of a mapped file throw ledger::Corruption, as a Snapshot's do.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "graph/column.h"
#include "ledger/ids.h"

namespace clew::graph {

using ledger::AddressId;
using ledger::TxIndex;
using RuleId = std::uint8_t;  // see rules.h

// One link of a chain of evidence: `tx` joined `from` and `to` by `rule`.
struct Step {
  AddressId from = 0, to = 0;
  TxIndex tx = 0;
  RuleId rule = 0;
  bool operator==(const Step&) const = default;
};

// A union that was made. The same in memory and on disk.
struct Edge {
  std::uint32_t a = 0, b = 0;
  std::uint32_t tx_low = 0;
  std::uint8_t tx_high = 0;
  RuleId rule = 0;
  std::uint16_t unused = 0;

  TxIndex tx() const { return tx_low | TxIndex{tx_high} << 32; }
  std::uint32_t other(std::uint32_t end) const { return a ^ b ^ end; }
};
static_assert(sizeof(Edge) == 16);

// An address's place in both forests. `up` is the union-find parent's id XOR the own id, so that
// zeroed memory means "every address is its own entity". `edge` is 1 + the number of the edge
// towards the proof root; at the root, which is the same in both, the number of unions that made
// the entity.
struct ForestNode {
  std::uint32_t up = 0, edge = 0;

  // 0 at the root.
  std::uint32_t edge_up() const { return up != 0 ? edge : 0; }
};
static_assert(sizeof(ForestNode) == 8);

class ForestView {
 public:
  ForestView() = default;
  ForestView(Column<ForestNode> nodes, Column<Edge> edges) : nodes_(nodes), edges_(edges) {}

  std::uint32_t size() const { return static_cast<std::uint32_t>(nodes_.size()); }
  // The representative of an address's entity: an arbitrary member, the same for all of them.
  AddressId root(AddressId id) const;
  bool together(AddressId a, AddressId b) const { return root(a) == root(b); }
  // The evidence that joins a with b, in order from a to b: empty if a == b, nothing if they are
  // not together. Costs a walk from each to the root of their proof tree.
  std::optional<std::vector<Step>> why(AddressId a, AddressId b) const;

 private:
  Column<ForestNode> nodes_;
  Column<Edge> edges_;
};

}  // namespace clew::graph
