#include "apps/clew/trace_window.h"

#include <charconv>

#include "apps/clew/session.h"

namespace clew::app {
namespace {

// A height (digits alone) or a date; `upper` makes a bare date mean its last second.
Result<void> set_bound(const std::string& text, bool upper, graph::TraceWindow& window) {
  if (text.empty()) return {};
  std::uint32_t height = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), height);
  if (code == std::errc() && end == text.data() + text.size()) {
    (upper ? window.height_to : window.height_from) = height;
    return {};
  }
  const auto time = parse_time(text);
  if (!time)
    return fail(ErrorKind::usage, "'" + text +
                                      "' is neither a date (2024-05-31, "
                                      "2024-05-31T12:00:00Z) nor a height");
  constexpr std::uint32_t kLastSecond = 24 * 60 * 60 - 1;
  const bool bare_date = text.size() == 10;
  if (upper)
    window.time_to = *time + (bare_date ? kLastSecond : 0);
  else
    window.time_from = *time;
  return {};
}

}  // namespace

Result<graph::TraceWindow> parse_window(const std::string& since, const std::string& until) {
  graph::TraceWindow window;
  CLEW_CHECK(set_bound(since, false, window));
  CLEW_CHECK(set_bound(until, true, window));
  if (window.height_from > window.height_to || window.time_from > window.time_to)
    return fail(ErrorKind::usage, "--since " + since + " is after --until " + until);
  return window;
}

}  // namespace clew::app
