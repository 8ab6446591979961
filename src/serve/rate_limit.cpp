#include "serve/rate_limit.h"

#include <algorithm>

namespace clew::serve {

std::optional<double> RateLimit::take(const std::string& key) {
  if (per_second_ <= 0) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const double now = clock_.now();
  const auto [found, made] = buckets_.try_emplace(key, Bucket{burst_, now});
  Bucket& bucket = found->second;
  bucket.tokens = std::min(burst_, bucket.tokens + (now - bucket.at) * per_second_);
  bucket.at = now;
  if (bucket.tokens < 1) return (1 - bucket.tokens) / per_second_;
  bucket.tokens -= 1;
  return std::nullopt;
}

}  // namespace clew::serve
