// Sums of amounts that no damaged or invented ledger can make overflow.
#pragma once

#include <cstdint>
#include <limits>

namespace clew::graph {

// What would pass the range of 64 bits stays at its end.
inline void add_to(std::int64_t& sum, std::int64_t value) {
  if (__builtin_add_overflow(sum, value, &sum))
    sum = value < 0 ? std::numeric_limits<std::int64_t>::min()
                    : std::numeric_limits<std::int64_t>::max();
}

}  // namespace clew::graph
