#include "ingest/evm/evm_ledger.h"

#include <limits>

namespace clew::ingest {

std::optional<Hash256> EvmLedger::hash_at(std::uint64_t number) const {
  if (number > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  return writer_.hash_at(static_cast<std::uint32_t>(number));
}

Result<void> EvmLedger::append(const LiveBlock& block) {
  const auto& evm_block = static_cast<const EvmLiveBlock&>(block);
  CLEW_CHECK(writer_.append(evm_block.block));
  notes_ += evm_block.notes;
  transfers_ += evm_block.block.transfers.size();
  disputed_ += evm_block.disputed ? 1 : 0;
  return {};
}

Result<void> EvmLedger::unwind(std::uint64_t number) {
  // A ledger's numbers have 32 bits, so there is nothing above them.
  if (number > std::numeric_limits<std::uint32_t>::max()) return {};
  return writer_.unwind(static_cast<std::uint32_t>(number));
}

}  // namespace clew::ingest
