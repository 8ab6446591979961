// What the server counts of itself, in Prometheus' text format (version 0.0.4).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>

namespace clew::serve {

// For several threads at once. Labels are patterns and fixed words, never what a client wrote, so
// that their number is bounded.
class Metrics {
 public:
  // `problem`: the name of what the client was told instead of an answer, else empty.
  void count(std::string_view method, std::string_view route, int status, double seconds,
             std::string_view problem);
  void begin_work() { ++at_work_; }
  void end_work() { --at_work_; }

  std::string text() const;

 private:
  static constexpr std::array kBounds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                         0.25,  0.5,    1.0,   2.5,  5.0,   10.0};
  struct Histogram {
    std::array<std::uint64_t, kBounds.size()> buckets{};  // up to each bound
    std::uint64_t count = 0;
    double sum = 0;
  };

  std::atomic<std::int64_t> at_work_ = 0;
  mutable std::mutex mutex_;
  std::map<std::tuple<std::string, std::string, int>, std::uint64_t, std::less<>> requests_;
  std::map<std::string, Histogram, std::less<>> seconds_;  // by route
  std::map<std::string, std::uint64_t, std::less<>> problems_;
};

}  // namespace clew::serve
