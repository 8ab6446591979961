// What a command that serves does once its server has started.
#pragma once

#include <string>

#include "apps/clew/session.h"

namespace clew::app {

// Says on standard output where it serves, for which whoever started it waits; comes back when
// interrupted.
void stay(const Session& session, const std::string& url);

}  // namespace clew::app
