#include "net/back_off.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace clew::net {
namespace {

constexpr int kDoublingsMax = 30;

}  // namespace

// Full jitter (Brooker, "Exponential backoff and jitter", AWS 2015): whoever failed together must
// not come back together.
double BackOff::seconds(int failures, std::optional<double> asked_seconds,
                        std::uint64_t random) const {
  const int doublings = std::clamp(failures - 1, 0, kDoublingsMax);
  const double ceiling = std::min(max_seconds, std::ldexp(first_seconds, doublings));
  const double share = static_cast<double>(random >> 11) * 0x1p-53;  // [0, 1)
  const double asked = std::clamp(asked_seconds.value_or(0), 0.0, asked_seconds_max);
  return asked + share * ceiling;
}

std::function<std::uint64_t()> machine_random() {
  return [engine = std::mt19937_64(std::random_device()())]() mutable { return engine(); };
}

}  // namespace clew::net
