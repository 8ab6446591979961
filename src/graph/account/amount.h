// Sums of 256-bit amounts where the caller knows that they fit, or does not care beyond.
#pragma once

#include "base/u256.h"

namespace clew::account {

// What would pass 2^256 - 1 stays there: for totals of what a hostile token claims to have moved.
inline U256 plus(const U256& a, const U256& b) {
  bool overflow = false;
  const U256 sum = U256::wrapping_add(a, b, &overflow);
  return overflow ? U256::max() : sum;
}
// `b` is at most `a`.
inline U256 minus(const U256& a, const U256& b) {
  return U256::wrapping_sub(a, b);
}
// floor(a * part / whole), of which part is at most whole, and whole is not zero.
inline U256 share(const U256& a, const U256& part, const U256& whole) {
  return mul_div(a, part, whole).value_or(a);
}

}  // namespace clew::account
