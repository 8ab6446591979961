// Whole blocks from RLP, as debug_getRawBlock gives them (Ethereum yellow paper, section 4.3;
// EIP-4895). Decoding copies nothing of length: a Block views the raw bytes, which must outlive it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "chain/evm/header.h"
#include "chain/evm/transaction.h"

namespace clew::evm {

// Of a validator's stake or its earnings (EIP-4895).
struct Withdrawal {
  ByteView raw;  // what the withdrawals root is of; empty if it was not read
  std::uint64_t index = 0;
  std::uint64_t validator = 0;
  Address address{};
  std::uint64_t amount = 0;  // gwei, not wei
};
bool read_withdrawal(RlpReader& reader, Withdrawal& withdrawal);
void write_withdrawal(RlpWriter& writer, const Withdrawal& withdrawal);

// Reusing one object for many blocks keeps its vectors' memory.
struct Block {
  Header header;
  Hash256 hash{};
  std::vector<Transaction> transactions;
  std::vector<Hash256> transaction_hashes;  // one a transaction
  std::vector<Hash256> uncle_hashes;
  // The list of uncles as RLP, and its headers. A node's JSON tells only their hashes: unless it is
  // asked for each uncle, the list is unknown (has no bytes, where an empty list has one).
  ByteView uncles_raw;
  std::vector<Header> uncles;
  bool has_withdrawals = false;  // since Shanghai, even if there are none
  std::vector<Withdrawal> withdrawals;

  void clear();
};

// Keeps scratch memory; not to be shared between threads.
class BlockDecoder {
 public:
  // A block that fills `raw` exactly, into `out`. The error names the byte offset, the part and the
  // reason; `out` is then not to be used. Nothing is held against the header: see check.h.
  Result<void> decode(ByteView raw, Block& out);

 private:
  std::vector<ByteView> messages_;
};

// Of the block's fields, not of what they were read from.
Bytes encode_block(const Block& block);

}  // namespace clew::evm
