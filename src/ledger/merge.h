// Which neighbouring segments are due to become one, and making one of them.
#pragma once

#include "ledger/manifest.h"
#include "ledger/writer.h"

namespace clew::ledger {

// Positions [first, last) in order of arrival.
struct MergeRange {
  std::size_t first = 0, last = 0;
};
// A run of `merge_fan_in` segments of one size class, contiguous in heights, or nothing.
// Size classes grow by the fan-in, so that each block is rewritten a logarithmic number of times.
std::optional<MergeRange> merge_due(const Segments& segments, const WriterOptions& options);

// Writes the first `blocks` blocks of the given contiguous segments (all: kNone) as one file.
Result<std::uint64_t> write_merged(FileSystem& files, const std::string& path,
                                   std::span<const std::shared_ptr<const Segment>> segments,
                                   std::uint64_t blocks = kNone);

}  // namespace clew::ledger
