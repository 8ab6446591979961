// The ledger of outputs as following a chain takes it.
#pragma once

#include "ingest/bitcoin_node/bitcoin_source.h"
#include "ledger/writer.h"

namespace clew::ingest {

class BitcoinLedger final : public LiveLedger {
 public:
  explicit BitcoinLedger(ledger::Writer writer) : writer_(std::move(writer)) {}

  std::optional<Hash256> hash_at(std::uint64_t number) const override;
  std::optional<ledger::Tip> tip() const override { return writer_.tip(); }
  // A BitcoinLiveBlock.
  Result<void> append(const LiveBlock& block) override;
  Result<void> unwind(std::uint64_t number) override;
  Result<void> commit() override { return writer_.commit(); }

 private:
  ledger::Writer writer_;
};

}  // namespace clew::ingest
