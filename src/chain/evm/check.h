// Holds a block and its receipts against the block's header, so that nothing in them has to be
// believed but the hash. Every failure is a data error that names the block by number and hash, the
// field, what was stated and what was computed.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "chain/evm/block.h"
#include "chain/evm/list_root.h"
#include "chain/evm/log_blooms.h"
#include "chain/evm/receipt.h"

namespace clew::evm {

// keccak256(rlp([])): the uncles hash of a block without uncles.
extern const Hash256 kEmptyUnclesHash;

// Keeps scratch memory; not to be shared between threads.
class BlockCheck {
 public:
  // Transactions root, uncles hash, withdrawals root; gas used within the limit, blob gas used by
  // the transactions' blobs. The uncles hash is not checked if the uncles are not known, except
  // that there are some.
  Result<void> check_block(const Block& block);
  // Receipts root; number and types as of the transactions; each receipt's bloom and the block's
  // from the logs; cumulative gas never falling, and its end the gas used.
  Result<void> check_receipts(const Block& block, const Receipts& receipts);

 private:
  Result<void> check_bloom(const Block& block, const Receipts& receipts);

  ListRoot root_;
  LogBlooms blooms_;
  std::vector<ByteView> values_;
};

// Whether the block is the one that was asked for, or that another block names as its parent.
Result<void> check_hash(const Block& block, const Hash256& expected);

}  // namespace clew::evm
