#include "apps/clew/trace_window.h"

#include <algorithm>
#include <charconv>

#include "base/time_text.h"

namespace clew::app {
namespace {

constexpr std::int64_t kLastTime = 0xffffffff;  // that a block's can be

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
  if (!time || *time < 0 || *time > kLastTime)
    return fail(ErrorKind::usage, "'" + text +
                                      "' is neither a date (2024-05-31, "
                                      "2024-05-31T12:00:00Z) nor a height");
  constexpr std::int64_t kLastSecond = 24 * 60 * 60 - 1;
  const bool bare_date = text.size() == 10;
  if (upper)
    window.time_to =
        static_cast<std::uint32_t>(std::min(kLastTime, *time + (bare_date ? kLastSecond : 0)));
  else
    window.time_from = static_cast<std::uint32_t>(*time);
  return {};
}

// Whether one bound is a height, the other a date, and no block is between them. The height's own
// block does not decide alone: times go back by up to hours from a block to a later one.
bool is_crossed(const graph::TraceWindow& window, const BlockTimes& times) {
  constexpr std::uint32_t kDisorder = 24 * 60 * 60;
  const bool upward = window.height_from > 0 && window.time_to < kLastTime;
  const bool downward = window.height_to < 0xffffffff && window.time_from > 0;
  if (!upward && !downward) return false;
  const auto begin = upward ? window.height_from : window.height_to;
  auto height = begin;
  while (const auto time = times(height)) {
    if (upward ? *time <= window.time_to : *time >= window.time_from) return false;
    if ((upward ? *time - window.time_to : window.time_from - *time) > kDisorder) return true;
    if (!upward && height == 0) return true;
    height += upward ? 1 : -1;
  }
  return height != begin;
}

}  // namespace

Result<graph::TraceWindow> parse_window(const std::string& since, const std::string& until,
                                        const BlockTimes& times) {
  graph::TraceWindow window;
  CLEW_CHECK(set_bound(since, false, window));
  CLEW_CHECK(set_bound(until, true, window));
  if (window.height_from > window.height_to || window.time_from > window.time_to ||
      is_crossed(window, times))
    return fail(ErrorKind::usage, "--since " + since + " is after --until " + until);
  return window;
}

}  // namespace clew::app
