// A stored block, decoded: what answers are rendered from.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "chain/evm/block.h"
#include "chain/evm/receipt.h"
#include "ingest/simulate/ethereum/record.h"
#include "ingest/simulate/ethereum/world_store.h"

namespace clew::replay {

namespace world = simulate::ethereum;

// Views the store that it was loaded from.
struct BlockFacts {
  world::StoredBlock stored;
  evm::Block block;
  evm::Receipts receipts;
  // One a transaction, and one more: where its calls begin among the block's.
  std::vector<std::size_t> first_calls;
  U256 blob_gas_price{};
  std::size_t size = 0;  // of the block as RLP

  std::uint64_t gas_used(std::size_t tx) const {
    const std::uint64_t before = tx == 0 ? 0 : receipts.receipts[tx - 1].cumulative_gas_used;
    return receipts.receipts[tx].cumulative_gas_used - before;
  }
};

// data if the record is damaged or its parts do not fit each other.
Result<void> load_facts(const world::Store& store, const world::IndexEntry& entry, BlockFacts& out);

}  // namespace clew::replay
