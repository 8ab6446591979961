// The difference of two amounts as a floating-point number, rounded once: amounts that differ by
// one in 256 bits differ. Internal to this folder.
#pragma once

#include "base/u256.h"

namespace clew::anomaly {

// To the nearest, ties to even, as all conversions here. No amount is too large: 2^256 is 1.2e77.
double to_double(const U256& value);

double wide_difference(const U256& a, const U256& b);
inline double difference(const U256& a, const U256& b) {
  const auto& x = a.limbs();
  const auto& y = b.limbs();
  if ((x[1] | x[2] | x[3] | y[1] | y[2] | y[3]) != 0) return wide_difference(a, b);
  return x[0] >= y[0] ? static_cast<double>(x[0] - y[0]) : -static_cast<double>(y[0] - x[0]);
}

}  // namespace clew::anomaly
