#include "base/ordered_batches.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>

namespace clew {
namespace {

using Batches = OrderedBatches<std::vector<std::size_t>>;

TEST(OrderedBatchesTest, EachIsMadeOnceAndTakenInOrder) {
  constexpr std::size_t kCount = 3000;
  for (const std::size_t helpers : {0u, 1u, 3u})
    for (const std::size_t ahead_max : {0u, 1u, 2u, 9u}) {
      Batches batches(helpers, ahead_max);
      for (int again = 0; again < 2; ++again) {
        std::vector<std::atomic<int>> made(kCount);
        std::size_t taken = 0;
        batches.run(
            kCount,
            [&](std::size_t number, std::vector<std::size_t>& batch) {
              ++made[number];
              batch.assign(1 + number % 3, number);
            },
            [&](std::size_t number, const std::vector<std::size_t>& batch) {
              EXPECT_EQ(number, taken++);
              EXPECT_EQ(batch, std::vector<std::size_t>(1 + number % 3, number));
              return true;
            });
        EXPECT_EQ(taken, kCount);
        for (const auto& times : made)
          ASSERT_EQ(times, 1);
      }
    }
}

TEST(OrderedBatchesTest, NothingToDoIsDoneAtOnce) {
  Batches batches(2, 4);
  batches.run(
      0, [](std::size_t, auto&) { ADD_FAILURE(); },
      [](std::size_t, auto&) {
        ADD_FAILURE();
        return true;
      });
}

TEST(OrderedBatchesTest, TakesHereAndMakesBeside) {
  const auto here = std::this_thread::get_id();
  std::atomic<int> beside = 0;
  Batches batches(1, 4);
  batches.run(
      64,
      [&](std::size_t, auto&) {
        if (std::this_thread::get_id() != here) ++beside;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      },
      [&](std::size_t, auto&) {
        EXPECT_EQ(std::this_thread::get_id(), here);
        return true;
      });
  EXPECT_GT(beside, 0);
}

TEST(OrderedBatchesTest, MakesNoMoreAheadThanAllowed) {
  std::atomic<std::size_t> made = 0;
  Batches batches(3, 5);
  batches.run(
      2000, [&](std::size_t, auto&) { ++made; },
      [&](std::size_t number, auto&) {
        EXPECT_LE(made, number + 5);
        return true;
      });
}

TEST(OrderedBatchesTest, ThrowsWhatMakingThrewAfterWhatCameBefore) {
  for (const std::size_t helpers : {0u, 2u}) {
    Batches batches(helpers, 8);
    std::size_t taken = 0;
    const auto make = [](std::size_t number, auto&) {
      if (number >= 100) throw std::runtime_error("no more");
    };
    const auto take = [&](std::size_t, auto&) { return ++taken > 0; };
    EXPECT_THROW(batches.run(1000, make, take), std::runtime_error);
    EXPECT_EQ(taken, 100u);
    taken = 0;
    batches.run(100, make, take);  // and is of use again
    EXPECT_EQ(taken, 100u);
  }
}

TEST(OrderedBatchesTest, WhoeverTakesCanGiveUp) {
  for (const bool by_throwing : {false, true}) {
    Batches batches(2, 8);
    std::size_t taken = 0;
    const auto take = [&](std::size_t, auto&) {
      if (++taken < 50) return true;
      if (by_throwing) throw std::runtime_error("enough");
      return false;
    };
    const auto run = [&] {
      batches.run(
          ~std::size_t{0}, [](std::size_t, auto&) {}, take);
    };
    if (by_throwing)
      EXPECT_THROW(run(), std::runtime_error);
    else
      run();
    EXPECT_EQ(taken, 50u);
  }
}

}  // namespace
}  // namespace clew
