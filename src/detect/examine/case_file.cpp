#include "detect/examine/case_file.h"

#include <algorithm>

namespace clew::examine {

std::string CaseFile::why_untimed() const {
  if (untimed.empty()) return {};
  return "of " + std::to_string(untimed.size()) + " of " + std::to_string(rows.size()) +
         " transfers it is not known when they happened";
}

std::optional<std::int64_t> CaseFile::time_of(std::uint32_t row) const {
  if (std::ranges::binary_search(untimed, row)) return std::nullopt;
  return rows[row].time;
}

std::optional<std::int64_t> CaseFile::first_time() const {
  std::uint32_t row = 0;
  while (row < rows.size() && !time_of(row))
    ++row;
  if (row == rows.size()) return std::nullopt;
  return rows[row].time;
}

std::optional<std::int64_t> CaseFile::last_time() const {
  if (!first_time()) return std::nullopt;
  return rows.back().time;
}

}  // namespace clew::examine
