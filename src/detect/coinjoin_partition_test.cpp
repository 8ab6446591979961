#include "detect/coinjoin_partition.h"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

namespace clew::detect {
namespace {

Partition divide(const std::vector<std::int64_t>& inputs, const std::vector<std::int64_t>& targets,
                 std::int64_t below, std::int64_t above, std::size_t left_out = 0) {
  return divide_inputs({inputs, targets, below, above, left_out});
}

TEST(Partition, SharesAreDisjointAndLeaveSomething) {
  EXPECT_EQ(divide({10, 20, 30}, {10, 20}, 0, 0), Partition::found);
  EXPECT_EQ(divide({10, 20, 30}, {10, 20, 30}, 0, 0), Partition::impossible);  // nothing left
  EXPECT_EQ(divide({10, 20, 30}, {30, 30}, 0, 0), Partition::impossible);      // nothing left
  EXPECT_EQ(divide({10, 20, 30, 1}, {30, 30}, 0, 0), Partition::found);
  EXPECT_EQ(divide({30, 7, 9}, {30, 30}, 0, 0), Partition::impossible);  // not twice the same
}

TEST(Partition, AllowanceIsAsymmetricAndExact) {
  EXPECT_EQ(divide({95, 1'000}, {100}, 5, 0), Partition::found);
  EXPECT_EQ(divide({94, 1'000}, {100}, 5, 0), Partition::impossible);
  EXPECT_EQ(divide({103, 1'000}, {100}, 0, 3), Partition::found);
  EXPECT_EQ(divide({104, 1'000}, {100}, 0, 3), Partition::impossible);
}

TEST(Partition, LeavesOutExactlyAsManyAsTold) {
  EXPECT_EQ(divide({10, 50}, {10, 999}, 0, 0, 1), Partition::found);
  EXPECT_EQ(divide({10, 20, 50}, {10, 999, 888}, 0, 0, 1), Partition::impossible);
  EXPECT_EQ(divide({10}, {10}, 0, 0, 1), Partition::found);
  EXPECT_EQ(divide({10}, {}, 0, 0, 1), Partition::impossible);
}

TEST(Partition, GoesBackWhenTheFirstChoiceSpoilsTheRest) {
  // 60 could be 30 + 30, but then 30 + 5 has no 30 left.
  EXPECT_EQ(divide({30, 30, 40, 20, 5, 1}, {60, 35}, 0, 0), Partition::found);
  EXPECT_EQ(divide({7, 5, 4, 3, 2}, {7, 7, 5}, 0, 0), Partition::found);
}

TEST(Partition, LargeShares) {
  std::vector<std::int64_t> inputs(40, 11);
  inputs.push_back(1'000);
  EXPECT_EQ(divide(inputs, {440}, 0, 0), Partition::found);
  EXPECT_EQ(divide(inputs, {441}, 0, 0), Partition::impossible);
}

TEST(Partition, HostileInputsEndInTime) {
  // Sums of many different numbers that never meet an odd target.
  std::vector<std::int64_t> inputs, targets;
  for (std::int64_t i = 0; i < 150; ++i)
    inputs.push_back(2 * (1'000'000 + i * i * 37));
  for (std::int64_t i = 0; i < 40; ++i)
    targets.push_back(20'000'001 + 2 * i * i);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(divide(inputs, targets, 0, 0), Partition::undecided);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
  EXPECT_EQ(divide(std::vector<std::int64_t>(5'000, 1), {7}, 0, 0), Partition::undecided);
}

}  // namespace
}  // namespace clew::detect
