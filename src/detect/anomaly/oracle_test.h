// The tests of a history said once more, row against row without any order or index: slow, and too
// short to be wrong in the same way.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <vector>

#include "detect/anomaly/anomaly.h"

namespace clew::anomaly::oracle {

inline long double to_long_double(const U256& value) {
  long double number = 0;
  for (std::size_t limb = U256::kLimbs; limb-- > 0;)
    number = std::ldexp(number, 64) + static_cast<long double>(value.limbs()[limb]);
  return number;
}

// Amounts of a token, counted from the one in the middle: exact for those that lie close to it.
inline std::vector<long double> amounts_of(const std::vector<Row>& rows, std::uint32_t token) {
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

inline long double mean(const std::vector<long double>& numbers) {
  long double sum = 0;
  for (const auto number : numbers)
    sum += number;
  return sum / static_cast<long double>(numbers.size());
}

inline long double median(std::vector<long double> numbers) {
  std::sort(numbers.begin(), numbers.end());
  return (numbers[(numbers.size() - 1) / 2] + numbers[numbers.size() / 2]) / 2;
}

inline std::vector<long double> z_of_token(const std::vector<long double>& amounts,
                                           ValueMethod method) {
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
inline std::vector<long double> z_of(const std::vector<Row>& rows, ValueMethod method) {
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

// Rows with another of their list, received or sent, that is closer in time than allowed.
inline std::vector<std::uint32_t> rows_in_a_hurry(const std::vector<Row>& rows,
                                                  std::uint32_t subject, const Options& options) {
  std::vector<std::uint32_t> found;
  for (std::uint32_t a = 0; a < rows.size(); ++a) {
    bool close = false;
    for (std::uint32_t b = 0; b < rows.size(); ++b) {
      const Row &x = rows[a], &y = rows[b];
      const bool same_list =
          (x.to == subject && y.to == subject) || (x.from == subject && y.from == subject);
      close = close || (a != b && same_list && std::abs(x.time - y.time) < options.time_difference);
    }
    if (close) found.push_back(a);
  }
  return found;
}

// How much is missing between the two rows; nothing if they are no pair.
inline std::optional<U256> missing(const Row& received, const Row& sent, std::uint32_t subject,
                                   const Options& options) {
  if (received.to != subject || sent.from != subject) return std::nullopt;
  if (received.from == subject || sent.to == subject) return std::nullopt;
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

// Which row received each row sent takes up.
inline std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs_of(const std::vector<Row>& rows,
                                                                     std::uint32_t subject,
                                                                     const Options& options) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  std::vector<bool> taken(rows.size());
  for (std::uint32_t sent = 0; sent < rows.size(); ++sent) {
    std::optional<std::uint32_t> best;
    std::optional<U256> least;
    for (std::uint32_t received = 0; received < sent; ++received) {
      const auto gone = missing(rows[received], rows[sent], subject, options);
      if (!gone || taken[received] || (least && *least <= *gone)) continue;
      best = received;
      least = gone;
    }
    if (!best) continue;
    taken[*best] = true;
    pairs.emplace_back(*best, sent);
  }
  return pairs;
}

}  // namespace clew::anomaly::oracle
