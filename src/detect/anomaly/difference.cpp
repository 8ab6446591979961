#include "detect/anomaly/difference.h"

#include <cmath>

namespace clew::anomaly {

double to_double(const U256& value) {
  const auto& limbs = value.limbs();
  const int length = value.bit_length();
  if (length <= 64) return static_cast<double>(limbs[0]);
  const auto top = static_cast<std::size_t>((length - 1) / 64);
  const int shift = static_cast<int>(64 * (top + 1)) - length;
  std::uint64_t bits = limbs[top] << shift;
  std::uint64_t below = limbs[top - 1];
  if (shift != 0) {
    bits |= below >> (64 - shift);
    below <<= shift;
  }
  for (std::size_t i = 0; i + 1 < top; ++i)
    below |= limbs[i];
  // 11 bits more than a double holds: the last one stands for all that follow it.
  return std::ldexp(static_cast<double>(bits | (below != 0 ? 1 : 0)), length - 64);
}

double wide_difference(const U256& a, const U256& b) {
  return a >= b ? to_double(U256::wrapping_sub(a, b)) : -to_double(U256::wrapping_sub(b, a));
}

}  // namespace clew::anomaly
