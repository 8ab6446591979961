#include "detect/anomaly/anomaly.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "detect/anomaly/rules.h"

namespace clew::anomaly {
namespace {

tl::unexpected<Error> refuse(const std::string& field, const std::string& why) {
  return fail(ErrorKind::usage, field + ": " + why);
}

// The shortest text that reads back as the same number.
std::string to_text(double number) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, number);
  return {text, end.ptr};
}

Result<void> check_threshold(const char* field, double threshold) {
  if (std::isfinite(threshold)) return {};
  return refuse(field, to_text(threshold) + " is not a finite number");
}

Result<void> check_coefficient(const char* field, double coefficient) {
  if (coefficient >= 0 && coefficient <= kCoefficientMax) return {};
  return refuse(field, to_text(coefficient) + " is not from 0 to " + to_text(kCoefficientMax));
}

// Nothing, or what the contract of History rules out.
const char* wrong_with(const History& history, std::size_t i) {
  const Row& row = history.rows[i];
  const std::size_t count = history.rows.size();
  if (i > 0 && row.time < history.rows[i - 1].time) return "earlier than the one before it";
  if (row.from != history.subject && row.to != history.subject)
    return "neither from nor to the subject";
  if (row.from > count || row.to > count) return "an account's number is above that of rows";
  if (row.token >= count) return "its token's number is not below that of rows";
  return nullptr;
}

void leave_out(Outcome& test, const History& history) {
  test.not_run = history.why_untimed;
  test.total = static_cast<std::uint32_t>(history.rows.size());
}

void score(Anomalies& found, const Coefficients& coefficients) {
  found.value.coefficient = coefficients.value;
  found.transfers.coefficient = coefficients.transfers;
  found.hiding.coefficient = coefficients.hiding;
  found.relation.coefficient = coefficients.relation;
  double weights = 0;
  const Outcome* const tests[] = {&found.value, &found.transfers, &found.hiding, &found.relation};
  for (const Outcome* test : tests) {
    if (test->not_run) continue;
    found.weighted_sum += test->coefficient * test->score;
    weights += test->coefficient;
  }
  // Rounding may lead just beyond 100.
  if (weights > 0) found.danger_score = std::min(100.0, found.weighted_sum / weights);
}

}  // namespace

Result<void> check(const Options& options) {
  CLEW_CHECK(check_threshold("minimum_threshold", options.minimum_threshold));
  CLEW_CHECK(check_threshold("maximum_threshold", options.maximum_threshold));
  if (options.minimum_threshold > options.maximum_threshold)
    return refuse("minimum_threshold", to_text(options.minimum_threshold) +
                                           " is above maximum_threshold, which is " +
                                           to_text(options.maximum_threshold));
  if (options.time_difference < 0)
    return refuse("time_difference", std::to_string(options.time_difference) + " is negative");
  CLEW_CHECK(check_coefficient("value_coefficient", options.coefficients.value));
  CLEW_CHECK(check_coefficient("transfers_coefficient", options.coefficients.transfers));
  CLEW_CHECK(check_coefficient("hiding_coefficient", options.coefficients.hiding));
  CLEW_CHECK(check_coefficient("relation_coefficient", options.coefficients.relation));
  if (!(options.hiding_tolerance >= 0 && options.hiding_tolerance < 1))
    return refuse("hiding_tolerance",
                  to_text(options.hiding_tolerance) + " is not from 0 to below 1");
  return {};
}

Result<void> check(const History& history) {
  if (history.rows.size() >= std::numeric_limits<std::uint32_t>::max())
    return refuse("rows", std::to_string(history.rows.size()) + " are too many");
  for (std::size_t i = 0; i < history.rows.size(); ++i)
    if (const char* wrong = wrong_with(history, i))
      return refuse("row " + std::to_string(i), wrong);
  return {};
}

Result<Anomalies> find(const History& history, const Options& options, const Screening& screening) {
  CLEW_CHECK(check(options));
  CLEW_CHECK(check(history));
  const AmountOrder order(history);
  Anomalies found{.value = value_test(history, order, options),
                  .relation = relation_test(history, screening)};
  if (history.why_untimed.empty()) {
    found.transfers = transfers_test(history, options);
    found.hiding = hiding_test(history, order, options);
  } else {
    leave_out(found.transfers, history);
    leave_out(found.hiding, history);
  }
  score(found, options.coefficients);
  return found;
}

}  // namespace clew::anomaly
