#include "graph/column.h"

#include <xxhash.h>

#include <algorithm>

#include "ledger/snapshot.h"

namespace clew::graph {

BlockSums::BlockSums(ByteView bytes, std::span<const std::uint64_t> sums, std::string name)
    : bytes_(bytes),
      sums_(sums),
      name_(std::move(name)),
      verified_(std::make_unique<std::atomic<bool>[]>(sums.size())) {}

std::uint64_t BlockSums::sum(ByteView block) {
  return XXH3_64bits(block.data(), block.size());
}

void BlockSums::verify(std::size_t block) const {
  const std::size_t from = block * kBlock;
  const ByteView held = bytes_.subspan(from, std::min(kBlock, bytes_.size() - from));
  if (sum(held) != sums_[block])
    throw ledger::Corruption(name_ + ": block " + std::to_string(block) + " (bytes from " +
                             std::to_string(from) + ") does not match its checksum");
  verified_[block].store(true, std::memory_order_relaxed);
}

}  // namespace clew::graph
