// How a writer of any kind of ledger cuts and merges segments.
#pragma once

#include <cstdint>
#include <optional>

namespace clew::ledger {

struct WriterOptions {
  // Raw block bytes after which append() commits by itself.
  std::uint64_t segment_bytes_max = 256u << 20;
  // Neighbouring segments of similar size are merged when there are this many.
  std::uint32_t merge_fan_in = 4;
  // No merge makes a segment of more raw block bytes than this: a merge holds about 0.45 of it.
  std::uint64_t merged_bytes_max = std::uint64_t{16} << 30;
  // Secret of the hash indexes of a new ledger; drawn at random if absent.
  std::optional<std::uint64_t> hash_key;
};

}  // namespace clew::ledger
