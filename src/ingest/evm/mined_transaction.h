// A transaction within its block, which a node told and every hash, root and signature holds.
#pragma once

#include "chain/evm/rpc_block.h"
#include "chain/evm/transfers.h"
#include "ingest/node/node_pool.h"

namespace clew::ingest {

// May be moved but not copied.
struct MinedTransaction {
  evm::RpcBlock block;
  evm::RpcReceipts receipts;
  std::uint32_t position = 0;  // within the block
  evm::Address sender{};       // recomputed

  const evm::Receipt& receipt() const { return receipts.receipts.receipts[position]; }
  std::span<const evm::Log> logs() const { return receipts.receipts.logs_of(receipt()); }
};

// not_found if the node has no such transaction, or not in a block yet; data that says what does
// not hold.
Result<MinedTransaction> ask_mined_transaction(NodePool& node, const Hash256& hash);

// What the transaction moved, as the ledger has it. `calls` are its own alone, and held against it;
// places are those within the whole block. `notes` is added to.
Result<std::vector<chain::Transfer>> transfers_of(const MinedTransaction& mined,
                                                  const evm::Calls& calls,
                                                  const evm::TransferReader& reader,
                                                  evm::TransferNotes& notes);

}  // namespace clew::ingest
