// The ledger of an EVM chain as following it takes it.
#pragma once

#include "ingest/evm/evm_block_reader.h"
#include "ledger/account/writer.h"

namespace clew::ingest {

class EvmLedger final : public LiveLedger {
 public:
  explicit EvmLedger(account::Writer writer) : writer_(std::move(writer)) {}

  std::optional<Hash256> hash_at(std::uint64_t number) const override;
  std::optional<ledger::Tip> tip() const override { return writer_.tip(); }
  // An EvmLiveBlock.
  Result<void> append(const LiveBlock& block) override;
  Result<void> unwind(std::uint64_t number) override;
  Result<void> commit() override { return writer_.commit(); }

  // Of all blocks appended.
  const evm::TransferNotes& notes() const { return notes_; }
  std::uint64_t transfers() const { return transfers_; }
  std::uint64_t disputed() const { return disputed_; }  // blocks

 private:
  account::Writer writer_;
  evm::TransferNotes notes_;
  std::uint64_t transfers_ = 0, disputed_ = 0;
};

}  // namespace clew::ingest
