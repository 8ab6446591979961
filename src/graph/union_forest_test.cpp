#include "graph/union_forest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <random>
#include <set>

#include "graph/service_guard.h"

namespace clew::graph {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

UnionForest forest_of(std::uint32_t size) {
  auto forest = UnionForest::create(size);
  EXPECT_TRUE(forest.has_value());
  return std::move(*forest);
}

TEST(UnionForest, starts_with_every_address_alone) {
  const UnionForest forest = forest_of(3);
  EXPECT_FALSE(forest.view().together(0, 1));
  EXPECT_EQ(forest.view().why(0, 1), std::nullopt);
  EXPECT_THAT(*forest.view().why(2, 2), IsEmpty());
  EXPECT_THAT(forest.edges(), IsEmpty());
}

TEST(UnionForest, tells_the_transaction_and_rule_of_a_join) {
  UnionForest forest = forest_of(2);
  constexpr TxIndex kBeyond32Bits = (TxIndex{0xab} << 32) + 7;
  EXPECT_TRUE(forest.join(1, 0, kBeyond32Bits, 3));
  EXPECT_FALSE(forest.join(0, 1, 8, 4));  // the first evidence stays
  EXPECT_THAT(*forest.view().why(0, 1), ElementsAre(Step{0, 1, kBeyond32Bits, 3}));
  EXPECT_THAT(*forest.view().why(1, 0), ElementsAre(Step{1, 0, kBeyond32Bits, 3}));
}

TEST(UnionForest, why_is_the_path_between_the_two) {
  UnionForest forest = forest_of(6);
  forest.join(0, 1, 10, 0);
  forest.join(2, 3, 11, 0);
  forest.join(1, 2, 12, 1);
  forest.join(4, 3, 13, 0);
  EXPECT_THAT(*forest.view().why(0, 4), ElementsAre(Step{0, 1, 10, 0}, Step{1, 2, 12, 1},
                                                    Step{2, 3, 11, 0}, Step{3, 4, 13, 0}));
  EXPECT_EQ(forest.view().why(0, 5), std::nullopt);
}

TEST(UnionForest, joins_runs_of_one_transaction_only) {
  UnionForest forest = forest_of(8);
  const std::vector<Participant> rows = {{0, 1}, {1, 2}, {1, 3}, {1, 2}, {1, 4},
                                         {2, 5}, {3, 5}, {3, 5}, {4, 6}, {4, 1}};
  forest.join_runs(rows, TxIndex{1} << 33, 0);
  EXPECT_TRUE(forest.view().together(2, 4));
  EXPECT_TRUE(forest.view().together(1, 6));
  EXPECT_FALSE(forest.view().together(1, 2));
  EXPECT_FALSE(forest.view().together(5, 6));
  EXPECT_EQ(forest.edges().size(), 3u);
  EXPECT_THAT(*forest.view().why(3, 4), ElementsAre(Step{3, 2, (TxIndex{1} << 33) + 1, 0},
                                                    Step{2, 4, (TxIndex{1} << 33) + 1, 0}));
}

TEST(UnionForest, joining_nothing_changes_nothing) {
  UnionForest forest = forest_of(1);
  forest.join_runs({}, 0, 0);
  EXPECT_FALSE(forest.join(0, 0, 1, 0));
  EXPECT_THAT(forest.edges(), IsEmpty());
}

// Against a partition kept as plain sets, on random transactions: the same entities, and every
// `why` is a chain of co-spending pairs without a repeated address.
TEST(UnionForest, agrees_with_plain_sets_on_random_transactions) {
  std::mt19937 random(20261121);
  for (int round = 0; round < 20; ++round) {
    constexpr std::uint32_t kSize = 300;
    UnionForest forest = forest_of(kSize);
    std::vector<std::uint32_t> group(kSize);
    std::iota(group.begin(), group.end(), 0);
    std::map<TxIndex, std::set<AddressId>> spent_in;
    std::vector<Participant> rows;
    for (std::uint32_t tx = 0; tx < 120; ++tx) {
      for (std::uint32_t n = 1 + random() % 4; n > 0; --n) {
        rows.push_back({tx, static_cast<AddressId>(random() % kSize)});
        spent_in[tx].insert(rows.back().address);
      }
      const std::uint32_t into = group[*spent_in[tx].begin()];
      for (const AddressId one : spent_in[tx]) {
        const std::uint32_t from = group[one];
        for (auto& g : group)
          g = g == from ? into : g;
      }
    }
    forest.join_runs(rows, 0, 7);
    const ForestView view = forest.view();
    for (AddressId a = 0; a < kSize; ++a) {
      const AddressId b = random() % kSize;
      ASSERT_EQ(view.together(a, b), group[a] == group[b]);
      const auto steps = view.why(a, b);
      ASSERT_EQ(steps.has_value(), group[a] == group[b]);
      if (!steps) continue;
      AddressId at = a;
      std::set<AddressId> passed = {a};
      for (const Step& step : *steps) {
        ASSERT_EQ(step.from, at);
        ASSERT_TRUE(spent_in[step.tx].contains(step.from) && spent_in[step.tx].contains(step.to));
        ASSERT_TRUE(passed.insert(step.to).second);
        ASSERT_EQ(step.rule, 7);
        at = step.to;
      }
      ASSERT_EQ(at, b);
    }
  }
}

TEST(UnionForest, the_evidence_does_not_depend_on_how_rows_are_batched) {
  std::mt19937 random(7);
  std::vector<Participant> rows;
  for (std::uint32_t tx = 0; tx < 2000; ++tx)
    for (std::uint32_t n = 1 + random() % 3; n > 0; --n)
      rows.push_back({tx, static_cast<AddressId>(random() % 3000)});
  UnionForest whole = forest_of(3000), parts = forest_of(3000);
  whole.join_runs(rows, 0, 0);
  for (std::size_t i = 0; i < rows.size();) {
    std::size_t end = i + 1;
    while (end < rows.size() && (end - i < 10 || rows[end].tx == rows[end - 1].tx))
      ++end;
    std::vector<Participant> batch(rows.begin() + i, rows.begin() + end);
    const std::uint32_t base = batch.front().tx;
    for (Participant& row : batch)
      row.tx -= base;
    parts.join_runs(batch, base, 0);
    i = end;
  }
  ASSERT_EQ(whole.edges().size(), parts.edges().size());
  for (std::size_t i = 0; i < whole.edges().size(); ++i) {
    EXPECT_EQ(whole.edges()[i].a, parts.edges()[i].a);
    EXPECT_EQ(whole.edges()[i].b, parts.edges()[i].b);
    EXPECT_EQ(whole.edges()[i].tx(), parts.edges()[i].tx());
  }
}

TEST(UnionForest, a_long_chain_of_joins_stays_answerable) {
  constexpr std::uint32_t kLength = 200000;
  UnionForest forest = forest_of(kLength);
  for (AddressId i = 1; i < kLength; ++i)
    forest.join(i - 1, i, i, 0);
  EXPECT_TRUE(forest.view().together(0, kLength - 1));
  EXPECT_EQ(forest.view().why(0, kLength - 1)->size(), kLength - 1);
}

std::uint32_t longest_way_up(const UnionForest& forest) {
  std::uint32_t longest = 0;
  for (AddressId id = 0; id < forest.size(); ++id) {
    std::uint32_t above = 0;
    for (AddressId at = id; forest.nodes()[at].up != 0; ++above)
      at ^= forest.nodes()[at].up;
    longest = std::max(longest, above);
  }
  return longest;
}

TEST(UnionForest, no_way_up_is_longer_than_the_logarithm_of_the_size) {
  constexpr std::uint32_t kLevels = 12, kSize = 1u << kLevels;
  UnionForest equal = forest_of(kSize);  // entities of equal size, joined pair by pair
  for (std::uint32_t half = 1; half < kSize; half *= 2)
    for (AddressId left = 0; left < kSize; left += 2 * half)
      equal.join(left + half - 1, left + 2 * half - 1, left, 0);
  EXPECT_LE(longest_way_up(equal), kLevels);
  EXPECT_EQ(equal.nodes()[equal.view().root(0)].edge, kSize - 1);

  UnionForest growing = forest_of(kSize);  // one entity, joined by one address after the other
  for (AddressId id = 1; id < kSize; ++id)
    growing.join(id, id - 1, id, 0);
  EXPECT_LE(longest_way_up(growing), 2u);
  EXPECT_EQ(growing.nodes()[growing.view().root(0)].edge, kSize - 1);
}

TEST(ServiceGuard, holds_back_a_join_of_two_services_and_reports_it) {
  UnionForest forest = forest_of(6);
  ServiceGuard guard(std::vector<ServiceAddress>{{0, 100}, {3, 200}});
  EXPECT_TRUE(forest.join(0, 1, 1, 0, &guard));
  EXPECT_TRUE(forest.join(2, 3, 2, 0, &guard));
  EXPECT_FALSE(forest.join(1, 2, 3, 5, &guard));
  EXPECT_FALSE(forest.view().together(0, 3));
  EXPECT_THAT(guard.held_back(), ElementsAre(HeldBackJoin{1, 2, 3, 5, 100, 200}));
}

TEST(ServiceGuard, lets_one_service_merge_with_itself_and_with_the_unlabelled) {
  UnionForest forest = forest_of(4);
  ServiceGuard guard(std::vector<ServiceAddress>{{0, 9}, {1, 9}});
  EXPECT_TRUE(forest.join(0, 2, 1, 0, &guard));
  EXPECT_TRUE(forest.join(1, 3, 2, 0, &guard));
  EXPECT_TRUE(forest.join(2, 3, 3, 0, &guard));
  EXPECT_THAT(guard.held_back(), IsEmpty());
}

TEST(ServiceGuard, reports_a_transaction_once_for_a_pair_of_services) {
  UnionForest forest = forest_of(40);
  std::vector<ServiceAddress> labelled;
  std::vector<Participant> rows;
  for (AddressId i = 0; i < 40; ++i) {
    labelled.push_back({i, i < 20 ? 1u : 2u});
    rows.push_back({0, i});
  }
  ServiceGuard guard(labelled);
  forest.join_runs(rows, 77, 0, &guard);
  EXPECT_THAT(guard.held_back(), ElementsAre(HeldBackJoin{0, 20, 77, 0, 1, 2}));
  EXPECT_TRUE(forest.view().together(0, 19));
  EXPECT_FALSE(forest.view().together(20, 21));  // only the first input is joined with others
}

TEST(ServiceGuard, an_address_of_two_services_counts_for_the_smaller_number) {
  UnionForest forest = forest_of(2);
  ServiceGuard guard(std::vector<ServiceAddress>{{0, 5}, {0, 4}, {1, 4}});
  EXPECT_TRUE(forest.join(0, 1, 1, 0, &guard));
}

TEST(ServiceGuard, without_labels_allows_everything) {
  UnionForest forest = forest_of(1000);
  ServiceGuard guard({});
  for (AddressId i = 1; i < 1000; ++i)
    EXPECT_TRUE(forest.join(i - 1, i, i, 0, &guard));
}

// However the unions fall, no entity ever holds two services.
TEST(ServiceGuard, no_entity_ever_holds_two_services) {
  std::mt19937 random(99);
  UnionForest forest = forest_of(500);
  std::vector<ServiceAddress> labelled;
  for (AddressId i = 0; i < 500; i += 10)
    labelled.push_back({i, i % 4});
  ServiceGuard guard(labelled);
  for (std::uint32_t tx = 0; tx < 2000; ++tx)
    forest.join(random() % 500, random() % 500, tx, 0, &guard);
  std::map<AddressId, ServiceId> service;
  for (const ServiceAddress& one : labelled) {
    const auto [entry, added] = service.emplace(forest.find(one.address), one.service);
    EXPECT_EQ(entry->second, one.service);
  }
  EXPECT_FALSE(guard.held_back().empty());
}

}  // namespace
}  // namespace clew::graph
