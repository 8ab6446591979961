#include "ledger/merge.h"

#include <algorithm>

#include "ledger/segment_data.h"

namespace clew::ledger {
namespace {

constexpr std::uint64_t kSmallestClass = 1 << 20;  // raw bytes

int size_class(const Segment& segment, std::uint32_t fan_in) {
  int number = 0;
  for (auto size = segment.counts.raw_bytes; size > kSmallestClass; size /= fan_in)
    ++number;
  return number;
}

bool contiguous(const Segment& a, const Segment& b) {
  return a.end_height() == b.first_height();
}

bool fits(const Segments& segments, std::size_t first, std::size_t last, std::uint64_t bytes_max) {
  std::uint64_t bytes = 0, inputs = 0, outputs = 0, scripts = 0, addresses = 0;
  for (auto i = first; i < last; ++i) {
    bytes += segments[i]->counts.raw_bytes;
    inputs += segments[i]->counts.input_count;
    outputs += segments[i]->counts.output_count;
    scripts += segments[i]->out_script_bytes.size();
    addresses += segments[i]->address_bytes.size();
  }
  return bytes <= bytes_max && inputs < kRowsMax && outputs < kRowsMax && scripts < kNoRow &&
         addresses < kNoRow;
}

}  // namespace

std::optional<MergeRange> merge_due(const Segments& segments, const WriterOptions& options) {
  const auto fan_in = std::max<std::uint32_t>(options.merge_fan_in, 2);
  // Newest first: small segments are made at the end.
  for (auto last = segments.size(); last >= fan_in; --last) {
    const auto first = last - fan_in;
    const auto wanted = size_class(*segments[last - 1], fan_in);
    bool due = fits(segments, first, last, options.merged_bytes_max);
    for (auto i = first; due && i < last; ++i)
      due = size_class(*segments[i], fan_in) <= wanted &&
            (i + 1 == last || contiguous(*segments[i], *segments[i + 1]));
    if (due) return MergeRange{first, last};
  }
  return std::nullopt;
}

Result<std::uint64_t> write_merged(FileSystem& files, const std::string& path,
                                   std::span<const std::shared_ptr<const Segment>> segments,
                                   std::uint64_t blocks) {
  SegmentData data;
  data.hash_key = segments.front()->file->hash_key();
  auto base = segments.front()->counts;
  base.block_count = base.tx_count = base.input_count = base.output_count = base.address_count = 0;
  data.restart(base, base.first_height);
  for (const auto& segment : segments) {
    const auto take = std::min(blocks, segment->counts.block_count);
    if (take == 0) break;
    data.append(*segment, static_cast<std::uint32_t>(take));
    blocks -= take;
  }
  return data.write(files, path);
}

}  // namespace clew::ledger
