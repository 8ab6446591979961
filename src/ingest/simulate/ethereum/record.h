// One block as a world's chain/blocks.dat keeps it: docs/formats/simulated-ethereum.md.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/u256.h"
#include "chain/evm/block.h"
#include "chain/evm/call.h"
#include "chain/evm/receipt.h"

namespace clew::simulate::ethereum {

// A balance at the end of a block that changed it.
struct StoredBalance {
  evm::Address contract{};  // of the token; zero: ether
  evm::Address holder{};
  U256 token_id{};
  U256 amount{};
};

// When a log was made: by which call, and how many calls of the block had begun before.
struct StoredLog {
  std::uint32_t call = 0;  // place among the block's calls
  std::uint32_t calls_before = 0;
};

// Views the record, which must outlive it. Reusing one object keeps its vectors' memory.
struct StoredBlock {
  ByteView raw;                    // the block as RLP
  std::vector<ByteView> receipts;  // as the receipts root has them
  std::vector<evm::Address> senders;
  evm::Calls calls;  // of all transactions, in preorder
  std::vector<std::uint64_t> intrinsic_gas;
  std::vector<StoredLog> logs;  // of all receipts, in order
  std::vector<StoredBalance> balances;
};

// data with the place and reason.
Result<void> read_record(ByteView record, StoredBlock& out);

class RecordWriter {
 public:
  void block(ByteView raw) { block_ = raw; }
  void add_receipt(ByteView raw);
  void add_transaction(const evm::Address& sender, std::uint64_t intrinsic_gas);
  void add_call(const evm::Call& call);
  void add_log(const StoredLog& log);
  void add_balance(const StoredBalance& balance);
  Bytes finish();

 private:
  ByteView block_;
  Bytes receipts_, senders_, calls_, logs_, balances_;
};

}  // namespace clew::simulate::ethereum
