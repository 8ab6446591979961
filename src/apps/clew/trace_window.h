// The span of time that --since and --until name.
#pragma once

#include <string>

#include "base/result.h"
#include "graph/trace_graph.h"

namespace clew::app {

// Each a date or a height (digits alone), both ends included; a bare date is all of its day. Empty:
// no bound. usage if it is neither, or the end is before the beginning.
Result<graph::TraceWindow> parse_window(const std::string& since, const std::string& until);

}  // namespace clew::app
