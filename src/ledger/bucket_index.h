// A compact immutable hash index: from a 64-bit hash of a key to the rows that may hold the key.
// Rows are grouped in buckets of about eight; a one-byte tag rules most of them out, and the caller
// verifies the rest against the column itself, so that no collision, grown by chance or on purpose,
// can give a wrong answer. 5.5 bytes a row on disk; a look-up costs two or three cache misses.
#pragma once

#include <span>
#include <vector>

#include "ledger/ids.h"
#include "ledger/segment_file.h"

namespace clew::ledger {

// Keyed, so that nobody who mines txids or addresses can fill a bucket on purpose.
std::uint64_t keyed_hash(ByteView key, std::uint64_t hash_key);
std::uint64_t keyed_hash(std::uint64_t key, std::uint64_t hash_key);

struct BucketIndexBytes {
  std::vector<std::uint32_t> offsets;  // one more than buckets
  std::vector<std::uint8_t> tags;      // one a row, bucket by bucket
  std::vector<std::uint32_t> rows;     // ascending within a bucket
};
// hashes[row]; equal input gives equal bytes.
BucketIndexBytes build_bucket_index(std::span<const std::uint64_t> hashes);
// The same of hash(row) for so many rows.
template <class Hash>
BucketIndexBytes build_bucket_index(std::size_t rows, Hash&& hash) {
  std::vector<std::uint64_t> hashes(rows);
  for (std::size_t row = 0; row < rows; ++row)
    hashes[row] = hash(static_cast<std::uint32_t>(row));
  return build_bucket_index(hashes);
}

class BucketIndex {
 public:
  BucketIndex() = default;
  // Of three sections with consecutive numbers.
  template <class Section>
  BucketIndex(const SegmentFile& file, Section first)
      : offsets_(file, static_cast<std::uint32_t>(first)),
        tags_(file, static_cast<std::uint32_t>(first) + 1),
        rows_(file, static_cast<std::uint32_t>(first) + 2) {}

  bool empty() const { return rows_.empty(); }
  void prefetch(std::uint64_t hash) const {
    if (!empty()) offsets_.prefetch(bucket(hash));
  }
  // Calls match(row) for every candidate until it returns true; gives that row, or kNoRow.
  template <class Match>
  std::uint32_t find(std::uint64_t hash, Match&& match) const {
    if (empty()) return kNoRow;
    const auto b = bucket(hash);
    const auto from = offsets_[b], to = offsets_[b + 1];
    if (from == to) return kNoRow;
    const auto* tags = tags_.range(from, to);
    for (auto i = from; i < to; ++i) {
      if (tags[i - from] != static_cast<std::uint8_t>(hash)) continue;
      if (const auto row = rows_[i]; match(row)) return row;
    }
    return kNoRow;
  }

 private:
  std::size_t bucket(std::uint64_t hash) const {
    return static_cast<std::size_t>(((hash >> 32) * (offsets_.size() - 1)) >> 32);
  }
  Column<std::uint32_t> offsets_;
  Column<std::uint8_t> tags_;
  Column<std::uint32_t> rows_;
};

}  // namespace clew::ledger
