#include "serve/rate_limit.h"

#include <algorithm>

namespace clew::serve {
namespace {

// A bucket is one number, the time at which it will be full; each token adds to it, and sums of
// binary fractions are off by less than this.
constexpr double kRoundingSeconds = 1e-6;

}  // namespace

std::optional<double> RateLimit::take(const std::string& who) {
  if (per_second_ <= 0) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const double now = clock_.now();
  forget_full(now);
  Bucket& bucket = bucket_of(who, now);
  const double full_at = std::max(bucket.full_at, now) + 1 / per_second_;
  const double wait = full_at - now - burst_ / per_second_;
  if (wait > kRoundingSeconds) return wait;
  bucket.full_at = full_at;
  return std::nullopt;
}

// In the order of use, not of being full: those behind one that is not wait, and none for ever.
void RateLimit::forget_full(double now) {
  while (!buckets_.empty() && buckets_.front().full_at <= now)
    forget_first();
}

void RateLimit::forget_first() {
  found_.erase(buckets_.front().who);
  buckets_.pop_front();
}

RateLimit::Bucket& RateLimit::bucket_of(const std::string& who, double now) {
  if (const auto found = found_.find(who); found != found_.end()) {
    buckets_.splice(buckets_.end(), buckets_, found->second);
  } else {
    if (buckets_.size() >= buckets_max_) forget_first();
    found_[who] = buckets_.insert(buckets_.end(), {.who = who, .full_at = now});
  }
  buckets_.back().used_at = now;
  return buckets_.back();
}

std::vector<RateLimit::Debt> RateLimit::used() {
  const std::lock_guard lock(mutex_);
  const double now = clock_.now(), date = clock_.date();
  std::vector<Debt> debts;
  // What was used at the very time of the last call is told twice rather than never.
  for (auto at = buckets_.rbegin(); at != buckets_.rend() && at->used_at >= told_until_; ++at)
    debts.push_back({at->who, date + at->full_at - now});
  told_until_ = now;
  return debts;
}

void RateLimit::restore(const std::vector<Debt>& debts) {
  if (per_second_ <= 0) return;
  const std::lock_guard lock(mutex_);
  const double now = clock_.now(), date = clock_.date();
  for (const auto& [who, full_at] : debts)
    bucket_of(who, now).full_at = now + std::clamp(full_at - date, 0.0, burst_ / per_second_);
  told_until_ = now;
  forget_full(now);
}

std::size_t RateLimit::buckets() const {
  const std::lock_guard lock(mutex_);
  return buckets_.size();
}

}  // namespace clew::serve
