// The root of the Merkle-Patricia trie that maps rlp(0), rlp(1), ... to a list of values: what a
// header keeps of a block's transactions, receipts and withdrawals (Ethereum yellow paper, sections
// 4.3.2 and appendix D).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"

namespace clew::evm {

// Root of an empty list: keccak256(rlp("")).
extern const Hash256 kEmptyListRoot;

// Keeps its scratch memory between lists; not to be shared between threads.
class ListRoot {
 public:
  // An empty value cannot be told from an absent one and is not for this; no value of a block is
  // empty. At most 2^32 - 1 values.
  Hash256 compute(std::span<const ByteView> values);

 private:
  // How a parent refers to a node: the node itself if it has fewer than 32 bytes, else its hash.
  struct Reference {
    std::uint8_t size;
    std::array<std::uint8_t, 33> bytes;
  };
  // A trie node over keys that agree in the nibbles before `depth`.
  struct Node {
    enum class Kind : std::uint8_t { leaf, extension, branch } kind;
    std::uint8_t depth;
    std::uint8_t path_end;  // a leaf or extension takes the nibbles depth..path_end of its key
    std::uint8_t height;    // over the leaves
    std::uint32_t index;    // into the values, of the first key below
    std::uint32_t child;    // an extension's, or the first of a branch's sixteen in children_
  };
  static constexpr std::uint32_t kNone = 0xffffffff;

  std::uint32_t build(std::uint32_t first, std::uint32_t last, std::uint8_t depth);
  std::uint32_t build_branch(std::uint32_t first, std::uint32_t last, std::uint8_t depth);
  std::uint32_t add(const Node& node);
  void encode_leaf(const Node& node, ByteView value);
  void encode_inner(const Node& node);
  void hash_height(std::uint8_t height, std::span<const ByteView> values);

  std::uint32_t count_ = 0;
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> children_;
  std::vector<Reference> references_;  // one a node
  std::vector<std::uint32_t> batch_;   // nodes of the height at hand
  std::vector<std::size_t> ends_;      // of their encodings in encoded_
  Bytes encoded_, payload_;
  std::vector<ByteView> messages_;
  std::vector<Hash256> digests_;
};

}  // namespace clew::evm
