// The block under construction: collects transactions and closes it with a coinbase, the witness
// commitment (BIP 141), the height (BIP 34), the Merkle root and proof of work.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "chain/bitcoin/params.h"
#include "ingest/simulate/coin.h"
#include "ingest/simulate/transaction_writer.h"

namespace clew::simulate {

// What a miner decides about a block.
struct BlockPlan {
  Hash256 previous{};
  std::uint32_t height = 0;
  std::uint32_t time = 0;
  std::vector<Payment> rewards;  // outputs of the coinbase
  std::string_view tag;          // the miner's signature in the coinbase script
  std::size_t transactions = 0;  // how many of the collected ones to take, from the first
};

struct AssembledBlock {
  Bytes raw;
  Hash256 hash{};
  Hash256 coinbase_txid{};
};

class BlockAssembler {
 public:
  explicit BlockAssembler(const KeyRing& keys) : keys_(keys), writer_(keys) {}

  // Appends a transaction; its fee counts towards fees().
  Hash256 add(const Draft& draft, std::int64_t fee);
  std::size_t size() const { return txids_.size(); }
  std::int64_t fees() const { return fees_; }  // satoshi
  bool full() const { return weight_ > 3'800'000; }
  // May be called several times: competing blocks share transactions.
  AssembledBlock assemble(const BlockPlan& plan) const;
  void clear();

 private:
  Bytes coinbase(const BlockPlan& plan, Hash256& txid) const;
  Hash256 witness_commitment(std::size_t transactions) const;

  const KeyRing& keys_;
  TransactionWriter writer_;
  Bytes raw_;
  std::vector<std::size_t> ends_;  // of each transaction in raw_
  std::vector<Hash256> txids_, wtxids_;
  std::int64_t fees_ = 0;
  std::uint64_t weight_ = 0;
};

// The first block of regtest, which every node knows.
Bytes genesis_block();

}  // namespace clew::simulate
