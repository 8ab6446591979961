#include "graph/union_forest.h"

#include <algorithm>
#include <array>
#include <utility>

#include "graph/service_guard.h"

namespace clew::graph {

namespace {

// Two addresses of one transaction, of which the first is the transaction's first one.
struct Pair {
  std::uint32_t tx;
  AddressId first, other;
};

// So many pairs ahead of the one that is joined its nodes are fetched, and then their parents.
constexpr std::size_t kNodesAhead = 128, kParentsAhead = 64;

// Reads rows ahead and finds what is to be joined without a branch: where a transaction ends and
// who is named twice nobody could foretell. A ring of columns, since a pair that is stored in parts
// and read as a whole would wait for its own store.
class PairQueue {
 public:
  explicit PairQueue(std::span<const Participant> rows) : rows_(rows) {}

  // Reads on, and tells how many pairs may be taken: all but the last kNodesAhead, until no rows
  // are left; 0 at the end.
  std::size_t fill() {
    while (read_ - taken_ < kNodesAhead + kPiece && !rows_.empty())
      read_piece();
    return read_ - taken_ - (rows_.empty() ? 0 : kNodesAhead);
  }
  // The next pair, or one that comes so much later; beyond the last one it is any that was.
  Pair at(std::size_t ahead) const {
    const std::size_t i = (taken_ + ahead) % kRing;
    return {txs_[i], firsts_[i], others_[i]};
  }
  void pop() { ++taken_; }

 private:
  static constexpr std::size_t kPiece = 64, kRing = 512;
  static_assert(kNodesAhead + 2 * kPiece <= kRing);

  // One piece of rows; the next one is fetched, as the reads of nodes hide from the processor that
  // rows follow each other.
  void read_piece() {
    const auto piece = rows_.first(std::min(rows_.size(), kPiece));
    rows_ = rows_.subspan(piece.size());
    constexpr std::size_t kRowsOfLine = 64 / sizeof(Participant);
    for (std::size_t i = 0; i < std::min(rows_.size(), kPiece); i += kRowsOfLine)
      __builtin_prefetch(&rows_[i]);
    for (const auto& [row_tx, address] : piece) {
      const std::uint32_t same = row_tx == tx_ ? ~0u : 0;
      first_ = (first_ & same) | (address & ~same);
      tx_ = row_tx;
      const std::size_t i = read_ % kRing;
      txs_[i] = row_tx;
      firsts_[i] = first_;
      others_[i] = address;
      read_ += address != first_;
    }
  }

  std::span<const Participant> rows_;
  std::size_t read_ = 0, taken_ = 0;  // pairs
  std::uint64_t tx_ = ledger::kNone;  // of the last row
  AddressId first_ = 0;
  alignas(64) std::array<std::uint32_t, kRing> txs_{}, firsts_{}, others_{};
};

struct NoGuard {
  static constexpr bool kMayVeto = false;
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

// A root is its own parent, so that a root and a child of one take the same way.
[[gnu::always_inline]] inline AddressId UnionForest::find_here(AddressId id) {
  for (;;) {
    const std::uint32_t up = nodes_[id].up;
    const AddressId parent = id ^ up;
    const std::uint32_t above = nodes_[parent].up;
    if (above == 0) return parent;
    nodes_[id].up = up ^ above;  // halve: hang the node under its grandparent
    id = parent ^ above;
  }
}

AddressId UnionForest::find(AddressId id) {
  return find_here(id);
}

// Merges the entities with the roots root_a and root_b and returns the new root; changes nothing if
// they are the same. The proof tree of the smaller one is re-rooted at its joining address, by
// turning the edges on the way up; mostly it is one address, and there is nothing to turn.
[[gnu::always_inline]] inline AddressId UnionForest::link(AddressId root_a, AddressId root_b,
                                                          AddressId a, AddressId b, TxIndex tx,
                                                          RuleId rule) {
  // Which one is smaller nobody could foretell: no branch.
  const std::uint32_t joins_a = nodes_[root_a].edge, joins_b = nodes_[root_b].edge;
  const std::uint32_t turn = joins_a < joins_b ? ~0u : 0;
  const std::uint32_t roots = root_a ^ root_b;
  const AddressId winner = root_a ^ (roots & turn);
  if (roots == 0) return winner;
  edges_[edge_count_++] = {
      a, b, static_cast<std::uint32_t>(tx), static_cast<std::uint8_t>(tx >> 32), rule, 0};
  nodes_[winner].edge = joins_a + joins_b + 1;
  nodes_[winner ^ roots] = {.up = roots, .edge = 0};
  const AddressId joining = b ^ ((a ^ b) & turn);
  turn_edges(joining, std::exchange(nodes_[joining].edge, edge_count_));
  return winner;
}

// Turns the edges above `at`, of which `edge` is the first.
[[gnu::always_inline]] inline void UnionForest::turn_edges(AddressId at, std::uint32_t edge) {
  while (edge != 0) {
    at = edges_[edge - 1].other(at);
    std::swap(edge, nodes_[at].edge);
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

[[gnu::always_inline]] inline void UnionForest::prefetch_parent(AddressId id) const {
  __builtin_prefetch(&nodes_[id ^ nodes_[id].up], 1);
}

// Misses on the node array bound the work, so they are begun early, and one pair at a time: a
// processor that has too many of them under way stands still.
template <class Guard>
void UnionForest::join_rows(std::span<const Participant> rows, TxIndex base, RuleId rule,
                            Guard& guard) {
  PairQueue queue(rows);
  std::uint64_t tx = ledger::kNone;  // being joined
  AddressId entity = 0;              // of its first address
  while (const std::size_t ready = queue.fill()) {
    for (std::size_t i = 0; i < ready; ++i, queue.pop()) {
      const Pair far = queue.at(kNodesAhead), near = queue.at(kParentsAhead), pair = queue.at(0);
      __builtin_prefetch(&nodes_[far.first], 1);
      __builtin_prefetch(&nodes_[far.other], 1);
      prefetch_parent(near.first);
      prefetch_parent(near.other);
      const std::uint32_t same = pair.tx == tx ? ~0u : 0;
      entity = find_here((entity & same) | (pair.first & ~same));
      tx = pair.tx;
      const AddressId root = find_here(pair.other);
      if constexpr (Guard::kMayVeto)
        if (root == entity || !guard.allows(entity, root, pair.first, pair.other, base + tx, rule))
          continue;
      const AddressId winner = link(entity, root, pair.first, pair.other, base + tx, rule);
      guard.merged(winner, winner ^ entity ^ root);
      entity = winner;
    }
  }
}

}  // namespace clew::graph
