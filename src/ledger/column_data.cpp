#include "ledger/column_data.h"

namespace clew::ledger {

std::size_t rows_below(const Column<std::uint32_t>& rows, std::size_t end) {
  std::size_t low = 0, high = rows.size();
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    if (rows[middle] < end)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

std::uint32_t find_sorted(const Column<std::uint32_t>& column, std::uint32_t key) {
  const auto at = rows_below(column, key);
  return at < column.size() && column[at] == key ? static_cast<std::uint32_t>(at) : kNoRow;
}

}  // namespace clew::ledger
