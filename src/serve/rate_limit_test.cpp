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

TEST(RateLimit, LetsExactlyABurstThroughWhateverTheTimeIs) {
  for (const double start : {0.0, 0.1, 12'345.678, 1e7 / 3}) {
    test::HandClock clock;
    clock.time = start;
    RateLimit limit(50, 100, clock);
    for (int i = 0; i < 100; ++i)
      ASSERT_FALSE(limit.take("a")) << start << ' ' << i;
    EXPECT_NEAR(limit.take("a").value_or(0), 0.02, 1e-6) << start;
  }
}

TEST(RateLimit, ForgetsWhoIsNoLongerLimited) {
  test::HandClock clock;
  RateLimit limit(1, 10, clock);
  for (int i = 0; i < 1000; ++i)
    limit.take(std::to_string(i));
  EXPECT_EQ(limit.buckets(), 1000u);
  clock.time += 1.5;
  limit.take("last");
  EXPECT_EQ(limit.buckets(), 1u);
}

TEST(RateLimit, HoldsNoMoreThanItMayHoweverManyCome) {
  test::HandClock clock;
  RateLimit limit(1, 1, clock, 100);
  limit.take("busy");
  for (int i = 0; i < 10'000; ++i) {
    limit.take(std::to_string(i));
    EXPECT_TRUE(limit.take("busy")) << "who goes on asking is not forgotten";
  }
  EXPECT_EQ(limit.buckets(), 100u);
  EXPECT_FALSE(limit.take("0")) << "who was silent longest is";
}

TEST(RateLimit, TellsAndTakesBackWhatIsOwed) {
  test::HandClock clock, later;
  RateLimit limit(1, 10, clock);
  for (int i = 0; i < 4; ++i)
    limit.take("a");
  limit.take("b");
  clock.time += 0.5;
  const auto debts = limit.used();
  ASSERT_EQ(debts.size(), 2u);
  clock.time += 1;
  limit.take("b");
  ASSERT_EQ(limit.used().size(), 1u) << "what was told is not told again";
  // Another process, whose clock began elsewhere, two seconds later.
  later.time = 2;
  RateLimit again(1, 10, later);
  again.restore(debts);
  int let = 0;
  while (!again.take("a"))
    ++let;
  EXPECT_EQ(let, 8) << "4 were taken, 2 came back";
  EXPECT_EQ(again.buckets(), 1u) << "b owes nothing any more";
}

TEST(RateLimit, TakesNoMoreBackThanABucketHolds) {
  test::HandClock clock;
  RateLimit limit(1, 2, clock);
  limit.restore({{"a", clock.date() + 1e9}});
  EXPECT_NEAR(limit.take("a").value_or(0), 1, 1e-3);
  clock.time += 2;
  EXPECT_FALSE(limit.take("a"));
}

}  // namespace
}  // namespace clew::serve
