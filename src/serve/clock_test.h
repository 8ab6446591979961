// For tests: time that passes when the test says so.
#pragma once

#include "base/clock.h"

namespace clew::serve::test {

class HandClock final : public Clock {
 public:
  double now() override { return time; }
  double date() override { return 1.6e9 + time; }
  void sleep(double seconds) override { time += seconds; }
  double time = 0;
};

}  // namespace clew::serve::test
