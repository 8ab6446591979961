// What people do, as random numbers: amounts, delays, hours of the day. Integers alone, so that
// every machine draws the same.
#pragma once

#include <cstdint>

#include "ingest/simulate/rng.h"

namespace clew::simulate::tron {

// Amounts of stable coins, in base units: six decimals.
constexpr std::int64_t kCoin = 1'000'000;
constexpr std::int64_t kCent = kCoin / 100;
// Times, in seconds.
constexpr std::int64_t kMinute = 60, kHour = 60 * kMinute, kDay = 24 * kHour;

// Log-normal: median * 2^(z * spread / 100) with z normal, cut off at six deviations; at least 1.
// A spread of 100 means that one deviation up is twice the median.
std::int64_t log_normal(Rng& rng, std::int64_t median, unsigned spread);

// An amount that a person names: log-normal in whole cents, half of the time rounded to one or two
// leading digits.
std::int64_t human_amount(Rng& rng, std::int64_t median, unsigned spread);
// Rounded down to whole cents.
constexpr std::int64_t whole_cents(std::int64_t amount) {
  return amount / kCent * kCent;
}

// Second of a day in UTC at which somebody is awake whose clock is `zone` hours ahead of it.
std::int64_t waking_second(Rng& rng, unsigned zone);

}  // namespace clew::simulate::tron
