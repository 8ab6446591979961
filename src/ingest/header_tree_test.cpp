#include "ingest/header_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace clew::ingest {
namespace {

constexpr std::uint32_t kEasy = 0x207fffff;  // work 2
constexpr std::uint32_t kHard = 0x203fffff;  // work 4

Hash256 hash_of(std::uint32_t number) {
  Hash256 hash{};
  std::memcpy(hash.data(), &number, sizeof number);
  hash[31] = 1;
  return hash;
}

struct Entry {
  std::uint32_t number, previous;
  std::uint32_t bits = kEasy;
};

void add_all(HeaderTree& tree, const std::vector<Entry>& entries) {
  std::uint64_t offset = 0;
  for (const auto& entry : entries) {
    bitcoin::Header header;
    header.previous = hash_of(entry.previous);
    header.bits = entry.bits;
    tree.add(hash_of(entry.number), header, {0, 100, offset += 100});
  }
}

std::vector<std::uint32_t> best_path(const HeaderTree& tree, std::uint32_t root = 0) {
  std::vector<std::uint32_t> numbers;
  const auto tip = tree.best_tip(root);
  if (tip == kNoNode) return numbers;
  for (const auto node : tree.path_to(tip))
    numbers.push_back(load_le<std::uint32_t>(tree.hash(node).data()));
  return numbers;
}

using Path = std::vector<std::uint32_t>;

TEST(HeaderTree, TakesTheLongerBranchInAnyOrder) {
  std::vector<Entry> entries{{1, 0}, {2, 1}, {3, 2}, {4, 3}, {13, 2}, {14, 13}, {15, 14}};
  std::mt19937 random(1);
  for (int i = 0; i < 50; ++i) {
    std::shuffle(entries.begin(), entries.end(), random);
    HeaderTree tree(kEasy);
    add_all(tree, entries);
    tree.link();
    ASSERT_EQ(tree.roots().size(), 1u);
    EXPECT_EQ(best_path(tree), (Path{1, 2, 13, 14, 15}));
  }
}

TEST(HeaderTree, WorkCountsNotLength) {
  HeaderTree tree(kEasy);
  add_all(tree, {{1, 0}, {2, 1}, {3, 2}, {4, 3}, {12, 1, kHard}, {13, 12, kHard}});
  tree.link();
  EXPECT_EQ(best_path(tree), (Path{1, 12, 13}));  // 2 + 4 + 4 against 2 + 2 + 2 + 2
}

TEST(HeaderTree, AmongEqualsTheLedgersThenTheFirst) {
  HeaderTree first(kEasy);
  add_all(first, {{1, 0}, {2, 1}, {12, 1}});
  first.link();
  EXPECT_EQ(best_path(first), (Path{1, 2}));
  HeaderTree held(kEasy);
  add_all(held, {{1, 0}, {2, 1}, {12, 1}});
  held.mark_in_ledger(held.find(hash_of(12)));
  held.link();
  EXPECT_EQ(best_path(held), (Path{1, 12}));
}

TEST(HeaderTree, AnUnknownTargetCountsAsTheEasiest) {
  HeaderTree tree(kEasy);
  add_all(tree, {{1, 0, 0}, {2, 1, 0}, {12, 1, kHard}});
  tree.link();
  EXPECT_EQ(best_path(tree), (Path{1, 12}));
}

TEST(HeaderTree, WithoutABadBlockTheChoiceIsMadeAnew) {
  HeaderTree tree(kEasy);
  add_all(tree, {{1, 0}, {2, 1}, {3, 2}, {4, 3}, {12, 1}, {13, 12}});
  tree.link();
  EXPECT_EQ(best_path(tree), (Path{1, 2, 3, 4}));
  EXPECT_EQ(tree.invalidate(tree.find(hash_of(3))), 2u);
  EXPECT_EQ(best_path(tree), (Path{1, 12, 13}));
  EXPECT_EQ(tree.invalidate(tree.find(hash_of(3))), 0u);
  EXPECT_EQ(tree.invalidate(tree.find(hash_of(13))), 1u);
  EXPECT_EQ(best_path(tree), (Path{1, 2}));
  EXPECT_EQ(tree.invalidate(tree.find(hash_of(2))), 1u);
  EXPECT_EQ(best_path(tree), (Path{1, 12}));
  EXPECT_EQ(tree.invalidate(tree.find(hash_of(1))), 2u);
  EXPECT_EQ(best_path(tree), Path{});
}

TEST(HeaderTree, FragmentsAreTreesOfTheirOwn) {
  HeaderTree tree(kEasy);
  add_all(tree, {{20, 19}, {1, 0}, {21, 20}, {2, 1}});
  tree.link();
  ASSERT_EQ(tree.roots().size(), 2u);
  EXPECT_EQ(tree.roots()[0].previous, hash_of(19));
  EXPECT_EQ(best_path(tree, 0), (Path{20, 21}));
  EXPECT_EQ(best_path(tree, 1), (Path{1, 2}));
  EXPECT_EQ(tree.root_index(tree.find(hash_of(21))), 0u);
  EXPECT_EQ(tree.depth(tree.find(hash_of(2))), 1u);
  EXPECT_EQ(tree.find(hash_of(99)), kNoNode);
}

TEST(HeaderTree, RemembersCopies) {
  HeaderTree tree(kEasy);
  add_all(tree, {{1, 0}, {2, 1}, {1, 0}, {2, 1}, {1, 0}});
  tree.link();
  EXPECT_EQ(tree.size(), 2u);
  EXPECT_EQ(tree.copies(), 3u);
  const auto one = tree.find(hash_of(1));
  EXPECT_EQ(tree.place(one).offset, 100u);
  EXPECT_TRUE(tree.use_next_copy(one));
  EXPECT_EQ(tree.place(one).offset, 300u);
  EXPECT_TRUE(tree.use_next_copy(one));
  EXPECT_EQ(tree.place(one).offset, 500u);
  EXPECT_FALSE(tree.use_next_copy(one));
  EXPECT_TRUE(tree.use_next_copy(tree.find(hash_of(2))));
  EXPECT_FALSE(tree.use_next_copy(tree.find(hash_of(2))));
}

// Hashes that a source merely states can form a circle; nothing may hang or be chosen.
TEST(HeaderTree, ACircleHangsOnNoRoot) {
  HeaderTree tree(kEasy);
  add_all(tree, {{1, 3}, {2, 1}, {3, 2}, {7, 7}, {20, 19}});
  tree.link();
  ASSERT_EQ(tree.roots().size(), 1u);
  EXPECT_EQ(best_path(tree), Path{20});
  EXPECT_GE(tree.root_index(tree.find(hash_of(2))), tree.roots().size());
}

// Against the obvious: weigh every valid block by walking to its root.
TEST(HeaderTree, AgreesWithAPlainSearchOnRandomTrees) {
  std::mt19937 random(9);
  for (int round = 0; round < 30; ++round) {
    const std::uint32_t count = 2 + random() % 80;
    std::vector<Entry> entries{{1, 0}};
    for (std::uint32_t i = 2; i <= count; ++i)
      entries.push_back({i, 1 + static_cast<std::uint32_t>(random() % (i - 1)),
                         random() % 2 == 0 ? kEasy : kHard});
    HeaderTree tree(kEasy);
    add_all(tree, entries);
    tree.link();
    std::map<std::uint32_t, bool> bad;
    for (int kill = 0; kill < 20; ++kill) {
      std::map<std::uint32_t, std::pair<int, bool>> weight;  // work, valid; parents come first
      std::uint32_t best = 0;
      for (const auto& entry : entries) {
        const auto parent = entry.previous == 0 ? std::pair{0, true} : weight[entry.previous];
        const bool valid = parent.second && !bad[entry.number];
        weight[entry.number] = {parent.first + (entry.bits == kEasy ? 2 : 4), valid};
        if (valid && (best == 0 || weight[entry.number].first > weight[best].first))
          best = entry.number;
      }
      const auto tip = tree.best_tip(0);
      ASSERT_EQ(tip == kNoNode ? 0 : load_le<std::uint32_t>(tree.hash(tip).data()), best);
      const auto victim = 1 + static_cast<std::uint32_t>(random() % count);
      bad[victim] = true;
      tree.invalidate(tree.find(hash_of(victim)));
    }
  }
}

}  // namespace
}  // namespace clew::ingest
