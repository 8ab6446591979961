// How many requests may run at once: additive increase, multiplicative decrease (Chiu and Jain,
// 1989), as congestion control does it.
#pragma once

#include <cstdint>

namespace clew::ingest {

// Not for several threads at once.
class RequestLimit {
 public:
  RequestLimit(double first, double max);

  bool has_room() const { return running_ < static_cast<std::uint64_t>(limit_); }
  std::uint64_t running() const { return running_; }
  double limit() const { return limit_; }

  // A request begins; the ticket comes back when it ends.
  std::uint64_t begin();
  void end_well();
  // Failures of requests that began before the last decrease tell nothing new.
  void end_overloaded(std::uint64_t ticket);
  void end_neutral();  // it says nothing about the load

 private:
  double limit_, max_;
  std::uint64_t running_ = 0, begun_ = 0, decreased_at_ = 0;
};

}  // namespace clew::ingest
