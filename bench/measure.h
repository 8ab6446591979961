// What the benchmarks share: CPU time of this process, and percentiles.
#pragma once

#include <time.h>

#include <algorithm>
#include <vector>

namespace clew::bench {

// User and system, every thread: what other programs on the machine take is left out.
inline double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// What passes on the wall: for work of several threads.
inline double wall_seconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// `share` from 0, the least, to 1, the largest; `values` must not be empty.
inline double percentile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

inline double median(const std::vector<double>& values) {
  return percentile(values, 0.5);
}

}  // namespace clew::bench
