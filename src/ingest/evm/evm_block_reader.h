// What a node answers about a block, checked and made ready for the ledger.
#pragma once

#include <optional>
#include <string_view>

#include "chain/evm/account_block.h"
#include "chain/evm/check.h"
#include "chain/evm/rpc_block.h"
#include "chain/evm/rpc_calls.h"
#include "chain/evm/sender.h"
#include "ingest/live/account_ledger.h"

namespace clew::ingest {

struct EvmLiveBlock final : AccountLiveBlock {
  evm::TransferNotes notes;
  bool disputed = false;  // nodes contradict each other about its internal transfers
};

struct EvmAnswers {
  std::string_view block;     // eth_getBlockByNumber or -ByHash with transactions
  std::string_view receipts;  // eth_getBlockReceipts
  std::optional<std::string_view> calls;
  evm::TraceForm form = evm::TraceForm::nested;
};

// Keeps scratch memory; not to be shared between threads.
class EvmBlockReader {
 public:
  explicit EvmBlockReader(const evm::ChainParams& chain, const evm::SenderSample& senders = {})
      : transfers_(chain), senders_(senders) {}

  // Every hash and root recomputed. The error says what does not hold and where. not_found if the
  // node has no such block.
  Result<std::unique_ptr<EvmLiveBlock>> read(const EvmAnswers& answers);
  // Of the block alone. For its head.
  Result<LiveHead> read_head(std::string_view answer);

 private:
  evm::TransferReader transfers_;
  evm::SenderSample senders_;
  evm::RpcBlockReader blocks_;
  evm::RpcReceiptsReader receipts_reader_;
  evm::RpcCallsReader calls_reader_;
  evm::BlockCheck check_;
  evm::RpcBlock block_;
  evm::RpcReceipts receipts_;
  evm::Calls calls_;
};

}  // namespace clew::ingest
