// The seam to time: what waits or measures asks here, so that tests need not wait.
#pragma once

namespace clew {

// For several threads at once.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual double now() = 0;   // seconds, never going back, from a start that means nothing
  virtual double date() = 0;  // seconds since 1970 (UTC)
  virtual void sleep(double seconds) = 0;
};

// The machine's; lives for the whole program.
Clock& real_clock();

}  // namespace clew
