// The rows of a history by token, then by amount. Rows of one token and amount: those sent before
// those received, each in order of time, so that what a sending can take up stands behind it.
// A transfer to oneself counts as sent. Sorted by radix, in time proportional to the rows unless
// amounts agree in their 55 leading bits but not in all. Internal to this folder.
#pragma once

#include <cstdint>
#include <vector>

#include "detect/anomaly/anomaly.h"

namespace clew::anomaly {

class AmountOrder {
 public:
  explicit AmountOrder(const History& history);

  std::uint32_t row_at(std::uint32_t position) const { return rows_[position]; }
  std::uint32_t position_of(std::uint32_t row) const { return positions_[row]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(rows_.size()); }

 private:
  std::vector<std::uint32_t> rows_, positions_;
};

}  // namespace clew::anomaly
