#include "chain/evm/list_root.h"

#include <gtest/gtest.h>

#include <map>

#include "base/keccak.h"
#include "chain/evm/rlp_writer.h"

namespace clew::evm {
namespace {

using Nibbles = std::vector<std::uint8_t>;
using Pairs = std::map<Nibbles, Bytes>;

// The definition, word for word and slowly: yellow paper, appendix D, functions c and n.
Bytes structure(const Pairs& pairs, std::size_t depth);

Bytes hex_prefix(const Nibbles& path, bool is_leaf) {
  Bytes out;
  const std::uint8_t flag = is_leaf ? 2 : 0;
  std::size_t at = 0;
  if (path.size() % 2 == 0) {
    out.push_back(static_cast<std::uint8_t>(16 * flag));
  } else {
    out.push_back(static_cast<std::uint8_t>(16 * (flag + 1) + path[at++]));
  }
  for (; at < path.size(); at += 2) {
    out.push_back(static_cast<std::uint8_t>(16 * path[at] + path[at + 1]));
  }
  return out;
}

void write_node(RlpWriter& writer, const Pairs& pairs, std::size_t depth) {
  if (pairs.empty()) return writer.write_bytes({});
  const Bytes node = structure(pairs, depth);
  if (node.size() < 32) return writer.write_raw(node);
  writer.write_bytes(keccak256(node));
}

Bytes structure(const Pairs& pairs, std::size_t depth) {
  Bytes out;
  RlpWriter writer(out);
  writer.open();
  const Nibbles& first = pairs.begin()->first;
  if (pairs.size() == 1) {
    writer.write_bytes(hex_prefix({first.begin() + static_cast<long>(depth), first.end()}, true));
    writer.write_bytes(pairs.begin()->second);
    writer.close();
    return out;
  }
  std::size_t common = first.size();
  for (const auto& [key, value] : pairs) {
    std::size_t same = 0;
    while (same < common && same < key.size() && key[same] == first[same])
      ++same;
    common = same;
  }
  if (common > depth) {
    writer.write_bytes(hex_prefix(
        {first.begin() + static_cast<long>(depth), first.begin() + static_cast<long>(common)},
        false));
    write_node(writer, pairs, common);
  } else {
    for (std::uint8_t nibble = 0; nibble < 16; ++nibble) {
      Pairs below;
      for (const auto& pair : pairs) {
        if (pair.first[depth] == nibble) below.insert(pair);
      }
      write_node(writer, below, depth + 1);
    }
    writer.write_bytes({});
  }
  writer.close();
  return out;
}

Hash256 root_by_definition(const std::vector<Bytes>& values) {
  Pairs pairs;
  for (std::size_t i = 0; i < values.size(); ++i) {
    Bytes key;
    RlpWriter(key).write_u64(i);
    Nibbles nibbles;
    for (const std::uint8_t byte : key) {
      nibbles.push_back(byte >> 4);
      nibbles.push_back(byte & 15);
    }
    pairs[nibbles] = values[i];
  }
  return keccak256(structure(pairs, 0));
}

// Value i is `size(i)` bytes, none of them equal to another's of that length if it can be.
template <class Size>
std::vector<Bytes> values_of(std::size_t count, Size size) {
  std::vector<Bytes> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    values[i].assign(size(i), static_cast<std::uint8_t>(i * 7 + 1));
    values[i].front() = static_cast<std::uint8_t>(i >> 8 | 1);
  }
  return values;
}

Hash256 root_of(ListRoot& root, const std::vector<Bytes>& values) {
  const std::vector<ByteView> views(values.begin(), values.end());
  return root.compute(views);
}

TEST(ListRoot, OfNothingIsTheEmptyRoot) {
  ListRoot root;
  EXPECT_EQ(root.compute({}), kEmptyListRoot);
  EXPECT_EQ(keccak256(Bytes{0x80}), kEmptyListRoot);
}

TEST(ListRoot, IsWhatTheDefinitionGives) {
  ListRoot root;
  for (const std::size_t count :
       {1,   2,   3,   15,  16,  17,  18,  32,  126, 127, 128, 129,  130,  131,  143,  144,
        145, 146, 255, 256, 257, 258, 272, 273, 511, 512, 513, 1000, 4096, 4097, 4353, 5000}) {
    const auto values = values_of(count, [](std::size_t i) { return 20 + i % 90; });
    EXPECT_EQ(root_of(root, values), root_by_definition(values)) << count << " values";
  }
}

TEST(ListRoot, KeepsShortNodesInTheirParents) {
  ListRoot root;
  for (const std::size_t size : {1, 2, 26, 27, 28, 29, 30, 31, 32, 33}) {
    for (const std::size_t count : {1, 2, 3, 17, 128, 129, 130, 260}) {
      const auto values = values_of(count, [&](std::size_t) { return size; });
      EXPECT_EQ(root_of(root, values), root_by_definition(values))
          << count << " values of " << size << " bytes";
    }
  }
}

TEST(ListRoot, HandlesKeysOfFourBytes) {
  const auto values = values_of(66000, [](std::size_t) { return 33; });
  ListRoot root;
  EXPECT_EQ(root_of(root, values), root_by_definition(values));
}

TEST(ListRoot, ChangesWithEveryValueAndTheirOrder) {
  ListRoot root;
  auto values = values_of(300, [](std::size_t i) { return 5 + i; });
  const Hash256 before = root_of(root, values);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i].back() ^= 1;
    EXPECT_NE(root_of(root, values), before) << "value " << i;
    values[i].back() ^= 1;
  }
  std::swap(values[0], values[128]);
  EXPECT_NE(root_of(root, values), before);
  std::swap(values[0], values[128]);
  EXPECT_EQ(root_of(root, values), before);
  values.pop_back();
  EXPECT_NE(root_of(root, values), before);
}

}  // namespace
}  // namespace clew::evm
