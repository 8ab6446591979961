// Blocks in chain order, and those of them that a reorganisation is not expected to reach.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "ledger/snapshot.h"

namespace clew::graph {

// The blocks from the `first`-th that arrived on whose height is at most `horizon`, by height.
std::vector<ledger::BlockRow> blocks_by_height(const ledger::Snapshot& snapshot,
                                               ledger::BlockIndex first = 0,
                                               std::uint32_t horizon = ~std::uint32_t{0});

// The lower part of a chain: all blocks up to a height.
struct LowerPart {
  std::uint32_t height = 0;  // of its highest block
  Hash256 hash{};            // of that block
  ledger::BlockIndex block_count = 0;
  ledger::TxIndex tx_count = 0;
};
// The blocks up to the highest one at or below `height`. Nothing if there is none, or if one of
// them arrived after a higher block: only the numbers of what arrived first stay as they are when
// the blocks above are replaced.
std::optional<LowerPart> lower_part(const ledger::Snapshot& snapshot, std::uint32_t height);

}  // namespace clew::graph
