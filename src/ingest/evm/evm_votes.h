// What several nodes say of the part of a block that no hash covers: what its contracts moved.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chain/transfer.h"

namespace clew::ingest {

enum class Agreement : std::uint8_t {
  alone,      // there was only one to ask
  confirmed,  // by another, or by more than half of them
  disputed,
};

struct Verdict {
  Agreement agreement = Agreement::alone;
  std::size_t winner = 0;             // whose word is taken; of a dispute the first
  std::vector<std::size_t> outvoted;  // by more than half; nobody in a dispute
};

// `said`: all transfers of a block, from one node each; at least one.
Verdict count_votes(std::span<const std::vector<chain::Transfer>* const> said);

}  // namespace clew::ingest
