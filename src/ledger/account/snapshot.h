// A reader's view of one account chain's ledger: everything committed when it was opened, unchanged
// for as long as the object lives, whatever a writer or a merge does meanwhile. Copies share one
// mapping. All const members may be called from several threads. Ids must come from this snapshot.
// Columns are verified against their checksums, page by page, on first touch: a damaged page throws
// ledger::Corruption, to be caught at the thread's edge.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "chain/account_block.h"
#include "ledger/account/fan.h"
#include "ledger/account/ids.h"
#include "ledger/chain_state.h"

namespace clew::account {

struct BlockRow {
  BlockId id = 0;
  std::uint64_t number = 0;
  Hash256 hash{}, parent{};
  Bytes header;            // as it is hashed; empty if the block is made of a list
  std::uint64_t time = 0;  // seconds since 1970, UTC
  std::uint32_t size = 0;
  std::uint8_t parts = 0;  // of chain::BlockPart
  TxId first_tx = 0;
  std::uint32_t tx_count = 0;
  TransferId first_transfer = 0;  // of the first transaction
  std::uint32_t transfer_count = 0;
  // Of those, the last so many are the block's own: no transaction made them.
  std::uint32_t own_transfer_count = 0;
};

struct TxRow {
  TxId id = 0;
  BlockId block = 0;
  AddressId from = kNoAddress, to = kNoAddress;
  bool success = false, creates = false;
  TransferId first_transfer = 0;
  std::uint32_t transfer_count = 0;
  std::uint32_t log_count = 0;
  // As in chain::AccountTx.
  std::uint8_t type = 0;
  std::uint64_t nonce = 0, gas_limit = 0, gas_used = 0;
  U256 gas_price{};
  std::uint32_t input_size = 0;
  std::array<std::uint8_t, 4> selector{};
};

struct TransferRow {
  TransferId id = 0;
  chain::TransferKind kind{};
  AddressId from = kNoAddress, to = kNoAddress;  // kNoAddress: nobody
  AssetId asset = kCoin;
  U256 value{};
  std::uint32_t place = 0;  // as in chain::Transfer
};

// One line of an address's history.
struct Posting {
  bool sends = false;
  TransferId transfer = 0;
};

// Consecutive blocks that are held with the same parts.
struct HeldRange {
  std::uint64_t from = 0, to = 0;  // numbers, both included
  std::uint8_t parts = 0;          // of chain::BlockPart
};

class Snapshot {
 public:
  // `directory` is one chain's folder (…/ethereum). not_found if there is no ledger there; usage if
  // it is one of another kind.
  static Result<Snapshot> open(const std::string& directory, FileSystem& files = real_files());

  const std::string& network() const;  // as the writer was told
  // Names the committed state: changes with every commit that adds or removes blocks.
  std::string version() const;

  std::uint64_t block_count() const;
  std::uint64_t tx_count() const;
  std::uint64_t transfer_count() const;
  std::uint64_t log_count() const;
  std::uint64_t address_count() const;
  std::uint32_t asset_count() const;  // the chain's coin included
  std::optional<ledger::Tip> tip() const;
  std::uint32_t first_height() const;  // lowest number held
  std::vector<ledger::Gap> gaps() const;
  // What is held, in order of number, looking at the parts in `mask` only. A pass over one byte a
  // block.
  std::vector<HeldRange> held(std::uint8_t mask) const;

  // Blocks.
  std::optional<BlockId> find_block(const Hash256& hash) const;
  std::optional<BlockId> find_block_at(std::uint32_t number) const;
  BlockRow block(BlockId id) const;
  std::uint64_t number_of(BlockId id) const;
  std::uint64_t time_of(BlockId id) const;
  std::uint8_t parts_of(BlockId id) const;  // of chain::BlockPart

  // Transactions.
  std::optional<TxId> find_tx(const Hash256& hash) const;
  TxRow tx(TxId id) const;
  Hash256 tx_hash(TxId id) const;
  BlockId block_of_tx(TxId id) const;

  // Transfers.
  TransferRow transfer(TransferId id) const;
  U256 value(TransferId id) const;
  std::optional<TxId> tx_of_transfer(TransferId id) const;  // nothing if the block's own
  BlockId block_of_transfer(TransferId id) const;
  // The transfer that follows in time, over the borders of segments; kNone at the end.
  TransferId next_transfer(TransferId id) const;

  // Addresses and assets.
  std::optional<AddressId> find_address(const chain::Account& address) const;
  chain::Account address(AddressId id) const;
  std::optional<AssetId> find_asset(const chain::Asset& asset) const;
  chain::Asset asset(AssetId id) const;

  // Transfers from or to an address in order of time, at most `limit` from the `offset`-th on. A
  // transfer to oneself comes twice, the sending first.
  std::vector<Posting> history(AddressId id, std::uint64_t offset = 0,
                               std::uint64_t limit = kNone) const;
  std::uint64_t history_size(AddressId id) const;
  // Calls visit(posting) for the transfers at or after `from` in order of time, as long as it
  // returns true: what tracing walks along, without a list.
  template <class Visit>
  void for_each_posting(AddressId id, TransferId from, Visit&& visit) const;
  // The same for those before `from`, the latest first.
  template <class Visit>
  void for_each_posting_back(AddressId id, TransferId from, Visit&& visit) const;
  // The same with what is known of the transfers, some at a time.
  Walk walk(AddressId id, const WalkOptions& options) const;
  // The transfers of many addresses at once. Valid as long as this object.
  Fan fan(const FanOptions& options) const;
  // Transfers from or to an address before a moment, counted without looking at them.
  std::uint64_t history_size_before(AddressId id, TransferId before) const;

  struct Impl;  // internal to this room
  explicit Snapshot(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

 private:
  // A run of an address's postings within one segment, ascending.
  struct Run {
    const std::uint8_t* entries = nullptr;  // u32 each: relative transfer << 1 | sends
    std::uint32_t count = 0;
    TransferId base = 0;  // of the segment's first transfer
  };
  // Runs in order of time that hold anything at or after (before) `from`, cut there.
  std::vector<Run> runs_from(AddressId id, TransferId from) const;
  std::vector<Run> runs_before(AddressId id, TransferId from) const;
  static Posting posting(const Run& run, std::uint32_t i) {
    const auto entry = load_le<std::uint32_t>(run.entries + std::size_t{i} * 4);
    return {(entry & 1) != 0, run.base + (entry >> 1)};
  }

  std::shared_ptr<const Impl> impl_;
};

template <class Visit>
void Snapshot::for_each_posting(AddressId id, TransferId from, Visit&& visit) const {
  for (const auto& run : runs_from(id, from))
    for (std::uint32_t i = 0; i < run.count; ++i)
      if (!visit(posting(run, i))) return;
}

template <class Visit>
void Snapshot::for_each_posting_back(AddressId id, TransferId from, Visit&& visit) const {
  const auto runs = runs_before(id, from);
  for (auto run = runs.rbegin(); run != runs.rend(); ++run)
    for (auto i = run->count; i-- > 0;)
      if (!visit(posting(*run, i))) return;
}

}  // namespace clew::account
