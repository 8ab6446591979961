#include "ingest/evm/evm_ledger.h"

namespace clew::ingest {

Result<void> EvmLedger::append(const LiveBlock& block) {
  const auto& evm_block = static_cast<const EvmLiveBlock&>(block);
  CLEW_CHECK(AccountLedger::append(block));
  notes_ += evm_block.notes;
  disputed_ += evm_block.disputed ? 1 : 0;
  return {};
}

}  // namespace clew::ingest
