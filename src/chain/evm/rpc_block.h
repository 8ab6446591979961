// Blocks and receipts from a node's JSON-RPC answers. What the JSON says is written as RLP and read
// from there, so that blocks of both sources are one and the same and pass the same checks.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "chain/evm/block.h"
#include "chain/evm/receipt.h"

namespace clew::evm {

// May be moved but not copied: `block` views `raw`.
struct RpcBlock {
  RpcBlock() = default;
  RpcBlock(RpcBlock&&) = default;
  RpcBlock& operator=(RpcBlock&&) = default;

  Bytes raw;  // the block as RLP but for its uncles, of which the node tells only hashes
  Block block;
  // One a transaction, the node's word: no hash or root holds a sender except through the
  // signature, which is not looked at here.
  std::vector<Address> senders;
};

// Keeps scratch memory; not to be shared between threads.
class RpcBlockReader {
 public:
  RpcBlockReader();
  ~RpcBlockReader();
  // An answer to eth_getBlockByNumber or eth_getBlockByHash with full transactions, into `out`. The
  // hashes that it states of the block and of every transaction must be those of the contents. The
  // error names transaction and field; `out` is then not to be used. Nothing is held against the
  // header: see check.h. not_found if the node has no such block.
  Result<void> read(std::string_view answer, RpcBlock& out);
  // The header alone: of any such answer, or of a notification of newHeads. `out` has nothing else.
  Result<void> read_header(std::string_view answer, RpcBlock& out);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// May be moved but not copied: `receipts` view `raw`.
struct RpcReceipts {
  RpcReceipts() = default;
  RpcReceipts(RpcReceipts&&) = default;
  RpcReceipts& operator=(RpcReceipts&&) = default;

  Bytes raw;  // all receipts, one after the other
  Receipts receipts;
  // Wei per blob gas, the node's word: no root holds it. The same in all receipts that state it.
  std::optional<U256> blob_gas_price;
};

// Keeps scratch memory; not to be shared between threads.
class RpcReceiptsReader {
 public:
  RpcReceiptsReader();
  ~RpcReceiptsReader();
  // An answer to eth_getBlockReceipts for `block`, into `out`. What it states of the block, of the
  // transactions and of the gas each used must be so. The error names receipt and field; `out` is
  // then not to be used. Nothing is held against the header: see check.h.
  Result<void> read(std::string_view answer, const Block& block, RpcReceipts& out);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clew::evm
