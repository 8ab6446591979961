#include "ingest/node/request_limit.h"

#include <algorithm>

namespace clew::ingest {

RequestLimit::RequestLimit(double first, double max)
    : limit_(std::max(1.0, std::min(first, max))), max_(std::max(1.0, max)) {}

std::uint64_t RequestLimit::begin() {
  ++running_;
  return ++begun_;
}

void RequestLimit::end_well() {
  // A limit that is not used up has not been proved.
  if (static_cast<double>(running_ + 1) >= limit_) limit_ = std::min(max_, limit_ + 1 / limit_);
  --running_;
}

void RequestLimit::end_overloaded(std::uint64_t ticket) {
  --running_;
  if (ticket <= decreased_at_) return;
  decreased_at_ = begun_;
  limit_ = std::max(1.0, limit_ / 2);
}

void RequestLimit::end_neutral() {
  --running_;
}

}  // namespace clew::ingest
