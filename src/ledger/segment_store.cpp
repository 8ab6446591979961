#include "ledger/segment_store.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdio>
#include <random>

namespace clew::ledger {
namespace {

constexpr std::uint64_t kSmallestClass = 1 << 20;  // raw bytes

int size_class(const SegmentExtent& segment, std::uint32_t fan_in) {
  int number = 0;
  for (auto size = segment.raw_bytes; size > kSmallestClass; size /= fan_in)
    ++number;
  return number;
}

// One size class, contiguous, and not too much.
bool alike(std::span<const SegmentExtent> run, std::uint32_t fan_in, std::uint64_t bytes_max) {
  const auto wanted = size_class(run.back(), fan_in);
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < run.size(); ++i) {
    bytes += run[i].raw_bytes;
    if (size_class(run[i], fan_in) > wanted) return false;
    if (i > 0 && run[i - 1].end_height != run[i].first_height) return false;
  }
  return bytes <= bytes_max;
}

}  // namespace

std::optional<MergeRange> merge_due(std::span<const SegmentExtent> segments,
                                    const WriterOptions& options,
                                    const std::function<bool(std::size_t, std::size_t)>& fits) {
  const auto fan_in = std::max<std::uint32_t>(options.merge_fan_in, 2);
  // Newest first: small segments are made at the end.
  for (auto last = segments.size(); last >= fan_in; --last) {
    const auto first = last - fan_in;
    if (alike(segments.subspan(first, fan_in), fan_in, options.merged_bytes_max) &&
        fits(first, last))
      return MergeRange{first, last};
  }
  return std::nullopt;
}

std::string segment_name(std::uint64_t number) {
  char name[32];
  std::snprintf(name, sizeof name, "%08llu.seg", static_cast<unsigned long long>(number));
  return name;
}

std::uint64_t random_hash_key() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

std::string digest_text(ByteView content) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx",
                static_cast<unsigned long long>(XXH3_64bits(content.data(), content.size())));
  return text;
}

}  // namespace clew::ledger
