#include "graph/taint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <random>

namespace clew::graph {
namespace {

using testing::ElementsAre;
using Values = std::vector<std::int64_t>;
constexpr auto kForward = TraceDirection::forward;
constexpr auto kBackward = TraceDirection::backward;

// Taint that reaches each item of the other side, by item number; `tainted` maps items to amounts
// at the start of each.
Values flow(const Values& inputs, const Values& outputs, TaintPolicy policy,
            const std::vector<std::pair<std::uint32_t, TaintSegment>>& tainted,
            TraceDirection direction = kForward) {
  TaintLine line;
  EXPECT_TRUE(line.lay(inputs, outputs, direction, policy));
  Values reached(direction == kForward ? outputs.size() + 1 : inputs.size(), 0);
  if (!moves_segments(policy)) {
    std::int64_t amount = 0;
    for (const auto& t : tainted)
      amount += t.second.length;
    Values shares;
    apportion(amount, line.to, line.total, shares);
    for (std::size_t i = 0; i < shares.size(); ++i)
      reached[line.to[i].item] = shares[i];
    return reached;
  }
  std::vector<TaintSegment> placed;
  TaintPlacer placer(line, policy, placed);
  for (std::uint32_t i = 0; i < tainted.size(); ++i)
    placer.place(tainted[i].first, i, tainted[i].second);
  placer.take();
  TaintCutter cutter(placed);
  for (const auto& slot : line.to)
    cutter.cut(slot, [&](const TaintSegment& s) { reached[slot.item] += s.length; });
  return reached;
}

// The example of Anderson, Shumailov and Ahmed: 3 stolen coins come in before 7 clean ones. The
// first withdrawals are the stolen ones under FIFO, the last ones under LIFO.
TEST(TaintTest, StolenThreeThenCleanSeven) {
  const Values in = {3, 7}, out = {2, 4, 4};
  EXPECT_THAT(flow(in, out, TaintPolicy::fifo, {{0, {0, 3}}}), ElementsAre(2, 1, 0, 0));
  EXPECT_THAT(flow(in, out, TaintPolicy::lifo, {{0, {0, 3}}}), ElementsAre(0, 0, 3, 0));
  EXPECT_THAT(flow(in, out, TaintPolicy::tiho, {{0, {0, 3}}}), ElementsAre(0, 3, 0, 0));
  EXPECT_THAT(flow(in, {10}, TaintPolicy::haircut, {{0, {0, 3}}}), ElementsAre(3, 0));
  EXPECT_THAT(flow(in, {5, 5}, TaintPolicy::haircut, {{0, {0, 3}}}), ElementsAre(2, 1, 0));
}

TEST(TaintTest, FeeComesAfterTheOutputs) {
  // 10 in, 8 paid: the last two satoshis of the line are the fee.
  EXPECT_THAT(flow({4, 6}, {5, 3}, TaintPolicy::fifo, {{1, {0, 6}}}), ElementsAre(1, 3, 2));
  EXPECT_THAT(flow({4, 6}, {5, 3}, TaintPolicy::lifo, {{0, {0, 4}}}), ElementsAre(0, 2, 2));
  EXPECT_THAT(flow({4, 6}, {3, 5}, TaintPolicy::tiho, {{0, {0, 4}}}), ElementsAre(0, 4, 0));
  EXPECT_THAT(flow({4, 6}, {3, 5}, TaintPolicy::tiho, {{0, {0, 4}}, {1, {0, 5}}}),
              ElementsAre(3, 5, 1));
  // A haircut is taken from the fee as from any output: 5 of 10 are tainted.
  EXPECT_THAT(flow({5, 5}, {6, 2}, TaintPolicy::haircut, {{0, {0, 5}}}), ElementsAre(3, 1, 1));
}

TEST(TaintTest, LastInFirstOutPopsTheLastSatoshiFirst) {
  // Of the second input only the first half is tainted; it is popped after the second half.
  EXPECT_THAT(flow({4, 6}, {3, 3, 4}, TaintPolicy::lifo, {{1, {0, 3}}}), ElementsAre(0, 3, 0, 0));
}

TEST(TaintTest, HighestOutputsFirstEqualOnesInOrder) {
  EXPECT_THAT(flow({20}, {5, 7, 7, 1}, TaintPolicy::tiho, {{0, {0, 9}}}),
              ElementsAre(0, 7, 2, 0, 0));
}

TEST(TaintTest, BackwardIsTheSameMappingReadInReverse) {
  const Values in = {4, 6}, out = {5, 3};
  EXPECT_THAT(flow(in, out, TaintPolicy::fifo, {{0, {0, 5}}}, kBackward), ElementsAre(4, 1));
  EXPECT_THAT(flow(in, out, TaintPolicy::lifo, {{0, {0, 5}}}, kBackward), ElementsAre(0, 5));
  EXPECT_THAT(flow(in, out, TaintPolicy::tiho, {{0, {0, 5}}}, kBackward), ElementsAre(0, 5));
  EXPECT_THAT(flow(in, out, TaintPolicy::haircut, {{0, {0, 5}}}, kBackward), ElementsAre(2, 3));
}

TEST(TaintTest, UnknownInputsBroughtAtLeastWhatTheOthersLack) {
  TaintLine line;
  ASSERT_TRUE(line.lay(Values{kUnknownValue, 4, kUnknownValue}, Values{5, 5}, kBackward,
                       TaintPolicy::fifo));
  EXPECT_TRUE(line.has_unknown);
  EXPECT_EQ(line.missing, 6);
  EXPECT_EQ(line.total, 10);
  ASSERT_EQ(line.to.size(), 3u);
  EXPECT_EQ(line.to[0].length, 6);
  EXPECT_EQ(line.to[1].start, 6);
  EXPECT_EQ(line.to[2].length, 0);
  ASSERT_TRUE(line.lay(Values{kUnknownValue, 14}, Values{5, 5}, kForward, TaintPolicy::fifo));
  EXPECT_TRUE(line.has_unknown);
  EXPECT_EQ(line.missing, 0);
  EXPECT_EQ(line.total, 14);
}

TEST(TaintTest, ImpossibleAmountsAreRefused) {
  TaintLine line;
  const auto lay = [&](const Values& in, const Values& out) {
    return line.lay(in, out, kForward, TaintPolicy::fifo);
  };
  EXPECT_FALSE(lay({4}, {5}));
  EXPECT_FALSE(lay({4}, {-1}));
  EXPECT_FALSE(lay({-2}, {1}));
  EXPECT_FALSE(lay({kMoneyMax, 1}, {1}));
  EXPECT_FALSE(lay({kUnknownValue}, {kMoneyMax, kMoneyMax}));
  EXPECT_TRUE(lay({kMoneyMax}, {kMoneyMax}));
  EXPECT_TRUE(lay({0}, {0, 0}));
}

TEST(TaintTest, LeftoverSatoshisGoToTheLargestRemainders) {
  const auto shares = [](std::int64_t amount, const Values& lengths) {
    std::vector<TaintSlot> slots;
    std::int64_t total = 0;
    for (const auto l : lengths) {
      slots.push_back({total, l, static_cast<std::uint32_t>(slots.size())});
      total += l;
    }
    Values shares;
    apportion(amount, slots, total, shares);
    return shares;
  };
  EXPECT_THAT(shares(1, {1, 5, 4}), ElementsAre(0, 1, 0));
  EXPECT_THAT(shares(5, {3, 3, 4}), ElementsAre(2, 1, 2));  // 1.5, 1.5, 2: the earlier one
  EXPECT_THAT(shares(10, {3, 3, 4}), ElementsAre(3, 3, 4));
  EXPECT_THAT(shares(0, {3, 3, 4}), ElementsAre(0, 0, 0));
  // Near the limit, where 64 bits do not hold the products.
  EXPECT_THAT(shares(kMoneyMax / 2, {kMoneyMax / 2, kMoneyMax / 2}),
              ElementsAre(kMoneyMax / 4, kMoneyMax / 4));
}

TEST(TaintTest, SharesAddUpAndFitTheirSlots) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::vector<TaintSlot> slots;
    std::int64_t total = 0;
    for (std::uint64_t n = 1 + random() % 8; n > 0; --n) {
      const auto length = static_cast<std::int64_t>(random() % (round % 2 ? 10 : 1ull << 50));
      slots.push_back({total, length, static_cast<std::uint32_t>(slots.size())});
      total += length;
    }
    if (total == 0) continue;
    const auto amount = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(total + 1));
    Values shares;
    apportion(amount, slots, total, shares);
    EXPECT_EQ(std::accumulate(shares.begin(), shares.end(), std::int64_t{0}), amount);
    for (std::size_t i = 0; i < slots.size(); ++i) {
      const auto floor = mul_div(amount, slots[i].length, total);
      EXPECT_LE(shares[i], slots[i].length);
      EXPECT_TRUE(shares[i] == floor || shares[i] == floor + 1);
    }
  }
}

TEST(TaintTest, PoliciesAreFoundByName) {
  for (const auto policy : {TaintPolicy::poison, TaintPolicy::haircut, TaintPolicy::fifo,
                            TaintPolicy::lifo, TaintPolicy::tiho})
    EXPECT_EQ(find_policy(name(policy)), policy);
  EXPECT_FALSE(find_policy("FIFO"));
  EXPECT_FALSE(find_policy(""));
}

}  // namespace
}  // namespace clew::graph
