#include "ingest/progress_meter.h"

#include <chrono>

namespace clew::ingest {
namespace {

constexpr double kInterval = 0.1;  // seconds

double machine_seconds() {
  const auto time = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(time).count();
}

}  // namespace

ProgressMeter::ProgressMeter(const IngestOptions& options)
    : clock_(options.clock ? options.clock : machine_seconds),
      report_(options.progress),
      begin_(clock_()) {}

void ProgressMeter::start(IngestProgress::Phase phase, std::uint64_t bytes_total,
                          std::uint64_t blocks_total) {
  state_ = {.phase = phase, .bytes_total = bytes_total, .blocks_total = blocks_total};
  phase_begin_ = shown_ = clock_();
}

void ProgressMeter::show(std::uint64_t bytes_done, std::uint64_t blocks_done,
                         std::uint32_t height) {
  state_.bytes_done = bytes_done;
  state_.blocks_done = blocks_done;
  state_.height = height;
  if (report_ && clock_() - shown_ >= kInterval) finish();
}

void ProgressMeter::finish() {
  if (!report_) return;
  shown_ = clock_();
  const double passed = shown_ - phase_begin_;
  const auto done = static_cast<double>(state_.bytes_done);
  state_.bytes_per_second = passed > 0 ? done / passed : 0;
  state_.seconds_left.reset();
  if (state_.bytes_per_second > 0 && state_.bytes_total >= state_.bytes_done) {
    const auto left = static_cast<double>(state_.bytes_total - state_.bytes_done);
    state_.seconds_left = left / state_.bytes_per_second;
  }
  report_(state_);
}

}  // namespace clew::ingest
