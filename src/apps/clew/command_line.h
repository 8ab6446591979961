// The command line: what may be written, what it means, and the nearest name where it is misspelt.
#pragma once

#include "apps/clew/session.h"

namespace clew::app {

// Parses, runs the command, prints its error. Returns the exit code.
int run(int argc, const char* const* argv);

}  // namespace clew::app
