// Puts transactions and what they did into blocks in consensus form, with all hashes, roots, blooms
// and the base fee right (Ethereum yellow paper, sections 4.3 and 4.4; EIPs 1559, 4788, 4844, 4895
// and 7685), except the state root: no state trie is kept, so that it is a made-up value.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chain/evm/block.h"
#include "chain/evm/call.h"
#include "chain/evm/list_root.h"
#include "chain/evm/receipt.h"
#include "ingest/simulate/ethereum/execution.h"
#include "ingest/simulate/ethereum/state.h"

namespace clew::simulate::ethereum {

// A transaction that has run and is signed.
struct DoneTransaction {
  Hash256 hash{};
  evm::TransactionType type{};
  AccountId sender = kNobody;
  bool success = true;
  std::uint64_t gas_limit = 0;
  std::uint64_t gas_used = 0;
  std::uint64_t intrinsic_gas = 0;  // what was paid before its first call
  std::uint32_t blobs = 0;
  Extent raw;  // within the maker's bytes
};

// All of a block that a world keeps; see docs/formats/simulated-ethereum.md.
struct MadeBlock {
  std::uint64_t number = 0;
  Hash256 hash{};
  std::uint32_t transactions = 0, logs = 0;
  Bytes record;
};

class BlockMaker {
 public:
  void begin_genesis(std::uint64_t time, std::uint64_t gas_limit, const U256& base_fee);
  // The next block on `parent`.
  void begin(const evm::Header& parent, const Hash256& parent_hash, std::uint64_t time,
             const Address& beneficiary);
  const evm::Header& header() const { return header_; }
  std::uint64_t gas_used() const { return gas_used_; }
  std::size_t size() const { return transactions_.size(); }

  // Adds the transaction as encoded, with the logs that are in `effects` since the last.
  void add(DoneTransaction done, ByteView raw);
  const DoneTransaction& operator[](std::size_t i) const { return transactions_[i]; }

  // `randomness` fills in what the block does not tell: the state root and the beacon chain's.
  MadeBlock finish(State& state, const Effects& effects,
                   std::span<const evm::Withdrawal> withdrawals, std::uint64_t randomness);
  const Hash256& hash() const { return hash_; }

 private:
  void clear();
  void encode_receipts(const State& state, const Effects& effects);
  void hash_blooms(const State& state, const Effects& effects);
  void fill_header(std::span<const evm::Withdrawal> withdrawals, std::uint64_t randomness);
  Bytes encode(std::span<const evm::Withdrawal> withdrawals) const;

  evm::Header header_;
  Hash256 hash_{};
  std::uint64_t gas_used_ = 0;
  std::uint64_t blob_gas_used_ = 0;
  std::vector<DoneTransaction> transactions_;
  Bytes raws_;      // of transactions
  Bytes receipts_;  // one after the other
  std::vector<Extent> receipt_extents_;
  std::vector<evm::Bloom> blooms_;  // one a transaction
  evm::ListRoot root_;
};

// What the next block's gas costs at least (EIP-1559), in wei.
U256 next_base_fee(const evm::Header& parent);

}  // namespace clew::simulate::ethereum
