// An interrupt ends a long command in order, a second one at once.
#pragma once

#include <atomic>

namespace clew::app {

// Becomes true at the first SIGINT or SIGTERM after the call.
const std::atomic<bool>& interrupted_flag();

}  // namespace clew::app
