#include "detect/anomaly/anomaly.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "detect/anomaly/history_test.h"

namespace clew::anomaly {
namespace {

using test::all_clear;
using test::Book;
using testing::DoubleEq;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The example of docs/anomalies.md. Accounts: 1 is A, to 6, which is F; B is listed.
Book example() {
  Book book;
  book.in(0, 1, 100).out(5'000, 2, 100).in(100'000, 3, 100);
  book.in(200'000, 1, 100).out(206'000, 1, 100).in(300'000, 3, 1'300);
  book.in(312'000, 4, 100).out(320'000, 5, 100).out(400'000, 2, 100);
  book.out(412'999, 2, 100).out(425'999, 2, 100).in(500'000, 6, 100);
  return book;
}
Screening example_screening() {
  Screening screening = all_clear(7);
  screening.accounts[2] = Standing::listed;
  return screening;
}

TEST(AnomalyTest, LeavesOutWhatNeedsTimesWhereTheyAreNotKnown) {
  const Book book = example();
  auto history = book.history();
  history.why_untimed = "no clocks";
  const auto found = find(history, {}, example_screening());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->transfers.not_run, "no clocks");
  EXPECT_EQ(found->hiding.not_run, "no clocks");
  EXPECT_EQ(found->transfers.total, 12u);
  EXPECT_FALSE(found->value.not_run);
  EXPECT_DOUBLE_EQ(found->danger_score.value(),
                   (0.3 * found->value.score + 0.6 * found->relation.score) / 0.9);
}

TEST(AnomalyTest, AnswersTheWorkedExample) {
  const Book book = example();
  const auto found = find(book.history(), {}, example_screening());
  ASSERT_TRUE(found);
  EXPECT_THAT(found->value.rows, ElementsAre(5));
  EXPECT_THAT(found->value.z, ElementsAre(DoubleEq(std::sqrt(11.0))));
  EXPECT_DOUBLE_EQ(found->value.score, 100.0 / 12);
  EXPECT_DOUBLE_EQ(found->value.tokens.at(0).center, 200);
  EXPECT_DOUBLE_EQ(found->value.tokens.at(0).scale, std::sqrt(110'000.0));
  EXPECT_THAT(found->transfers.rows, ElementsAre(5, 6, 8, 9));
  EXPECT_THAT(found->transfers.gap, ElementsAre(12'000, 12'000, 12'999, 12'999));
  EXPECT_DOUBLE_EQ(found->transfers.score, 100.0 / 3);
  EXPECT_THAT(found->hiding.rows, ElementsAre(0, 1, 6, 7));
  EXPECT_THAT(found->hiding.pair_of, ElementsAre(0, 0, 1, 1));
  ASSERT_EQ(found->hiding.pairs.size(), 2u);
  EXPECT_EQ(found->hiding.pairs[1].sender, 4u);
  EXPECT_EQ(found->hiding.pairs[1].receiver, 5u);
  EXPECT_EQ(found->hiding.accounts, 4u);
  EXPECT_THAT(found->relation.rows, ElementsAre(1, 8, 9, 10));
  EXPECT_EQ(found->relation.score, 100);
  EXPECT_DOUBLE_EQ(found->weighted_sum, 92.5);
  ASSERT_TRUE(found->danger_score);
  EXPECT_DOUBLE_EQ(*found->danger_score, 92.5 / 1.8);
  const std::initializer_list<const Outcome*> all = {&found->value, &found->transfers,
                                                     &found->hiding, &found->relation};
  for (const Outcome* test : all)
    EXPECT_EQ(test->total, 12u);
}

TEST(AnomalyTest, AnswersTheWorkedExampleByTheRobustMethod) {
  const Book book = example();
  const auto found =
      find(book.history(), {.value_method = ValueMethod::robust}, example_screening());
  ASSERT_TRUE(found);
  EXPECT_THAT(found->value.rows, ElementsAre(5));
  EXPECT_THAT(found->value.z, ElementsAre(DoubleEq(1'200 / 125.3314)));
  EXPECT_DOUBLE_EQ(*found->danger_score, 92.5 / 1.8);
}

TEST(AnomalyTest, LeavesOutATestThatCouldNotRunAndSaysWhy) {
  const Book book = example();
  const auto found = find(book.history(), {}, {{}, "no key"});
  ASSERT_TRUE(found);
  ASSERT_TRUE(found->relation.not_run);
  EXPECT_EQ(*found->relation.not_run, "7 of 7 accounts could not be screened: no key");
  EXPECT_EQ(found->relation.coefficient, 0.6);
  EXPECT_DOUBLE_EQ(found->weighted_sum, 32.5);
  EXPECT_DOUBLE_EQ(found->danger_score.value(), 32.5 / 1.2);
}

TEST(AnomalyTest, ShowsTestsThatWeighNothing) {
  const Book book = example();
  Options options;
  options.coefficients = {.value = 0, .transfers = 1, .hiding = 0, .relation = 0};
  auto found = find(book.history(), options, example_screening());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->relation.score, 100);
  EXPECT_DOUBLE_EQ(found->danger_score.value(), 100.0 / 3);
  options.coefficients.transfers = 0;
  found = find(book.history(), options, example_screening());
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->danger_score);
  EXPECT_EQ(found->weighted_sum, 0);
  EXPECT_DOUBLE_EQ(found->transfers.score, 100.0 / 3);
}

// What weighs and did not run gives no score either.
TEST(AnomalyTest, HasNoScoreIfNothingThatWeighsRan) {
  Options options;
  options.coefficients = {.value = 0, .transfers = 0, .hiding = 0, .relation = 5};
  const auto found = find(example().history(), options, {});
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->danger_score);
  EXPECT_EQ(*found->relation.not_run, "7 of 7 accounts could not be screened");
}

TEST(AnomalyTest, StaysWithinAHundredWhateverTheCoefficients) {
  Book book;
  book.in(0, 1, 7).out(1, 2, 7);
  Screening screening = all_clear(3);
  screening.accounts[1] = Standing::listed;
  for (const double weight : {5e-324, 0.1, 1.0 / 3, kCoefficientMax}) {
    Options options;
    options.time_difference = 10;
    options.coefficients = {.value = 0, .transfers = 0, .hiding = weight, .relation = weight};
    const auto found = find(book.history(), options, screening);
    ASSERT_TRUE(found);
    EXPECT_DOUBLE_EQ(found->danger_score.value(), 100);
    EXPECT_LE(*found->danger_score, 100);
  }
}

TEST(AnomalyTest, AnswersAnEmptyHistory) {
  const auto found = find({3, {}}, {}, all_clear(4));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->value.score + found->transfers.score + found->hiding.score, 0);
  EXPECT_EQ(found->value.total + found->transfers.total + found->hiding.total, 0u);
  EXPECT_THAT(found->value.tokens, IsEmpty());
  EXPECT_FALSE(found->relation.not_run);
  EXPECT_EQ(found->danger_score.value(), 0);
  Screening listed = all_clear(4);
  listed.accounts[3] = Standing::listed;
  const auto hit = find({3, {}}, {}, listed);
  ASSERT_TRUE(hit);
  EXPECT_EQ(hit->relation.score, 100);
  EXPECT_THAT(hit->relation.rows, IsEmpty());
  EXPECT_DOUBLE_EQ(hit->danger_score.value(), 60 / 1.8);
}

TEST(AnomalyTest, FindsNothingInOneRow) {
  Book book;
  book.in(0, 1, U256::max());
  for (const auto method : {ValueMethod::standard, ValueMethod::robust}) {
    Options options;
    options.value_method = method;
    options.minimum_threshold = options.maximum_threshold = 1;  // zero would lie outside
    const auto found = find(book.history(), options, all_clear(2));
    ASSERT_TRUE(found);
    EXPECT_THAT(found->value.rows, IsEmpty());
    EXPECT_THAT(found->transfers.rows, IsEmpty());
    EXPECT_THAT(found->hiding.rows, IsEmpty());
    EXPECT_EQ(found->value.total, 1u);
    EXPECT_EQ(found->danger_score.value(), 0);
  }
}

std::string refusal(const Options& options) {
  const auto checked = check(options);
  if (checked) return "";
  EXPECT_EQ(checked.error().kind, ErrorKind::usage);
  EXPECT_FALSE(find({}, options, {}));
  return checked.error().message;
}

TEST(AnomalyTest, RefusesOptionsByTheNameOfTheField) {
  EXPECT_EQ(refusal({}), "");
  EXPECT_EQ(refusal({.minimum_threshold = 1, .maximum_threshold = 1}), "");
  EXPECT_EQ(refusal({.minimum_threshold = 3.5, .maximum_threshold = -2}),
            "minimum_threshold: 3.5 is above maximum_threshold, which is -2");
  for (const double bad : {kNan, kInfinity, -kInfinity}) {
    EXPECT_THAT(refusal({.minimum_threshold = bad}), StartsWith("minimum_threshold: "));
    EXPECT_THAT(refusal({.maximum_threshold = bad}), StartsWith("maximum_threshold: "));
  }
  EXPECT_EQ(refusal({.time_difference = 0}), "");
  EXPECT_THAT(refusal({.time_difference = -1}), StartsWith("time_difference: -1"));
  for (const double bad : {kNan, kInfinity, -0.1, 2e9}) {
    EXPECT_THAT(refusal({.coefficients = {.value = bad}}), StartsWith("value_coefficient: "));
    EXPECT_THAT(refusal({.coefficients = {.transfers = bad}}),
                StartsWith("transfers_coefficient: "));
    EXPECT_THAT(refusal({.coefficients = {.hiding = bad}}), StartsWith("hiding_coefficient: "));
    EXPECT_THAT(refusal({.coefficients = {.relation = bad}}), StartsWith("relation_coefficient: "));
  }
  for (const double bad : {kNan, kInfinity, -0.01, 1.0})
    EXPECT_THAT(refusal({.hiding_tolerance = bad}), StartsWith("hiding_tolerance: "));
}

std::string refusal_of(const std::vector<Row>& rows) {
  const auto found = find({0, rows}, {}, {});
  if (found) return "";
  EXPECT_EQ(found.error().kind, ErrorKind::usage);
  EXPECT_FALSE(accounts_to_screen({0, rows}));
  return found.error().message;
}

TEST(AnomalyTest, RefusesRowsThatBreakTheContract) {
  const U256 one(std::uint64_t{1});
  EXPECT_EQ(refusal_of({{5, one, 0, 1, 0}, {5, one, 2, 0, 1}}), "");
  EXPECT_THAT(refusal_of({{5, one, 0, 1, 0}, {4, one, 1, 0, 0}}), StartsWith("row 1: earlier"));
  EXPECT_THAT(refusal_of({{5, one, 1, 1, 0}}), StartsWith("row 0: neither from nor to"));
  EXPECT_THAT(refusal_of({{5, one, 0, 2, 0}}), HasSubstr("account"));
  EXPECT_THAT(refusal_of({{5, one, 0xffffffff, 0, 0}}), HasSubstr("account"));
  EXPECT_THAT(refusal_of({{5, one, 0, 1, 1}}), HasSubstr("token"));
}

// Times as far apart as they can be, and amounts as large.
TEST(AnomalyTest, TakesTheOutermostNumbers) {
  constexpr auto kFirst = std::numeric_limits<std::int64_t>::min();
  constexpr auto kLast = std::numeric_limits<std::int64_t>::max();
  Book book;
  book.in(kFirst, 1, U256::max()).in(kLast, 1, U256::max()).out(kLast, 2, U256::max());
  Options options;
  options.time_difference = kLast;
  const auto found = find(book.history(), options, all_clear(3));
  ASSERT_TRUE(found);
  EXPECT_THAT(found->transfers.rows, IsEmpty());
  EXPECT_THAT(found->hiding.rows, ElementsAre(1, 2));
  EXPECT_THAT(found->value.rows, IsEmpty());
}

}  // namespace
}  // namespace clew::anomaly
