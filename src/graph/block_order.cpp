#include "graph/block_order.h"

#include <algorithm>

namespace clew::graph {

using ledger::BlockIndex;
using ledger::BlockRow;

std::vector<BlockRow> blocks_by_height(const ledger::Snapshot& snapshot, BlockIndex first,
                                       std::uint32_t horizon) {
  std::vector<BlockRow> blocks;
  for (std::uint64_t i = first; i < snapshot.block_count(); ++i) {
    const auto index = static_cast<BlockIndex>(i);
    if (snapshot.height_of(index) <= horizon) blocks.push_back(snapshot.block(index));
  }
  std::sort(blocks.begin(), blocks.end(),
            [](const BlockRow& a, const BlockRow& b) { return a.height < b.height; });
  return blocks;
}

std::optional<LowerPart> lower_part(const ledger::Snapshot& snapshot, std::uint32_t height) {
  std::optional<BlockIndex> highest;
  std::uint32_t highest_height = 0;
  BlockIndex count = 0;
  for (std::uint64_t i = 0; i < snapshot.block_count(); ++i) {
    const auto index = static_cast<BlockIndex>(i);
    const std::uint32_t at = snapshot.height_of(index);
    if (at > height) continue;
    if (index != count++) return std::nullopt;
    if (!highest || at > highest_height) {
      highest = index;
      highest_height = at;
    }
  }
  if (!highest) return std::nullopt;
  const BlockRow top = snapshot.block(*highest);
  const BlockRow last = snapshot.block(count - 1);
  return LowerPart{top.height, top.hash, count, last.first_tx + last.tx_count};
}

}  // namespace clew::graph
