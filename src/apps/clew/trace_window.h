// The span of time that --since and --until name.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "graph/trace_graph.h"

namespace clew::app {

// When the block of a height was made; nothing if the ledger does not know.
using BlockTimes = std::function<std::optional<std::uint32_t>(std::uint32_t height)>;
template <typename Snapshot>
BlockTimes block_times(const Snapshot& snapshot) {
  return [&snapshot](std::uint32_t height) -> std::optional<std::uint32_t> {
    const auto found = snapshot.find_block_at(height);
    if (!found) return std::nullopt;
    const auto row = snapshot.block(*found);
    std::uint32_t time = 0;  // of a block that a list tells none of
    if constexpr (requires { row.time; })
      time = static_cast<std::uint32_t>(row.time);
    else
      time = row.header.time;
    return time == 0 ? std::nullopt : std::optional(time);
  };
}

// Each a date or a height (digits alone), both ends included; a bare date is all of its day. Empty:
// no bound. usage if it is neither, or the end is before the beginning: of a height and a date, by
// the times of the blocks there.
Result<graph::TraceWindow> parse_window(const std::string& since, const std::string& until,
                                        const BlockTimes& times);

}  // namespace clew::app
