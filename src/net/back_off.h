// How long to stay away from a server that failed or refused.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

namespace clew::net {

struct BackOff {
  // After n failures in a row: a random time up to first * 2^(n-1), and no more than max.
  double first_seconds = 0.25, max_seconds = 30;
  // Of what the server itself asks for (Retry-After), which comes before the random time.
  double asked_seconds_max = 300;

  // `failures` in a row, at least 1; `random` is 64 random bits.
  double seconds(int failures, std::optional<double> asked_seconds, std::uint64_t random) const;
};

// 64 random bits a call, seeded by the machine. Not for several threads at once.
std::function<std::uint64_t()> machine_random();

}  // namespace clew::net
