// Blocks with receipts and calls as transfers: everything that moved, whatever moved it.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "chain/evm/block.h"
#include "chain/evm/call.h"
#include "chain/evm/chain_params.h"
#include "chain/evm/receipt.h"
#include "chain/evm/token_transfers.h"
#include "chain/transfer.h"

namespace clew::evm {

// All of one block, and held against each other: see check.h and check_calls().
struct BlockEvidence {
  const Block& block;
  std::span<const Address> senders;  // one a transaction
  const Receipts& receipts;
  const Calls* calls = nullptr;  // none: what contracts move is not told
  // As a node states it in the receipts, in wei per blob gas.
  std::optional<U256> blob_gas_price;
};

// What is missing among the transfers, or not certain. Nothing if all counts are 0.
struct TransferNotes {
  // Logs with the topic of a token's transfer, but not its arguments.
  std::uint64_t malformed_logs = 0;
  // Transactions of which neither receipt (before Byzantium) nor trace says whether they failed,
  // and that used all their gas. Taken as failed only if they had more gas than a plain transfer.
  std::uint64_t outcomes_unknown = 0;
  // Transactions with blobs, where nobody says what a blob cost: what was burnt for them is
  // missing.
  std::uint64_t blob_fees_unknown = 0;
  // Blocks whose stated price of blobs is not that of EIP-4844 by the forks known of the chain: by
  // a newer fork, or untrue. The stated one was used.
  std::uint64_t blob_prices_disputed = 0;
  // Uncles of which nobody says who earned what.
  std::uint64_t uncles_unknown = 0;

  bool operator==(const TransferNotes&) const = default;
  TransferNotes& operator+=(const TransferNotes& other);
};

// Reads nothing but its arguments; may be shared between threads.
class TransferReader {
 public:
  explicit TransferReader(ChainParams chain);

  // Adds the block's transfers, chronological within each asset: for each transaction its fees, its
  // value, what its calls move in preorder, then tokens by log; after the last one withdrawals and
  // rewards. Of a failed transaction only fees. Of the coin nothing of no value; of tokens what the
  // logs say. `notes` is added to. data if the parts do not fit each other, or an amount needs more
  // than 256 bits.
  //
  // What moves within: calls and creations that remain, each with its value; nothing is moved by
  // delegated and static calls, and call codes leave their value where it is. A self-destruct moves
  // what the contract had. If the heir is the contract itself, it is burnt, as is what comes after
  // the end; since Cancun (EIP-6780) only if the contract was created in the same transaction.
  // `succeeded`, if given, receives for each transaction whether it did.
  Result<void> read(const BlockEvidence& evidence, std::vector<chain::Transfer>& out,
                    TransferNotes& notes, std::vector<bool>* succeeded = nullptr) const;

  // Of a transaction of which only the calls (with their logs) are known: no fees. A token's place
  // is that of the log among them. `ends_rarely`: since Cancun (EIP-6780).
  void read_calls(const Calls& calls, bool ends_rarely, std::vector<chain::Transfer>& out,
                  TransferNotes& notes) const;

  const ChainParams& chain() const { return chain_; }

 private:
  struct Progress;
  Result<void> read_transaction(const BlockEvidence& evidence, Progress& progress,
                                std::vector<chain::Transfer>& out, TransferNotes& notes) const;

  ChainParams chain_;
  TokenTransferReader tokens_;
};

}  // namespace clew::evm
