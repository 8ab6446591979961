// How often a key may ask: a bucket of tokens each, one taken by each request, refilled steadily.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.h"

namespace clew::serve {

// For several threads at once. Holds one bucket for each key that ever asked.
class RateLimit {
 public:
  // `per_second` of 0: no limit. `burst`: how many a full bucket holds, at least 1.
  RateLimit(double per_second, double burst, Clock& clock)
      : per_second_(per_second), burst_(burst), clock_(clock) {}

  // Takes a token; if there is none, the seconds until there will be.
  std::optional<double> take(const std::string& key);

 private:
  struct Bucket {
    double tokens = 0, at = 0;
  };
  const double per_second_, burst_;
  Clock& clock_;
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace clew::serve
