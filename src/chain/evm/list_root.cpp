#include "chain/evm/list_root.h"

#include <algorithm>
#include <bit>

#include "base/keccak.h"
#include "chain/evm/rlp_writer.h"

namespace clew::evm {

const Hash256 kEmptyListRoot = {0x56, 0xe8, 0x1f, 0x17, 0x1b, 0xcc, 0x55, 0xa6, 0xff, 0x83, 0x45,
                                0xe6, 0x92, 0xc0, 0xf8, 0x6e, 0x5b, 0x48, 0xe0, 0x1b, 0x99, 0x6c,
                                0xad, 0xc0, 0x01, 0x62, 0x2f, 0xb5, 0xe3, 0x63, 0xb4, 0x21};
namespace {

// rlp(index), its first byte uppermost. No such key is the beginning of another, so no branch has
// a value.
struct Key {
  std::uint64_t bits;
  std::uint8_t size;  // in nibbles

  std::uint8_t nibble(std::uint8_t i) const { return bits << (4 * i) >> 60; }
};

Key key_of(std::uint32_t index) {
  if (index >= 1 && index < 0x80) return {std::uint64_t{index} << 56, 2};
  const unsigned digits = (static_cast<unsigned>(std::bit_width(index)) + 7) / 8;
  const std::uint64_t prefix = 0x80 + digits;
  return {prefix << 56 | std::uint64_t{index} << (56 - 8 * digits),
          static_cast<std::uint8_t>(2 + 2 * digits)};
}

// The index whose key has the given place in the order of keys: 1..127, then 0, then 128 on.
std::uint32_t index_at(std::uint32_t place, std::uint32_t count) {
  const std::uint32_t before_zero = std::min<std::uint32_t>(count - 1, 127);
  if (place < before_zero) return place + 1;
  return place == before_zero ? 0 : place;
}

// Nibbles with a flag for a leaf and for an odd number of them (yellow paper, appendix C).
void append_path(Bytes& out, const Key& key, std::uint8_t first, std::uint8_t last, bool is_leaf) {
  const bool odd = (last - first) % 2 != 0;
  std::array<std::uint8_t, 6> path;
  std::size_t size = 0;
  const std::uint8_t flags = (is_leaf ? 0x20 : 0) | (odd ? 0x10 : 0);
  path[size++] = odd ? static_cast<std::uint8_t>(flags | key.nibble(first++)) : flags;
  for (; first < last; first += 2)
    path[size++] = static_cast<std::uint8_t>(key.bits << (4 * first) >> 56);
  RlpWriter(out).write_bytes({path.data(), size});
}

}  // namespace

std::uint32_t ListRoot::add(const Node& node) {
  nodes_.push_back(node);
  return static_cast<std::uint32_t>(nodes_.size() - 1);
}

// The node over the keys at places first..last, which agree before `depth`. Goes no deeper than
// keys have nibbles.
std::uint32_t ListRoot::build(std::uint32_t first, std::uint32_t last, std::uint8_t depth) {
  const std::uint32_t index = index_at(first, count_);
  const Key low = key_of(index);
  if (last - first == 1) return add({Node::Kind::leaf, depth, low.size, 0, index, kNone});
  // Keys are in order, so what the first and the last have in common all have.
  const Key high = key_of(index_at(last - 1, count_));
  const auto common = static_cast<std::uint8_t>(std::countl_zero(low.bits ^ high.bits) / 4);
  const std::uint32_t branch = build_branch(first, last, common);
  if (common == depth) return branch;
  const auto height = static_cast<std::uint8_t>(nodes_[branch].height + 1);
  return add({Node::Kind::extension, depth, common, height, index, branch});
}

std::uint32_t ListRoot::build_branch(std::uint32_t first, std::uint32_t last, std::uint8_t depth) {
  const auto slots = static_cast<std::uint32_t>(children_.size());
  children_.resize(slots + 16, kNone);
  const std::uint32_t index = index_at(first, count_);
  std::uint8_t height = 0;
  while (first < last) {
    const std::uint8_t nibble = key_of(index_at(first, count_)).nibble(depth);
    // The first place whose key has another nibble here.
    std::uint32_t low = first + 1, high = last;
    while (low < high) {
      const std::uint32_t middle = low + (high - low) / 2;
      if (key_of(index_at(middle, count_)).nibble(depth) == nibble) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    const std::uint32_t child = build(first, low, static_cast<std::uint8_t>(depth + 1));
    children_[slots + nibble] = child;
    height = std::max(height, nodes_[child].height);
    first = low;
  }
  return add(
      {Node::Kind::branch, depth, depth, static_cast<std::uint8_t>(height + 1), index, slots});
}

// Appends the leaf's RLP to encoded_. Values are long, and are copied once only.
void ListRoot::encode_leaf(const Node& node, ByteView value) {
  payload_.clear();
  append_path(payload_, key_of(node.index), node.depth, node.path_end, true);
  if (value.size() != 1 || value.front() >= 0x80) append_string_prefix(payload_, value.size());
  append_list_prefix(encoded_, payload_.size() + value.size());
  encoded_.insert(encoded_.end(), payload_.begin(), payload_.end());
  encoded_.insert(encoded_.end(), value.begin(), value.end());
}

// Appends the RLP of a branch or extension to encoded_.
void ListRoot::encode_inner(const Node& node) {
  payload_.clear();
  const auto refer = [&](std::uint32_t child) {
    const Reference& reference = references_[child];
    payload_.insert(payload_.end(), reference.bytes.begin(),
                    reference.bytes.begin() + reference.size);
  };
  if (node.kind == Node::Kind::extension) {
    append_path(payload_, key_of(node.index), node.depth, node.path_end, false);
    refer(node.child);
  } else {
    constexpr std::uint8_t kNothing = 0x80;  // an absent child; the value that no branch has
    for (std::uint32_t slot = node.child; slot < node.child + 16; ++slot) {
      if (children_[slot] == kNone) {
        payload_.push_back(kNothing);
      } else {
        refer(children_[slot]);
      }
    }
    payload_.push_back(kNothing);
  }
  append_list_prefix(encoded_, payload_.size());
  encoded_.insert(encoded_.end(), payload_.begin(), payload_.end());
}

// Encodes the nodes of one height, whose children are done, and hashes them together.
void ListRoot::hash_height(std::uint8_t height, std::span<const ByteView> values) {
  batch_.clear();
  ends_.clear();
  encoded_.clear();
  for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].height != height) continue;
    if (nodes_[i].kind == Node::Kind::leaf) {
      encode_leaf(nodes_[i], values[nodes_[i].index]);
    } else {
      encode_inner(nodes_[i]);
    }
    batch_.push_back(i);
    ends_.push_back(encoded_.size());
  }
  messages_.clear();
  std::size_t start = 0;
  for (const std::size_t end : ends_) {
    messages_.push_back(ByteView(encoded_).subspan(start, end - start));
    start = end;
  }
  digests_.resize(messages_.size());
  keccak256_many(messages_, digests_);
  for (std::size_t i = 0; i < batch_.size(); ++i) {
    Reference& reference = references_[batch_[i]];
    const bool whole = messages_[i].size() < digests_[i].size();
    const ByteView bytes = whole ? messages_[i] : ByteView(digests_[i]);
    std::uint8_t* to = reference.bytes.data();
    if (!whole) *to++ = 0x80 + 32;
    std::ranges::copy(bytes, to);
    reference.size = static_cast<std::uint8_t>(bytes.size() + (whole ? 0 : 1));
  }
}

Hash256 ListRoot::compute(std::span<const ByteView> values) {
  if (values.empty()) return kEmptyListRoot;
  count_ = static_cast<std::uint32_t>(values.size());
  nodes_.clear();
  children_.clear();
  const std::uint32_t root = build(0, count_, 0);
  references_.resize(nodes_.size());
  // The root is alone at its height, and is hashed even if it is short.
  for (std::uint8_t height = 0; height <= nodes_[root].height; ++height) {
    hash_height(height, values);
  }
  return digests_.front();
}

}  // namespace clew::evm
