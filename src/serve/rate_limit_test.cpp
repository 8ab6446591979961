#include "serve/rate_limit.h"

#include <gtest/gtest.h>

#include "serve/clock_test.h"

namespace clew::serve {
namespace {

TEST(RateLimit, LetsBurstsThroughAndThenARate) {
  test::HandClock clock;
  RateLimit limit(2, 3, clock);
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(limit.take("a"));
  EXPECT_DOUBLE_EQ(limit.take("a").value_or(0), 0.5);
  EXPECT_FALSE(limit.take("b")) << "everybody has a bucket of their own";
  clock.time += 0.5;
  EXPECT_FALSE(limit.take("a"));
  EXPECT_TRUE(limit.take("a"));
  clock.time += 100;
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(limit.take("a"));
  EXPECT_TRUE(limit.take("a")) << "a bucket holds no more than a burst";
}

TEST(RateLimit, OfZeroIsNone) {
  test::HandClock clock;
  RateLimit limit(0, 1, clock);
  for (int i = 0; i < 1000; ++i)
    EXPECT_FALSE(limit.take("a"));
}

}  // namespace
}  // namespace clew::serve
