// How long a call may wait, and what else ends it.
#pragma once

#include <atomic>
#include <chrono>

namespace clew::net {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  // `stop`, if given, ends the wait within a twentieth of a second of becoming true.
  explicit Deadline(double seconds, const std::atomic<bool>* stop = nullptr)
      : end_(Clock::now() +
             std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds))),
        stop_(stop) {}

  // The sooner of this and `seconds` from now.
  Deadline within(double seconds) const {
    Deadline other(seconds, stop_);
    if (end_ < other.end_) other.end_ = end_;
    return other;
  }

  bool stopped() const { return stop_ != nullptr && stop_->load(std::memory_order_relaxed); }
  bool passed() const { return Clock::now() >= end_; }
  Clock::duration left() const { return end_ - Clock::now(); }
  // How long may be slept before `stop` has to be looked at again.
  Clock::duration slice() const {
    constexpr auto kSlice = std::chrono::milliseconds(50);
    return stop_ != nullptr && left() > kSlice ? kSlice : left();
  }

 private:
  Clock::time_point end_;
  const std::atomic<bool>* stop_;
};

}  // namespace clew::net
