// The four tests one by one, on a history and options that were checked. Internal to this folder
// and its benchmark; they leave `coefficient` to the caller.
#pragma once

#include "detect/anomaly/amount_order.h"
#include "detect/anomaly/anomaly.h"

namespace clew::anomaly {

Result<void> check(const History& history);

ValueTest value_test(const History& history, const AmountOrder& order, const Options& options);
TransfersTest transfers_test(const History& history, const Options& options);
// `steps`, if given, is raised by the words of the index that the search for partners looked at.
HidingTest hiding_test(const History& history, const AmountOrder& order, const Options& options,
                       std::uint64_t* steps = nullptr);
RelationTest relation_test(const History& history, const Screening& screening);

// A percentage of rows; 0 of none.
inline void score_by_rows(Outcome& test, std::size_t rows_total) {
  test.total = static_cast<std::uint32_t>(rows_total);
  if (test.total != 0)
    test.score = 100.0 * static_cast<double>(test.rows.size()) / static_cast<double>(test.total);
}

}  // namespace clew::anomaly
