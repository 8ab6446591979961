// How often somebody may ask, a key or a network: a bucket of tokens each, one taken by each
// request, refilled steadily.
#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"

namespace clew::serve {

// For several threads at once. Memory is bounded: a bucket that is full again is forgotten, which
// changes nothing; of more than `buckets_max` the one longest unused is, which then is full.
class RateLimit {
 public:
  static constexpr std::size_t kBucketsMax = 65'536;  // about 10 MB

  // `per_second` of 0: no limit. `burst`: how many a full bucket holds, at least 1.
  RateLimit(double per_second, double burst, Clock& clock, std::size_t buckets_max = kBucketsMax)
      : per_second_(per_second), burst_(burst), buckets_max_(buckets_max), clock_(clock) {}

  // Takes a token; if there is none, the seconds until there will be.
  std::optional<double> take(const std::string& who);

  // What outlives the process: of each bucket that is not full, when it will be.
  struct Debt {
    std::string who;
    double full_at = 0;  // seconds since 1970
  };
  // Of the buckets that were used since the last call.
  std::vector<Debt> used();
  // For a limit that nobody has used yet. What would owe more than a whole bucket, because the
  // settings or the machine's date changed, owes that.
  void restore(const std::vector<Debt>& debts);

  std::size_t buckets() const;

 private:
  struct Bucket {
    std::string who;
    double full_at = 0, used_at = 0;  // Clock::now
  };
  Bucket& bucket_of(const std::string& who, double now);
  void forget_full(double now);
  void forget_first();

  const double per_second_, burst_;
  const std::size_t buckets_max_;
  Clock& clock_;
  mutable std::mutex mutex_;
  std::list<Bucket> buckets_;  // the one used last is last
  std::unordered_map<std::string, std::list<Bucket>::iterator> found_;
  double told_until_ = -1;  // `used` has told what was used before
};

}  // namespace clew::serve
