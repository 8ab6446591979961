#include "ingest/live/account_ledger.h"

#include <limits>

namespace clew::ingest {

std::optional<Hash256> AccountLedger::hash_at(std::uint64_t number) const {
  if (number > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  return writer_.hash_at(static_cast<std::uint32_t>(number));
}

Result<void> AccountLedger::append(const LiveBlock& block) {
  const auto& account_block = static_cast<const AccountLiveBlock&>(block).block;
  CLEW_CHECK(writer_.append(account_block));
  transfers_ += account_block.transfers.size();
  return {};
}

Result<void> AccountLedger::unwind(std::uint64_t number) {
  // A ledger's numbers have 32 bits, so there is nothing above them.
  if (number > std::numeric_limits<std::uint32_t>::max()) return {};
  return writer_.unwind(static_cast<std::uint32_t>(number));
}

}  // namespace clew::ingest
