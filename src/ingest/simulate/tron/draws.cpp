#include "ingest/simulate/tron/draws.h"

#include <algorithm>

namespace clew::simulate::tron {
namespace {

__extension__ using Wide = unsigned __int128;

// A normal deviate with 32 binary digits: the sum of twelve uniform numbers less six (Irwin and
// Hall), whose variance is one.
std::int64_t normal(Rng& rng) {
  constexpr std::int64_t kMean = std::int64_t{6} << 32;
  std::int64_t sum = 0;
  for (int i = 0; i < 12; ++i)
    sum += static_cast<std::int64_t>(rng.next() >> 32);
  return sum - kMean;
}

// 2^fraction with 30 binary digits, of a fraction with as many: a cubic that is exact at both ends
// and within 0.02 % between them.
std::uint64_t power_of_two(std::uint64_t fraction) {
  constexpr std::uint64_t kOne = 1u << 30, kFirst = 747'298'539, kSecond = 241'527'488;
  constexpr std::uint64_t kThird = kOne - kFirst - kSecond;
  std::uint64_t sum = kSecond + ((kThird * fraction) >> 30);
  sum = kFirst + ((sum * fraction) >> 30);
  return kOne + ((sum * fraction) >> 30);
}

}  // namespace

std::int64_t log_normal(Rng& rng, std::int64_t median, unsigned spread) {
  const std::int64_t exponent = normal(rng) * static_cast<std::int64_t>(spread) / 100;
  const std::int64_t whole = exponent >> 32;  // rounds down
  const std::uint64_t fraction = (static_cast<std::uint64_t>(exponent) & 0xffffffff) >> 2;
  Wide value = Wide{static_cast<std::uint64_t>(median)} * power_of_two(fraction);
  value = whole >= 0 ? value << whole : value >> -whole;
  return std::max<std::int64_t>(static_cast<std::int64_t>(value >> 30), 1);
}

std::int64_t human_amount(Rng& rng, std::int64_t median, unsigned spread) {
  const std::int64_t amount = std::max(log_normal(rng, median, spread), kCent);
  if (rng.percent(50)) return whole_cents(amount);
  std::int64_t unit = kCent;
  while (amount / unit >= 100)
    unit *= 10;
  if (rng.percent(40) && amount / unit >= 10) unit *= 10;
  return amount / unit * unit;
}

std::int64_t waking_second(Rng& rng, unsigned zone) {
  constexpr std::int64_t kRises = 7 * kHour, kHalfDay = 8 * kHour;
  const std::int64_t first = rng.between(0, kHalfDay);
  const std::int64_t local = kRises + first + rng.between(0, kHalfDay);
  return (local + kDay - static_cast<std::int64_t>(zone) * kHour) % kDay;
}

}  // namespace clew::simulate::tron
