// Blocks and receipts from a node's JSON-RPC answers. What the JSON says is written as RLP and read
// from there, so that blocks of both sources are one and the same and pass the same checks.
#pragma once

#include <string_view>
#include <vector>

#include "chain/evm/block.h"
#include "chain/evm/receipt.h"
#include "chain/evm/rpc_answer.h"
#include "chain/evm/rpc_transaction.h"

namespace clew::evm {

struct RpcBlock {
  Bytes raw;    // the block as RLP but for its uncles, of which the node tells only hashes
  Block block;  // views `raw`
  // One a transaction, the node's word: no hash or root holds a sender except through the
  // signature, which is not looked at here.
  std::vector<Address> senders;
};

// Keeps scratch memory; not to be shared between threads.
class RpcBlockReader {
 public:
  RpcBlockReader();
  // An answer to eth_getBlockByNumber or eth_getBlockByHash with full transactions, into `out`. The
  // hashes that it states of the block and of every transaction must be those of the contents. The
  // error names block, transaction and field; `out` is then not to be used. Nothing is held against
  // the header: see check.h.
  Result<void> read(std::string_view answer, RpcBlock& out);
  // The header alone: any such answer, or a notification of newHeads. `out` has nothing else.
  Result<void> read_header(std::string_view answer, RpcBlock& out);

 private:
  enum class Part { header, whole };
  Result<void> read_part(std::string_view answer, Part part, RpcBlock& out);
  Result<void> read_field(std::string_view key, JsonValue value, Part part, RpcBlock& out);
  Result<void> read_transactions(JsonValue value, RpcBlock& out);
  Result<void> read_uncle_hashes(JsonValue value);
  Result<void> read_withdrawals(JsonValue value);
  Result<void> assemble(Part part, Bytes& raw);
  Result<void> write_header(RlpWriter& writer);
  Result<void> check_stated(const Block& block) const;

  RpcAnswer answer_;
  RpcTransactionReader transaction_reader_;
  FieldTexts<22> fields_;
  BlockDecoder decoder_;
  bool has_transactions_ = false, has_withdrawals_ = false;
  Bytes transactions_, withdrawals_;  // their items
  std::vector<Hash256> uncle_hashes_;
  std::vector<std::optional<Hash256>> transaction_hashes_;
};

struct RpcReceipts {
  Bytes raw;  // all receipts, one after the other
  Receipts receipts;
};

class RpcReceiptsReader {
 public:
  RpcReceiptsReader();
  // An answer to eth_getBlockReceipts for `block`, into `out`. What it states of the block, of the
  // transactions and of the gas each used must be so. The error names receipt and field; `out` is
  // then not to be used. Nothing is held against the header: see check.h.
  Result<void> read(std::string_view answer, const Block& block, RpcReceipts& out);

 private:
  Result<void> read_receipt(JsonValue value, const Block& block, Bytes& raw);
  Result<void> write_receipt(RlpWriter& writer);
  Result<void> read_log(JsonValue value, RlpWriter& writer);
  Result<void> check_stated(const Block& block);

  RpcAnswer answer_;
  FieldTexts<8> fields_;
  FieldTexts<2> log_fields_;
  bool has_logs_ = false;
  Bytes logs_, topics_;
  std::vector<std::size_t> ends_;  // of the receipts
  std::uint64_t cumulative_gas_used_ = 0;
};

}  // namespace clew::evm
