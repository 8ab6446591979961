// A checked block as the ledger of accounts takes it.
#pragma once

#include "base/result.h"
#include "chain/account_block.h"
#include "chain/evm/transfers.h"

namespace clew::evm {

// `raw_bytes`: of the block and its receipts as RLP. Whether senders were recomputed is the
// caller's to say in `parts`. `notes` is added to. data if the parts do not fit each other, or an
// amount needs more than 256 bits.
Result<chain::AccountBlock> account_block(const BlockEvidence& evidence,
                                          const TransferReader& reader, std::uint64_t raw_bytes,
                                          TransferNotes& notes);

}  // namespace clew::evm
