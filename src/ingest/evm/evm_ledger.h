// The ledger of an EVM chain, and what is not certain about the blocks in it.
#pragma once

#include "ingest/evm/evm_block_reader.h"
#include "ingest/live/account_ledger.h"

namespace clew::ingest {

class EvmLedger final : public AccountLedger {
 public:
  using AccountLedger::AccountLedger;

  // An EvmLiveBlock.
  Result<void> append(const LiveBlock& block) override;

  // Of all blocks appended.
  const evm::TransferNotes& notes() const { return notes_; }
  std::uint64_t disputed() const { return disputed_; }  // blocks

 private:
  evm::TransferNotes notes_;
  std::uint64_t disputed_ = 0;
};

}  // namespace clew::ingest
