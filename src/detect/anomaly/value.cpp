#include <algorithm>
#include <cmath>

#include "detect/anomaly/difference.h"
#include "detect/anomaly/rules.h"

namespace clew::anomaly {
namespace {

// Makes the median absolute deviation that of a normal distribution: 1 / 0.6745.
constexpr double kMedianScale = 1.4826;
// The same of the mean absolute deviation: the square root of pi / 2.
constexpr double kMeanScale = 1.253314;

// What is known of a token while its rows are read. Amounts count from an anchor, one of them, so
// that equal amounts give a deviation of exactly zero and large ones that differ little keep their
// difference.
struct Sums {
  U256 anchor;
  double center = 0;                // from the anchor
  double sum = 0, sum_squares = 0;  // of what is said in place
};

// Rows as narrow columns: they are gone through three times.
struct Distances {
  Distances(std::size_t rows, std::size_t tokens)
      : of_row(rows), token_of(rows), tokens(tokens), spreads(tokens) {}

  std::vector<double> of_row;  // from the token's anchor
  std::vector<std::uint32_t> token_of;
  std::vector<Sums> tokens;
  std::vector<Spread> spreads;
};

// The corrected two-pass algorithm (Chan, Golub, LeVeque, "Algorithms for computing the sample
// variance", The American Statistician 37, 1983): what the second pass finds the mean to be off by
// is taken out of the mean and of the squares.
void measure_standard(std::span<const Row> rows, Distances& distances) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::uint32_t number = distances.token_of[i] = rows[i].token;
    Sums& token = distances.tokens[number];
    Spread& spread = distances.spreads[number];
    if (spread.rows++ == 0) token.anchor = rows[i].value;
    distances.of_row[i] = difference(rows[i].value, token.anchor);
    token.sum += distances.of_row[i];
  }
  for (std::size_t i = 0; i < distances.tokens.size(); ++i) {
    Sums& token = distances.tokens[i];
    if (distances.spreads[i].rows != 0) token.center = token.sum / distances.spreads[i].rows;
    token.sum = 0;
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Sums& token = distances.tokens[distances.token_of[i]];
    const double off = distances.of_row[i] - token.center;
    token.sum += off;
    token.sum_squares += off * off;
  }
  for (std::size_t i = 0; i < distances.tokens.size(); ++i) {
    Sums& token = distances.tokens[i];
    Spread& spread = distances.spreads[i];
    if (spread.rows == 0) continue;
    const double mean_off = token.sum / spread.rows;
    token.center += mean_off;
    const double variance = token.sum_squares / spread.rows - mean_off * mean_off;
    if (variance > 0) {
      spread.scale = std::sqrt(variance);
      spread.kind = Spread::Scale::standard_deviation;
    }
  }
}

// Of at least one number; puts them in another order.
double median(std::vector<double>& numbers) {
  const auto upper = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
  std::nth_element(numbers.begin(), upper, numbers.end());
  if (numbers.size() % 2 != 0) return *upper;
  const double lower = *std::max_element(numbers.begin(), upper);
  return lower + (*upper - lower) / 2;
}

double mean(const std::vector<double>& numbers) {
  double sum = 0;
  for (const double number : numbers)
    sum += number;
  return sum / static_cast<double>(numbers.size());
}

// Fills in the scale of a token from how far its amounts are from the median. More than half of
// them equal make the median of that zero; the mean of it then stands in (Iglewicz and Hoaglin,
// "How to Detect and Handle Outliers", ASQC 1993; constants as IBM documents them).
void set_robust_scale(std::vector<double>& deviations, Spread& spread) {
  const double middle = median(deviations);
  if (middle > 0) {
    spread.scale = kMedianScale * middle;
    spread.kind = Spread::Scale::median_deviation;
  } else if (const double average = mean(deviations); average > 0) {
    spread.scale = kMeanScale * average;
    spread.kind = Spread::Scale::mean_deviation;
  }
}

void measure_robust(std::span<const Row> rows, const AmountOrder& order, Distances& distances) {
  std::vector<double> deviations;
  for (std::uint32_t first = 0, last = 0; first < order.size(); first = last) {
    const std::uint32_t number = rows[order.row_at(first)].token;
    while (last < order.size() && rows[order.row_at(last)].token == number)
      ++last;
    Sums& token = distances.tokens[number];
    Spread& spread = distances.spreads[number];
    spread.rows = last - first;
    token.anchor = rows[order.row_at(first + (spread.rows - 1) / 2)].value;
    const U256& upper = rows[order.row_at(first + spread.rows / 2)].value;
    token.center = difference(upper, token.anchor) / 2;
    deviations.clear();
    for (std::uint32_t position = first; position < last; ++position) {
      const std::uint32_t row = order.row_at(position);
      distances.token_of[row] = number;
      distances.of_row[row] = difference(rows[row].value, token.anchor);
      deviations.push_back(std::fabs(distances.of_row[row] - token.center));
    }
    set_robust_scale(deviations, spread);
  }
}

// An amount that lies on a threshold is not beyond it, on whichever side of it rounding puts it.
double rounding_of(double threshold) {
  return kZRounding * std::max(1.0, std::fabs(threshold));
}

}  // namespace

ValueTest value_test(const History& history, const AmountOrder& order, const Options& options) {
  const auto rows = history.rows;
  // The order ends with the highest token.
  const std::size_t tokens =
      rows.empty() ? 0 : std::size_t{rows[order.row_at(order.size() - 1)].token} + 1;
  Distances distances(rows.size(), tokens);
  if (options.value_method == ValueMethod::standard)
    measure_standard(rows, distances);
  else
    measure_robust(rows, order, distances);
  const double lowest = options.minimum_threshold - rounding_of(options.minimum_threshold);
  const double highest = options.maximum_threshold + rounding_of(options.maximum_threshold);
  ValueTest test;
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    const std::uint32_t token = distances.token_of[i];
    const Spread& spread = distances.spreads[token];
    if (spread.kind == Spread::Scale::none) continue;
    const double z = (distances.of_row[i] - distances.tokens[token].center) / spread.scale;
    if (z >= lowest && z <= highest) continue;
    test.rows.push_back(i);
    test.z.push_back(z);
  }
  for (std::size_t i = 0; i < tokens; ++i)
    distances.spreads[i].center =
        to_double(distances.tokens[i].anchor) + distances.tokens[i].center;
  test.tokens = std::move(distances.spreads);
  score_by_rows(test, rows.size());
  return test;
}

}  // namespace clew::anomaly
