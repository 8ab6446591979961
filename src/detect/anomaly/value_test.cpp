#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "detect/anomaly/history_test.h"
#include "detect/anomaly/rules.h"

namespace clew::anomaly {
namespace {

using test::Book;
using test::two_to;
using testing::DoubleEq;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;

ValueTest run(const Book& book, const Options& options) {
  return value_test(book.history(), AmountOrder(book.history()), options);
}
Book of(std::initializer_list<std::uint64_t> values) {
  Book book;
  for (const auto value : values)
    book.in(static_cast<std::int64_t>(book.rows.size()), 1, value);
  return book;
}
Options outside(double minimum, double maximum, ValueMethod method = ValueMethod::standard) {
  return {.minimum_threshold = minimum, .maximum_threshold = maximum, .value_method = method};
}

TEST(ValueTest, CountsDeviationsFromTheMean) {
  // Mean 5, population deviation 2.
  const auto test = run(of({2, 4, 4, 4, 5, 5, 7, 9}), outside(-1, 1.5));
  EXPECT_THAT(test.rows, ElementsAre(0, 7));
  EXPECT_THAT(test.z, ElementsAre(DoubleEq(-1.5), DoubleEq(2)));
  EXPECT_DOUBLE_EQ(test.score, 25);
  ASSERT_EQ(test.tokens.size(), 1u);
  EXPECT_EQ(test.tokens[0].rows, 8u);
  EXPECT_DOUBLE_EQ(test.tokens[0].center, 5);
  EXPECT_DOUBLE_EQ(test.tokens[0].scale, 2);
  EXPECT_EQ(test.tokens[0].kind, Spread::Scale::standard_deviation);
}

TEST(ValueTest, TakesThresholdsThemselvesForUsual) {
  EXPECT_THAT(run(of({2, 4, 4, 4, 5, 5, 7, 9}), outside(-1.5, 2)).rows, IsEmpty());
  // A range that leaves out the mean is the caller's choice.
  EXPECT_THAT(run(of({2, 4, 4, 4, 5, 5, 7, 9}), outside(2, 2)).rows,
              ElementsAre(0, 1, 2, 3, 4, 5, 6));
}

// Among ten rows no Z is beyond 3, and one that stands out from nine equal ones is at 3.
TEST(ValueTest, TakesWhatRoundingPutsBeyondAThresholdForUsual) {
  for (std::uint64_t large = 2; large < 3000; ++large) {
    std::initializer_list<std::uint64_t> first{large, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    EXPECT_THAT(run(of(first), {}).rows, IsEmpty()) << large;
    EXPECT_THAT(run(of(first), outside(-2, 2.99999)).rows, ElementsAre(0)) << large;
  }
}

TEST(ValueTest, JudgesEachTokenByItself) {
  Book book = of({10, 10, 10, 10, 10, 10, 10, 10, 10, 10});
  book.in(20, 1, 1'000'000, 1);  // large, but the only one of its token
  book.in(21, 1, 50);
  const auto test = run(book, {});
  EXPECT_THAT(test.rows, ElementsAre(11));
  EXPECT_NEAR(test.z[0], std::sqrt(10.0), 1e-12);
  ASSERT_EQ(test.tokens.size(), 2u);
  EXPECT_EQ(test.tokens[1].kind, Spread::Scale::none);
  EXPECT_EQ(test.tokens[1].center, 1e6);
  EXPECT_DOUBLE_EQ(test.score, 100.0 / 12);
}

TEST(ValueTest, FindsNothingAmongEqualAmounts) {
  for (const auto method : {ValueMethod::standard, ValueMethod::robust})
    for (const U256& value :
         {U256(), U256(std::uint64_t{3}), U256(0xfffffffffffffff1), U256::max(), two_to(200)}) {
      Book book;
      for (int i = 0; i < 1'001; ++i)
        book.out(i, 1, value);
      const auto test = run(book, outside(1, 1, method));
      EXPECT_THAT(test.rows, IsEmpty());
      EXPECT_EQ(test.tokens[0].scale, 0);
    }
}

// Amounts that a floating-point number cannot tell apart, but their differences can.
TEST(ValueTest, TellsAmountsNearTheTopOf256BitsApart) {
  for (const auto method : {ValueMethod::standard, ValueMethod::robust}) {
    Book low, high;
    for (const std::uint64_t value : {2, 4, 4, 4, 5, 5, 7, 9}) {
      low.in(0, 1, value);
      high.in(0, 1, U256::wrapping_sub(U256::max(), U256(9 - value)));
    }
    const auto a = run(low, outside(-1, 1.4, method)), b = run(high, outside(-1, 1.4, method));
    EXPECT_FALSE(a.rows.empty());
    EXPECT_EQ(a.rows, b.rows);
    EXPECT_EQ(a.z, b.z);
    EXPECT_EQ(a.tokens[0].scale, b.tokens[0].scale);
    EXPECT_DOUBLE_EQ(b.tokens[0].center, std::ldexp(1.0, 256));
  }
}

// The largest and the smallest together: squares stay finite.
TEST(ValueTest, HoldsTheWidestSpread) {
  Book book;
  for (int i = 0; i < 10; ++i)
    book.in(i, 1, std::uint64_t{1});
  book.in(10, 1, U256::max());
  const auto test = run(book, {});
  EXPECT_THAT(test.rows, ElementsAre(10));
  EXPECT_THAT(test.z, ElementsAre(DoubleNear(std::sqrt(10.0), 1e-12)));
}

// A million amounts about a large mean, which a sum of squares would drown.
TEST(ValueTest, IsStableOverManyRows) {
  Book book;
  for (int i = 0; i < 1'000'000; ++i)
    book.in(i, 1, 1'000'000'000'000'000'000 + static_cast<std::uint64_t>(i % 2));
  const auto test = run(book, outside(-1.5, 1.5));
  EXPECT_THAT(test.rows, IsEmpty());
  EXPECT_DOUBLE_EQ(test.tokens[0].scale, 0.5);
  EXPECT_DOUBLE_EQ(test.tokens[0].center, 1e18);
}

TEST(ValueTest, CountsRobustDeviationsFromTheMedian) {
  // Median 12; absolute deviations 0 0 1 1 2 2 23, of which the median is 1.
  const auto test = run(of({10, 11, 12, 12, 13, 14, 35}), outside(-1, 3, ValueMethod::robust));
  EXPECT_THAT(test.rows, ElementsAre(0, 6));
  EXPECT_THAT(test.z, ElementsAre(DoubleEq(-2 / 1.4826), DoubleEq(23 / 1.4826)));
  EXPECT_EQ(test.tokens[0].center, 12);
  EXPECT_DOUBLE_EQ(test.tokens[0].scale, 1.4826);
  EXPECT_EQ(test.tokens[0].kind, Spread::Scale::median_deviation);
}

TEST(ValueTest, TakesTheMiddleOfTwoMedians) {
  // Median 2.5; absolute deviations 0.5 0.5 1.5 97.5, of which the median is 1.
  const auto test = run(of({100, 3, 1, 2}), outside(-2, 3, ValueMethod::robust));
  EXPECT_THAT(test.rows, ElementsAre(0));
  EXPECT_THAT(test.z, ElementsAre(DoubleEq(97.5 / 1.4826)));
  EXPECT_EQ(test.tokens[0].center, 2.5);
}

TEST(ValueTest, FallsBackToTheMeanDeviationWhereMostAreEqual) {
  const auto test = run(of({10, 10, 10, 10, 10, 10, 10, 100}), outside(-2, 3, ValueMethod::robust));
  EXPECT_THAT(test.rows, ElementsAre(7));
  EXPECT_THAT(test.z, ElementsAre(DoubleEq(90 / (1.253314 * 90 / 8))));
  EXPECT_EQ(test.tokens[0].kind, Spread::Scale::mean_deviation);
}

TEST(ValueTest, CountsATransferToOneselfAndZeroOnce) {
  Book book;
  book.in(0, 0, 4).in(1, 1, std::uint64_t{0});
  const auto test = run(book, outside(0, 3));
  EXPECT_THAT(test.rows, ElementsAre(1));
  EXPECT_THAT(test.z, ElementsAre(DoubleEq(-1)));
  EXPECT_EQ(test.total, 2u);
}

}  // namespace
}  // namespace clew::anomaly
