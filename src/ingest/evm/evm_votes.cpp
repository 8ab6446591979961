#include "ingest/evm/evm_votes.h"

#include <algorithm>

namespace clew::ingest {

Verdict count_votes(std::span<const std::vector<chain::Transfer>* const> said) {
  if (said.size() < 2) return {};
  const auto votes = [&](std::size_t node) {
    return static_cast<std::size_t>(
        std::ranges::count_if(said, [&](const auto* other) { return *other == *said[node]; }));
  };
  Verdict verdict{.agreement = Agreement::disputed};
  for (std::size_t node = 0; node < said.size(); ++node) {
    if (votes(node) * 2 <= said.size()) continue;
    verdict.agreement = Agreement::confirmed;
    verdict.winner = node;
    break;
  }
  if (verdict.agreement == Agreement::disputed) return verdict;
  for (std::size_t node = 0; node < said.size(); ++node) {
    if (*said[node] != *said[verdict.winner]) verdict.outvoted.push_back(node);
  }
  return verdict;
}

}  // namespace clew::ingest
