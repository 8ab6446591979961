#include <algorithm>
#include <limits>

#include "detect/anomaly/rules.h"

namespace clew::anomaly {
namespace {

constexpr std::uint64_t kAlone = std::numeric_limits<std::uint64_t>::max();

// One of the two lists: remembers its newest row.
class List {
 public:
  void add(std::span<const Row> rows, std::uint32_t row, std::vector<std::uint64_t>& nearest) {
    if (filled_) {
      // Unsigned, since times of any sign may be further apart than a signed number tells.
      const std::uint64_t gap = static_cast<std::uint64_t>(rows[row].time) -
                                static_cast<std::uint64_t>(rows[newest_].time);
      nearest[newest_] = std::min(nearest[newest_], gap);
      nearest[row] = std::min(nearest[row], gap);
    }
    newest_ = row;
    filled_ = true;
  }

 private:
  std::uint32_t newest_ = 0;
  bool filled_ = false;
};

}  // namespace

TransfersTest transfers_test(const History& history, const Options& options) {
  const auto rows = history.rows;
  TransfersTest test;
  std::vector<std::uint64_t> nearest(rows.size(), kAlone);
  List received, sent;
  for (std::uint32_t row = 0; row < rows.size(); ++row) {
    if (rows[row].to == history.subject) received.add(rows, row, nearest);
    if (rows[row].from == history.subject) sent.add(rows, row, nearest);
  }
  for (std::uint32_t row = 0; row < rows.size(); ++row) {
    if (nearest[row] >= static_cast<std::uint64_t>(options.time_difference)) continue;
    test.rows.push_back(row);
    test.gap.push_back(nearest[row]);
  }
  score_by_rows(test, rows.size());
  return test;
}

}  // namespace clew::anomaly
