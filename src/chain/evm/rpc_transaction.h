// Transactions from a node's JSON-RPC object ("hydrated", as eth_getBlockByNumber gives them).
#pragma once

#include <optional>

#include "chain/evm/rpc_fields.h"
#include "chain/evm/transaction.h"

namespace clew::evm {

// What a node says of a transaction besides its contents.
struct StatedTransaction {
  std::optional<Hash256> hash;
  std::optional<Address> sender;
};

// Keeps scratch memory.
class RpcTransactionReader {
 public:
  RpcTransactionReader();
  // Writes the transaction as an item of a block's list.
  Result<StatedTransaction> read(JsonCursor& json, RlpWriter& writer);

 private:
  Result<void> read_list(std::string_view key, JsonCursor& json);
  std::size_t size_expected() const;
  Result<void> write(RlpWriter& writer, TransactionType type);
  Result<void> write_call(RlpWriter& writer, TransactionType type);

  FieldTexts<17> fields_;
  Bytes access_list_, authorizations_, blob_hashes_;
};

}  // namespace clew::evm
