#include "base/clock.h"

#include <chrono>
#include <thread>

namespace clew {
namespace {

template <class Source>
double seconds() {
  return std::chrono::duration<double>(Source::now().time_since_epoch()).count();
}

class RealClock final : public Clock {
 public:
  double now() override { return seconds<std::chrono::steady_clock>(); }
  double date() override { return seconds<std::chrono::system_clock>(); }
  void sleep(double duration) override {
    if (duration > 0) std::this_thread::sleep_for(std::chrono::duration<double>(duration));
  }
};

}  // namespace

Clock& real_clock() {
  static RealClock clock;
  return clock;
}

}  // namespace clew
