#include "ingest/header_tree.h"

#include <algorithm>

namespace clew::ingest {

NodeId HeaderTree::add(const Hash256& hash, const bitcoin::Header& header,
                       const BlockPlace& place) {
  if ((nodes_.size() + 1) * 4 > table_.size() * 3) grow_table();
  const std::size_t slot = slot_of(hash);
  if (table_[slot] != kNoNode) {
    copies_.push_back({table_[slot], 0, place});
    return table_[slot];
  }
  const auto node = static_cast<NodeId>(nodes_.size());
  table_[slot] = node;
  nodes_.push_back({.hash = hash,
                    .place = place,
                    .version = header.version,
                    .bits = header.bits == 0 ? easiest_bits_ : header.bits});
  previous_.push_back(header.previous);
  return node;
}

NodeId HeaderTree::find(const Hash256& hash) const {
  return table_.empty() ? kNoNode : table_[slot_of(hash)];
}

// Of the hash, or the empty slot where it belongs. The low end of a block hash is not what proof of
// work forces to zero, and the whole hash is compared on a hit.
std::size_t HeaderTree::slot_of(const Hash256& hash) const {
  std::size_t slot = load_le<std::uint64_t>(hash.data()) & (table_.size() - 1);
  while (table_[slot] != kNoNode && nodes_[table_[slot]].hash != hash)
    slot = (slot + 1) & (table_.size() - 1);
  return slot;
}

void HeaderTree::grow_table() {
  table_.assign(std::max<std::size_t>(1024, table_.size() * 2), kNoNode);
  for (NodeId node = 0; node < nodes_.size(); ++node)
    table_[slot_of(nodes_[node].hash)] = node;
}

void HeaderTree::link() {
  std::stable_sort(copies_.begin(), copies_.end(),
                   [](const Copy& a, const Copy& b) { return a.node < b.node; });
  link_parents();
  previous_ = {};
  work_.resize(nodes_.size());
  tips_.assign(roots_.size(), std::set<NodeId, Better>(Better{this}));
  for (std::uint32_t i = 0; i < roots_.size(); ++i)
    visit(i);
}

void HeaderTree::link_parents() {
  for (NodeId node = 0; node < nodes_.size(); ++node) {
    const NodeId parent = find(previous_[node]);
    if (parent == kNoNode) {
      roots_.push_back({node, previous_[node]});
      continue;
    }
    nodes_[node].parent = parent;
    nodes_[node].next_sibling = nodes_[parent].first_child;
    nodes_[parent].first_child = node;
    ++nodes_[parent].valid_children;
  }
}

// Numbers and weighs what stands over a root, parents before children. (Hashes cannot form a
// cycle, and what stated hashes might form hangs on no root.)
void HeaderTree::visit(std::uint32_t root_index) {
  std::uint32_t known_bits = 0;
  bitcoin::Work known_work{};
  std::vector<NodeId> open{roots_[root_index].node};
  while (!open.empty()) {
    const NodeId id = open.back();
    open.pop_back();
    Node& node = nodes_[id];
    if (node.bits != known_bits) {
      known_bits = node.bits;
      known_work = bitcoin::work_of(known_bits);
    }
    node.root = root_index;
    work_[id] = known_work;
    if (node.parent != kNoNode) {
      node.depth = nodes_[node.parent].depth + 1;
      bitcoin::add_work(work_[id], work_[node.parent]);
    }
    for (NodeId child = node.first_child; child != kNoNode; child = nodes_[child].next_sibling)
      open.push_back(child);
    if (node.first_child == kNoNode) tips_[root_index].insert(id);
  }
}

bool HeaderTree::Better::operator()(NodeId a, NodeId b) const {
  if (bitcoin::less_work(tree->work_[b], tree->work_[a])) return true;
  if (bitcoin::less_work(tree->work_[a], tree->work_[b])) return false;
  if (tree->nodes_[a].in_ledger != tree->nodes_[b].in_ledger) return tree->nodes_[a].in_ledger;
  return a < b;
}

NodeId HeaderTree::best_tip(std::uint32_t root_index) const {
  const auto& tips = tips_[root_index];
  return tips.empty() ? kNoNode : *tips.begin();
}

std::vector<NodeId> HeaderTree::path_to(NodeId tip) const {
  std::vector<NodeId> path(nodes_[tip].depth + 1);
  for (auto step = path.rbegin(); step != path.rend(); ++step) {
    *step = tip;
    tip = nodes_[tip].parent;
  }
  return path;
}

std::size_t HeaderTree::invalidate(NodeId id) {
  auto& tips = tips_[nodes_[id].root];
  std::size_t count = 0;
  std::vector<NodeId> open{id};
  while (!open.empty()) {
    const NodeId bad = open.back();
    open.pop_back();
    if (!nodes_[bad].valid) continue;
    ++count;
    tips.erase(bad);
    nodes_[bad].valid = false;
    for (NodeId child = nodes_[bad].first_child; child != kNoNode;
         child = nodes_[child].next_sibling)
      open.push_back(child);
  }
  const NodeId parent = nodes_[id].parent;
  if (count > 0 && parent != kNoNode && --nodes_[parent].valid_children == 0) tips.insert(parent);
  return count;
}

bool HeaderTree::use_next_copy(NodeId node) {
  const auto first =
      std::lower_bound(copies_.begin(), copies_.end(), node,
                       [](const Copy& copy, NodeId wanted) { return copy.node < wanted; });
  if (first == copies_.end() || first->node != node) return false;
  const auto next = first + first->used;
  if (next >= copies_.end() || next->node != node) return false;
  ++first->used;
  nodes_[node].place = next->place;
  return true;
}

}  // namespace clew::ingest
