// The tests against their oracle, on histories made by chance.
#include "detect/anomaly/oracle_test.h"

#include <gtest/gtest.h>

#include <set>

#include "detect/anomaly/history_test.h"
#include "detect/anomaly/rules.h"

namespace clew::anomaly {
namespace {

using test::kSubject;
using test::random_book;

constexpr int kHistories = 4'000;

Options random_options(std::mt19937_64& random) {
  constexpr double kTolerances[] = {0, 0.01, 0.05, 0.3, 0.999999999};
  return {.minimum_threshold = -static_cast<double>(random() % 300) / 100,
          .maximum_threshold = static_cast<double>(random() % 300) / 100,
          .time_difference = static_cast<std::int64_t>(random() % 20),
          .value_method = random() % 2 == 0 ? ValueMethod::standard : ValueMethod::robust,
          .hiding_tolerance = kTolerances[random() % std::size(kTolerances)]};
}

TEST(OracleTest, AgreesOnValues) {
  std::mt19937_64 random(1);
  std::size_t anomalous = 0;
  for (int i = 0; i < kHistories; ++i) {
    const auto book = random_book(random);
    const Options options = random_options(random);
    const auto test = value_test(book.history(), AmountOrder(book.history()), options);
    const auto z = oracle::z_of(book.rows, options.value_method);
    const std::set<std::uint32_t> found(test.rows.begin(), test.rows.end());
    for (std::uint32_t row = 0; row < z.size(); ++row) {
      const bool outside = z[row] < options.minimum_threshold || z[row] > options.maximum_threshold;
      const bool at_the_edge = std::fabs(z[row] - options.minimum_threshold) < 1e-9L ||
                               std::fabs(z[row] - options.maximum_threshold) < 1e-9L;
      if (at_the_edge) continue;
      ASSERT_EQ(found.contains(row), outside) << "history " << i << " row " << row;
    }
    for (std::size_t at = 0; at < test.rows.size(); ++at) {
      const auto wanted = static_cast<double>(z[test.rows[at]]);
      ASSERT_NEAR(test.z[at], wanted, 1e-9 * std::max(1.0, std::fabs(wanted)));
    }
    anomalous += found.size();
  }
  EXPECT_GT(anomalous, 1'000u);
}

TEST(OracleTest, AgreesOnTransfers) {
  std::mt19937_64 random(2);
  for (int i = 0; i < kHistories; ++i) {
    const auto book = random_book(random);
    const Options options = random_options(random);
    const auto rows = oracle::rows_in_a_hurry(book.rows, kSubject, options);
    ASSERT_EQ(transfers_test(book.history(), options).rows, rows) << "history " << i;
  }
}

TEST(OracleTest, AgreesOnHiding) {
  std::mt19937_64 random(3);
  std::size_t found = 0;
  for (int i = 0; i < kHistories; ++i) {
    const auto book = random_book(random);
    const Options options = random_options(random);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
    const auto wanted = oracle::pairs_of(book.rows, kSubject, options);
    const auto test = hiding_test(book.history(), AmountOrder(book.history()), options);
    for (const auto& pair : test.pairs)
      pairs.emplace_back(pair.received, pair.sent);
    ASSERT_EQ(pairs, wanted) << "history " << i;
    found += pairs.size();
  }
  EXPECT_GT(found, 1'000u);
}

// Which numbers the caller gives to accounts and tokens changes nothing, and neither does asking
// again.
TEST(OracleTest, DoesNotDependOnNumbers) {
  std::mt19937_64 random(4);
  for (int i = 0; i < kHistories / 4; ++i) {
    const auto book = random_book(random);
    const Options options = random_options(random);
    const auto count = static_cast<std::uint32_t>(book.rows.size());
    auto renumbered = book.rows;
    for (auto& row : renumbered) {
      row.from = count - row.from;
      row.to = count - row.to;
      row.token = count - 1 - row.token;
    }
    const auto a = find(book.history(), options, {}), again = find(book.history(), options, {});
    const auto b = find({count - kSubject, renumbered}, options, {});
    ASSERT_TRUE(a && again && b);
    for (const auto* other : {&*again, &*b}) {
      ASSERT_EQ(a->value.rows, other->value.rows);
      ASSERT_EQ(a->value.z, other->value.z);
      ASSERT_EQ(a->transfers.rows, other->transfers.rows);
      ASSERT_EQ(a->transfers.gap, other->transfers.gap);
      ASSERT_EQ(a->hiding.rows, other->hiding.rows);
      ASSERT_EQ(a->hiding.pair_of, other->hiding.pair_of);
      ASSERT_EQ(a->hiding.accounts, other->hiding.accounts);
      ASSERT_EQ(a->danger_score, other->danger_score);
      ASSERT_EQ(a->weighted_sum, other->weighted_sum);
    }
  }
}

}  // namespace
}  // namespace clew::anomaly
