// Turns counts into progress reports: not too many of them, with rate and time left.
#pragma once

#include "ingest/ingest.h"

namespace clew::ingest {

class ProgressMeter {
 public:
  explicit ProgressMeter(const IngestOptions& options);

  double now() const { return clock_(); }
  double seconds() const { return now() - begin_; }  // since construction
  void start(IngestProgress::Phase phase, std::uint64_t bytes_total, std::uint64_t blocks_total);
  // Tells the caller if a tenth of a second has passed since it was told last.
  void show(std::uint64_t bytes_done, std::uint64_t blocks_done, std::uint32_t height);
  // Tells it in any case: the end of a phase.
  void finish();

 private:
  std::function<double()> clock_;
  const std::function<void(const IngestProgress&)>& report_;
  IngestProgress state_;
  double begin_ = 0, phase_begin_ = 0, shown_ = 0;
};

}  // namespace clew::ingest
