// A block of TRON as the ledger of accounts takes it.
#pragma once

#include "base/result.h"
#include "chain/account_block.h"
#include "chain/evm/token_transfers.h"
#include "chain/tron/block.h"

namespace clew::tron {

struct BlockNotes {
  std::uint64_t malformed_logs = 0;  // with the topic of a token's transfer, but not its arguments
};

// Transfers of a transaction that succeeded: what it pays, what contracts move (internal
// transactions that were not rejected), tokens by their logs; of any its fee, which is burnt;
// rewards as they are withdrawn. TRC-10 tokens, and coins that are frozen, staked, put into an
// exchange of the protocol or into the shielded pool, stay where they are. data if the infos are
// not those of the transactions, in their order.
class AccountBlockReader {
 public:
  AccountBlockReader();
  Result<chain::AccountBlock> read(const Block& block, BlockNotes& notes) const;

 private:
  evm::TokenTransferReader tokens_;
};

}  // namespace clew::tron
