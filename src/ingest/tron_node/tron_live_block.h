// A block of TRON on its way into the ledger, whatever source it has.
#pragma once

#include "chain/tron/account_block.h"
#include "ingest/live/account_ledger.h"

namespace clew::ingest {

struct TronLiveBlock final : AccountLiveBlock {
  tron::BlockNotes notes;
};

// `bytes`: how much was read for it. data if the infos are not those of the transactions.
Result<std::unique_ptr<TronLiveBlock>> tron_live_block(const tron::AccountBlockReader& reader,
                                                       const tron::Block& block,
                                                       std::uint64_t bytes);

}  // namespace clew::ingest
