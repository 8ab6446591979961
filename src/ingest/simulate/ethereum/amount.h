// Amounts in base units that actors reckon with. What is asked for fits by construction: an amount
// that did not would be a mistake of the simulator, so these assert.
#pragma once

#include <cassert>
#include <cstdint>

#include "base/u256.h"

namespace clew::simulate::ethereum {

inline U256 plus(const U256& a, const U256& b) {
  const auto sum = checked_add(a, b);
  assert(sum);
  return *sum;
}
inline U256 minus(const U256& a, const U256& b) {
  const auto difference = checked_sub(a, b);
  assert(difference);
  return *difference;
}
inline U256 times(const U256& a, std::uint64_t b) {
  const auto product = checked_mul(a, b);
  assert(product);
  return *product;
}
// a * b / c, rounded down.
inline U256 share(const U256& a, const U256& b, const U256& c) {
  const auto part = mul_div(a, b, c);
  assert(part);
  return *part;
}
inline U256 share(const U256& a, std::uint64_t b, std::uint64_t c) {
  return share(a, U256(b), U256(c));
}

constexpr std::uint64_t kGwei = 1'000'000'000;  // wei
inline U256 from_gwei(std::uint64_t gwei) {
  return times(U256(kGwei), gwei);
}
inline U256 from_ether(std::uint64_t ether) {
  return times(U256(1'000'000'000'000'000'000), ether);
}
// Rounded down.
inline std::uint64_t to_gwei(const U256& wei) {
  return divide(wei, kGwei)->quotient.low_u64();
}

}  // namespace clew::simulate::ethereum
