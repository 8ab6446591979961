#include "graph/union_forest.h"

#include <algorithm>
#include <array>
#include <utility>

#include "graph/service_guard.h"

namespace clew::graph {

namespace {

// Rows are worked off in pieces of so many, small enough to stay in the nearest cache.
constexpr std::size_t kPiece = 64;

// A bijection, so that two roots never tie. Which root wins must not follow the order of the ids:
// ids follow time, and linking by time makes long chains.
std::uint32_t priority(AddressId root) {
  return root * 0x9e3779b1u;
}

// Reads rows piece by piece and finds what is to be joined without a branch: where a transaction
// ends and who is named twice nobody could foretell.
class PairReader {
 public:
  explicit PairReader(std::span<const Participant> rows) : rows_(rows) {}
  // The next piece; empty after the last.
  template <class Piece>
  void read(Piece& out) {
    const auto piece = rows_.first(std::min(rows_.size(), kPiece));
    rows_ = rows_.subspan(piece.size());
    std::size_t count = 0;
    for (const auto& [row_tx, address] : piece) {
      const std::uint32_t same = row_tx == tx_ ? ~0u : 0;
      first_ = (first_ & same) | (address & ~same);
      tx_ = row_tx;
      out.pairs[count] = {row_tx, first_, address};
      count += address != first_;
    }
    out.count = count;
  }

 private:
  std::span<const Participant> rows_;
  std::uint64_t tx_ = ledger::kNone;
  AddressId first_ = 0;
};

struct NoGuard {
  static constexpr bool kMayVeto = false;
  bool allows(AddressId, AddressId, AddressId, AddressId, TxIndex, RuleId) { return true; }
  void merged(AddressId, AddressId) {}
};

}  // namespace

// Of some rows, the first address of each transaction with each other one.
struct UnionForest::Piece {
  struct Pair {
    std::uint32_t tx;
    AddressId first, other;
  };
  std::array<Pair, kPiece> pairs;
  std::size_t count = 0;
};

Result<UnionForest> UnionForest::create(std::uint32_t size) {
  UnionForest forest;
  CLEW_TRY(nodes, HugeArray<ForestNode>::make(size));
  CLEW_TRY(edges, HugeArray<Edge>::make(size));  // a forest has fewer edges than nodes
  forest.nodes_ = std::move(nodes);
  forest.edges_ = std::move(edges);
  return forest;
}

[[gnu::always_inline]] inline AddressId UnionForest::find_here(AddressId id) {
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

AddressId UnionForest::find(AddressId id) {
  return find_here(id);
}

// Merges the entities with the roots root_a and root_b and returns the new root; changes nothing if
// they are the same. That is done without a branch, as half of all pairs are together already and
// nobody could foretell which. The proof tree of the one that loses is re-rooted at its joining
// address, by turning the edges on the way up.
AddressId UnionForest::link(AddressId root_a, AddressId root_b, AddressId a, AddressId b,
                            TxIndex tx, RuleId rule) {
  const std::uint32_t apart = root_a != root_b ? ~0u : 0;
  const std::uint32_t turn = priority(root_a) < priority(root_b) ? ~0u : 0;
  const std::uint32_t roots = root_a ^ root_b, ends = a ^ b;
  const AddressId winner = root_a ^ (roots & turn), loser = winner ^ roots;
  const AddressId joining = b ^ (ends & turn);
  nodes_[loser].up = roots;
  edges_[edge_count_] = {
      a, b, static_cast<std::uint32_t>(tx), static_cast<std::uint8_t>(tx >> 32), rule, 0};
  edge_count_ += apart & 1;
  const std::uint32_t before = nodes_[joining].edge;
  nodes_[joining].edge = before ^ ((before ^ edge_count_) & apart);
  if ((before & apart) != 0) turn_edges(joining, before);
  return winner;
}

// Turns the edges above `at`, of which `edge` is the first.
void UnionForest::turn_edges(AddressId at, std::uint32_t edge) {
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

// Inlined by force, both: GCC takes a function that only prefetches for one without effect and
// drops it.
[[gnu::always_inline]] inline void UnionForest::prefetch_nodes(const Piece& piece) const {
  for (std::size_t i = 0; i < piece.count; ++i) {
    __builtin_prefetch(&nodes_[piece.pairs[i].first], 1);
    __builtin_prefetch(&nodes_[piece.pairs[i].other], 1);
  }
}

[[gnu::always_inline]] inline void UnionForest::prefetch_parents(const Piece& piece) const {
  for (std::size_t i = 0; i < piece.count; ++i) {
    const auto& [tx, first, other] = piece.pairs[i];
    __builtin_prefetch(&nodes_[first ^ nodes_[first].up], 1);
    __builtin_prefetch(&nodes_[other ^ nodes_[other].up], 1);
  }
}

// Misses on the node array bound the work, so they are begun early: the nodes of a pair two pieces
// ahead, their parents one piece ahead.
template <class Guard>
void UnionForest::join_rows(std::span<const Participant> rows, TxIndex base, RuleId rule,
                            Guard& guard) {
  std::array<Piece, 3> pieces;
  PairReader reader(rows);
  std::uint64_t tx = ledger::kNone;  // being joined
  AddressId entity = 0;              // of its first address
  const auto steps = (rows.size() + kPiece - 1) / kPiece + 2;
  for (std::size_t step = 0; step < steps; ++step) {
    Piece& ahead = pieces[step % 3];
    reader.read(ahead);
    prefetch_nodes(ahead);
    prefetch_parents(pieces[(step + 2) % 3]);
    const Piece& due = pieces[(step + 1) % 3];
    for (std::size_t i = 0; i < due.count; ++i) {
      const auto& [pair_tx, first, other] = due.pairs[i];
      entity = find_here(pair_tx == tx ? entity : first);
      tx = pair_tx;
      const AddressId root = find_here(other);
      if constexpr (Guard::kMayVeto)
        if (root == entity || !guard.allows(entity, root, first, other, base + tx, rule)) continue;
      const AddressId winner = link(entity, root, first, other, base + tx, rule);
      guard.merged(winner, winner ^ entity ^ root);
      entity = winner;
    }
  }
}

}  // namespace clew::graph
