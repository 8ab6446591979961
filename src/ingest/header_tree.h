// Every block header that the sources hold (and those of the ledger that they touch), linked by
// previous-block hashes into trees, and in each tree the branch with most work.
//
// Use: add() all headers, link() once, then ask; invalidate() takes a block that turned out to be
// bad out of the choice, with everything that builds on it. About 130 bytes a block.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "chain/bitcoin/block.h"

namespace clew::ingest {

using NodeId = std::uint32_t;
constexpr NodeId kNoNode = 0xffffffff;

// Where a block can be read again.
struct BlockPlace {
  static constexpr std::uint32_t kLedger = 0xffffffff;  // as source: in the ledger alone
  std::uint32_t source = kLedger;
  std::uint32_t size = 0;
  std::uint64_t offset = 0;
};

class HeaderTree {
 public:
  // A header without a target (bits of zero: unknown) counts as the easiest of the network.
  explicit HeaderTree(std::uint32_t easiest_bits) : easiest_bits_(easiest_bits) {}
  HeaderTree(const HeaderTree&) = delete;
  HeaderTree& operator=(const HeaderTree&) = delete;

  // A block that is known already keeps its first place and remembers the new one as a copy.
  NodeId add(const Hash256& hash, const bitcoin::Header& header, const BlockPlace& place);
  NodeId find(const Hash256& hash) const;  // kNoNode if it is not here
  std::size_t size() const { return nodes_.size(); }
  std::uint64_t copies() const { return copies_.size(); }
  const Hash256& hash(NodeId node) const { return nodes_[node].hash; }
  std::int32_t version(NodeId node) const { return nodes_[node].version; }
  const BlockPlace& place(NodeId node) const { return nodes_[node].place; }
  const Hash256& previous(NodeId node) const { return previous_[node]; }  // until link()
  // Which blocks the ledger holds (before link()): of two tips with equal work it keeps its own.
  void mark_in_ledger(NodeId node) { nodes_[node].in_ledger = true; }
  bool in_ledger(NodeId node) const { return nodes_[node].in_ledger; }

  // Connects everything; nothing can be added afterwards.
  void link();
  struct Root {
    NodeId node = kNoNode;  // a block whose previous one is not here
    Hash256 previous{};
  };
  const std::vector<Root>& roots() const { return roots_; }
  std::uint32_t root_index(NodeId node) const { return nodes_[node].root; }  // into roots()
  NodeId parent(NodeId node) const { return nodes_[node].parent; }
  std::uint32_t depth(NodeId node) const { return nodes_[node].depth; }  // of a root: 0
  const bitcoin::Work& work(NodeId node) const { return work_[node]; }   // from the root on
  // The valid block with most work over this root; among equals one that is in the ledger, else
  // the one that was added first. kNoNode if the root itself is invalid.
  NodeId best_tip(std::uint32_t root_index) const;
  std::vector<NodeId> path_to(NodeId tip) const;  // from the root on

  // Takes a block and all that builds on it out of the choice; returns how many that were.
  std::size_t invalidate(NodeId node);
  bool valid(NodeId node) const { return nodes_[node].valid; }
  // Makes the next copy of the block its place; false if there is none left.
  bool use_next_copy(NodeId node);

 private:
  struct Node {
    Hash256 hash{};
    BlockPlace place;
    std::int32_t version = 0;
    std::uint32_t bits = 0;
    NodeId parent = kNoNode, first_child = kNoNode, next_sibling = kNoNode;
    std::uint32_t root = kNoNode, depth = 0, valid_children = 0;
    bool valid = true;
    bool in_ledger = false;
  };
  struct Copy {
    NodeId node = kNoNode;
    std::uint32_t used = 0;  // in a block's first copy: how many of its copies were used
    BlockPlace place;
  };
  struct Better {
    const HeaderTree* tree;
    bool operator()(NodeId a, NodeId b) const;
  };

  std::size_t slot_of(const Hash256& hash) const;
  void grow_table();
  void link_parents();
  void visit(std::uint32_t root_index);

  std::uint32_t easiest_bits_;
  std::vector<Node> nodes_;
  std::vector<Hash256> previous_;  // dropped by link()
  std::vector<NodeId> table_;      // open addressing by hash
  std::vector<Copy> copies_;       // after link(): by block, then in order of finding
  std::vector<Root> roots_;
  std::vector<bitcoin::Work> work_;
  std::vector<std::set<NodeId, Better>> tips_;  // one a root: valid blocks without valid children
};

}  // namespace clew::ingest
