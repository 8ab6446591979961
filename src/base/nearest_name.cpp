#include "base/nearest_name.h"

#include <algorithm>
#include <vector>

namespace clew {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row.back();
}

std::string did_you_mean(std::string_view word, std::span<const std::string> names) {
  std::size_t best = 3;  // more than two edits away is another word
  std::string_view nearest;
  for (const std::string& name : names) {
    const auto distance = edit_distance(name, word);
    if (distance >= best) continue;
    best = distance;
    nearest = name;
  }
  return nearest.empty() ? std::string() : "; did you mean " + std::string(nearest) + "?";
}

}  // namespace clew
