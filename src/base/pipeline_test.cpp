#include "base/pipeline.h"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <stdexcept>

namespace clew {
namespace {

std::vector<int> numbers(int count) {
  std::vector<int> list(static_cast<std::size_t>(count));
  std::iota(list.begin(), list.end(), 0);
  return list;
}

TEST(PipelineTest, HandsOverEverythingInOrder) {
  for (const std::size_t batches_max : {1u, 3u}) {
    Pipeline<int> pipeline(batches_max);
    std::vector<int> taken;
    pipeline.run(
        [&] {
          std::vector<int> batch;
          for (const int number : numbers(10'000)) {
            batch.push_back(number);
            if (batch.size() == 7) pipeline.put(batch);
            EXPECT_LT(batch.size(), 7u);
          }
          pipeline.put(batch);
        },
        [&](const std::vector<int>& batch) {
          taken.insert(taken.end(), batch.begin(), batch.end());
        });
    EXPECT_EQ(taken, numbers(10'000));
  }
}

TEST(PipelineTest, TakesHere) {
  const auto here = std::this_thread::get_id();
  Pipeline<int> pipeline(1);
  pipeline.run(
      [&] {
        EXPECT_NE(std::this_thread::get_id(), here);
        std::vector<int> batch = {1};
        pipeline.put(batch);
      },
      [&](const std::vector<int>&) { EXPECT_EQ(std::this_thread::get_id(), here); });
}

TEST(PipelineTest, MakesNoMoreThanMayWait) {
  Pipeline<int> pipeline(2);
  std::atomic<int> made = 0;
  int taken = 0;
  pipeline.run(
      [&] {
        std::vector<int> batch;
        for (int i = 0; i < 500; ++i) {
          batch.push_back(i);
          pipeline.put(batch);
          ++made;
        }
      },
      [&](const std::vector<int>&) {
        ++taken;
        EXPECT_LE(made, taken + 2);
      });
  EXPECT_EQ(taken, 500);
}

TEST(PipelineTest, AfterWhatWasMadeThrowsWhatItsMakerThrew) {
  Pipeline<int> pipeline(4);
  int taken = 0;
  const auto make = [&] {
    std::vector<int> batch = {1};
    pipeline.put(batch);
    throw std::runtime_error("no more");
  };
  EXPECT_THROW(pipeline.run(make, [&](const std::vector<int>&) { ++taken; }), std::runtime_error);
  EXPECT_EQ(taken, 1);
}

TEST(PipelineTest, WhoeverTakesCanGiveUp) {
  Pipeline<int> pipeline(1);
  const auto forever = [&] {
    for (;;) {
      std::vector<int> batch = {1};
      pipeline.put(batch);
    }
  };
  const auto give_up = [](const std::vector<int>&) { throw std::runtime_error("enough"); };
  EXPECT_THROW(pipeline.run(forever, give_up), std::runtime_error);
}

}  // namespace
}  // namespace clew
