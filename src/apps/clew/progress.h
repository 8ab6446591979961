// A progress bar on standard error, only where that is a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace clew::app {

class ProgressBar {
 public:
  // "ingesting [######....] 43 %  812,345 blocks  210 MB/s  ETA 0:42"
  ProgressBar(std::string verb, std::string unit);
  ~ProgressBar() { finish(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // `note` stands between the count and the ETA, e.g. a rate. Draws ten times a second at most.
  void show(std::uint64_t done, std::uint64_t total, const std::string& note = {});
  void finish();  // clears the line

 private:
  using Clock = std::chrono::steady_clock;
  std::string verb_, unit_;
  bool terminal_;
  bool drawn_ = false;
  Clock::time_point started_, last_;
};

}  // namespace clew::app
