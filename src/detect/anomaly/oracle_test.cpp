// The tests said once more, row against row without any order or index, on histories made by
// chance.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
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

long double to_long_double(const U256& value) {
  long double number = 0;
  for (std::size_t limb = U256::kLimbs; limb-- > 0;)
    number = std::ldexp(number, 64) + static_cast<long double>(value.limbs()[limb]);
  return number;
}

// Amounts of a token, counted from the one in the middle: exact for those that lie close to it.
std::vector<long double> amounts_of(const std::vector<Row>& rows, std::uint32_t token) {
  std::vector<U256> sorted;
  for (const auto& row : rows)
    if (row.token == token) sorted.push_back(row.value);
  std::sort(sorted.begin(), sorted.end());
  const U256 middle = sorted[(sorted.size() - 1) / 2];
  std::vector<long double> amounts;
  for (const auto& row : rows)
    if (row.token == token)
      amounts.push_back(row.value < middle ? -to_long_double(U256::wrapping_sub(middle, row.value))
                                           : to_long_double(U256::wrapping_sub(row.value, middle)));
  return amounts;
}

long double mean(const std::vector<long double>& numbers) {
  long double sum = 0;
  for (const auto number : numbers)
    sum += number;
  return sum / static_cast<long double>(numbers.size());
}

long double median(std::vector<long double> numbers) {
  std::sort(numbers.begin(), numbers.end());
  return (numbers[(numbers.size() - 1) / 2] + numbers[numbers.size() / 2]) / 2;
}

std::vector<long double> z_of_token(const std::vector<long double>& amounts, ValueMethod method) {
  const bool robust = method == ValueMethod::robust;
  const long double center = robust ? median(amounts) : mean(amounts);
  std::vector<long double> distances, squares;
  for (const auto amount : amounts) {
    distances.push_back(std::fabs(amount - center));
    squares.push_back((amount - center) * (amount - center));
  }
  long double scale = std::sqrt(mean(squares));
  if (robust && median(distances) > 0)
    scale = 1.4826L * median(distances);
  else if (robust)
    scale = 1.253314L * mean(distances);
  std::vector<long double> z;
  for (const auto amount : amounts)
    z.push_back(scale > 0 ? (amount - center) / scale : std::nanl(""));
  return z;
}

// Z of every row; NaN where nothing can be told.
std::vector<long double> z_of(const std::vector<Row>& rows, ValueMethod method) {
  std::map<std::uint32_t, std::vector<long double>> of_token;
  std::map<std::uint32_t, std::size_t> used;
  std::vector<long double> z;
  for (const auto& row : rows) {
    auto& numbers = of_token[row.token];
    if (numbers.empty()) numbers = z_of_token(amounts_of(rows, row.token), method);
    z.push_back(numbers[used[row.token]++]);
  }
  return z;
}

TEST(OracleTest, AgreesOnValues) {
  std::mt19937_64 random(1);
  std::size_t anomalous = 0;
  for (int i = 0; i < kHistories; ++i) {
    const auto book = random_book(random);
    const Options options = random_options(random);
    const auto test = value_test(book.history(), AmountOrder(book.history()), options);
    const auto z = z_of(book.rows, options.value_method);
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
    std::vector<std::uint32_t> rows;
    for (std::uint32_t a = 0; a < book.rows.size(); ++a) {
      bool close = false;
      for (std::uint32_t b = 0; b < book.rows.size(); ++b) {
        const Row &x = book.rows[a], &y = book.rows[b];
        const bool same_list =
            (x.to == kSubject && y.to == kSubject) || (x.from == kSubject && y.from == kSubject);
        close =
            close || (a != b && same_list && std::abs(x.time - y.time) < options.time_difference);
      }
      if (close) rows.push_back(a);
    }
    ASSERT_EQ(transfers_test(book.history(), options).rows, rows) << "history " << i;
  }
}

// How much is missing between the two rows; nothing if they are no pair.
std::optional<U256> missing(const Row& received, const Row& sent, const Options& options) {
  if (received.to != kSubject || sent.from != kSubject) return std::nullopt;
  if (received.from == kSubject || sent.to == kSubject) return std::nullopt;
  if (received.from == sent.to || received.token != sent.token) return std::nullopt;
  if (sent.value.is_zero() || sent.time - received.time > options.time_difference)
    return std::nullopt;
  const auto gone = checked_sub(received.value, sent.value);
  if (!gone) return std::nullopt;
  const auto billionths = static_cast<std::uint64_t>(std::llround(options.hiding_tolerance * 1e9));
  const auto allowed =
      mul_div(received.value, U256(billionths), U256(std::uint64_t{1'000'000'000}));
  return *gone <= *allowed ? gone : std::nullopt;
}

TEST(OracleTest, AgreesOnHiding) {
  std::mt19937_64 random(3);
  std::size_t found = 0;
  for (int i = 0; i < kHistories; ++i) {
    const auto book = random_book(random);
    const Options options = random_options(random);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> wanted, pairs;
    std::vector<bool> taken(book.rows.size());
    for (std::uint32_t sent = 0; sent < book.rows.size(); ++sent) {
      std::optional<std::uint32_t> best;
      std::optional<U256> least;
      for (std::uint32_t received = 0; received < sent; ++received) {
        const auto gone = missing(book.rows[received], book.rows[sent], options);
        if (!gone || taken[received] || (least && *least <= *gone)) continue;
        best = received;
        least = gone;
      }
      if (!best) continue;
      taken[*best] = true;
      wanted.emplace_back(*best, sent);
    }
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
