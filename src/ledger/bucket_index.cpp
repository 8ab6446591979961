#include "ledger/bucket_index.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace clew::ledger {
namespace {

constexpr std::size_t kRowsPerBucket = 8;

}  // namespace

std::uint64_t keyed_hash(ByteView key, std::uint64_t hash_key) {
  return XXH3_64bits_withSeed(key.data(), key.size(), hash_key);
}

std::uint64_t keyed_hash(std::uint64_t key, std::uint64_t hash_key) {
  return XXH3_64bits_withSeed(&key, sizeof key, hash_key);
}

BucketIndexBytes build_bucket_index(std::span<const std::uint64_t> hashes) {
  BucketIndexBytes index;
  if (hashes.empty()) return index;
  const std::uint64_t buckets = (hashes.size() + kRowsPerBucket - 1) / kRowsPerBucket;
  const auto bucket = [&](std::uint64_t hash) { return ((hash >> 32) * buckets) >> 32; };
  index.offsets.assign(buckets + 1, 0);
  for (const auto hash : hashes)
    ++index.offsets[bucket(hash) + 1];
  for (std::size_t b = 0; b < buckets; ++b)
    index.offsets[b + 1] += index.offsets[b];
  index.tags.resize(hashes.size());
  index.rows.resize(hashes.size());
  std::vector<std::uint32_t> at(index.offsets.begin(), index.offsets.end() - 1);
  for (std::size_t row = 0; row < hashes.size(); ++row) {
    const auto i = at[bucket(hashes[row])]++;
    index.tags[i] = static_cast<std::uint8_t>(hashes[row]);
    index.rows[i] = static_cast<std::uint32_t>(row);
  }
  return index;
}

}  // namespace clew::ledger
