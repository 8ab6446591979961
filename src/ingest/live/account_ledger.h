// The ledger of a chain of accounts as following it takes it.
#pragma once

#include "chain/account_block.h"
#include "ingest/live/live_chain.h"
#include "ledger/account/writer.h"

namespace clew::ingest {

struct AccountLiveBlock : LiveBlock {
  chain::AccountBlock block;
};

class AccountLedger : public LiveLedger {
 public:
  explicit AccountLedger(account::Writer writer) : writer_(std::move(writer)) {}

  std::optional<Hash256> hash_at(std::uint64_t number) const override;
  std::optional<ledger::Tip> tip() const override { return writer_.tip(); }
  // An AccountLiveBlock.
  Result<void> append(const LiveBlock& block) override;
  Result<void> unwind(std::uint64_t number) override;
  Result<void> commit() override { return writer_.commit(); }

  std::uint64_t transfers() const { return transfers_; }  // of all blocks appended

 private:
  account::Writer writer_;
  std::uint64_t transfers_ = 0;
};

}  // namespace clew::ingest
