// Blocks from the HTTP API of a full node: /wallet/getblockbynum (and its like), and
// /wallet/gettransactioninfobyblocknum.
// https://developers.tron.network/reference/full-node-api-overview A transaction is read from its
// raw_data_hex, whose hash has to be its txID; the JSON beside it, which a node writes with
// `visible` true or false, is not looked at. An answer may also stand as the "result" of an
// envelope.
#pragma once

#include <memory>
#include <string_view>

#include "chain/tron/block.h"

namespace clew::tron {

// Keeps scratch memory; not to be shared between threads.
class NodeJsonReader {
 public:
  NodeJsonReader();
  ~NodeJsonReader();

  // A block. data, with transaction and field, if it is malformed or a hash does not fit: txIDs,
  // the transactions' root (of the messages put together again from raw data, signatures and
  // results) and the block's id. not_found if the answer is {}: the node has no such block.
  Result<Block> read_block(std::string_view json);
  // The infos of all transactions of a block, in the node's order.
  Result<std::vector<TransactionInfo>> read_infos(std::string_view json);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clew::tron
