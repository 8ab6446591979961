// A committed segment of an account ledger: a contiguous range of blocks with its columns and
// indexes, mapped read-only. Row arguments are relative to the segment; numbers in columns are as
// section.h says.
#pragma once

#include <memory>

#include "base/u256.h"
#include "chain/transfer.h"
#include "ledger/account/ids.h"
#include "ledger/account/section.h"
#include "ledger/postings.h"

namespace clew::account {

// Rows that a segment holds and where its numbers begin. Stored as it is.
struct SegmentCounts {
  std::uint64_t first_height = 0, block_count = 0;
  std::uint64_t tx_count = 0, transfer_count = 0, log_count = 0;
  std::uint64_t address_base = 0, address_count = 0;
  std::uint64_t asset_base = 0, asset_count = 0;
  std::uint64_t raw_bytes = 0;  // of the blocks as they came
  std::array<std::uint64_t, 4> unused{};
};
static_assert(sizeof(SegmentCounts) == sizeof(ledger::CountWords));

class Segment {
 public:
  explicit Segment(std::unique_ptr<ledger::SegmentFile> opened);

  std::unique_ptr<ledger::SegmentFile> file;
  SegmentCounts counts;
  std::uint32_t first_height() const { return static_cast<std::uint32_t>(counts.first_height); }
  std::uint32_t end_height() const {
    return static_cast<std::uint32_t>(counts.first_height + counts.block_count);
  }
  // Of the rows' numbers: see ids.h.
  std::uint64_t id_base() const { return counts.first_height << 32; }

  template <class T, std::size_t Size = sizeof(T)>
  using Column = ledger::Column<T, Size>;
  Column<Hash256> block_hash, block_parent;
  Column<std::uint32_t> block_header_offset;
  Column<std::uint8_t> block_header;
  Column<std::uint64_t> block_time;
  Column<std::uint32_t> block_first_tx, block_first_transfer, block_own_transfer;
  Column<std::uint32_t> block_first_address, block_first_asset, block_size;
  Column<std::uint8_t> block_parts;
  Column<Hash256> tx_hash;
  Column<std::uint32_t> tx_from, tx_to;
  Column<std::uint8_t> tx_flags;
  Column<std::uint32_t> tx_first_transfer, tx_detail_offset;
  Column<std::uint8_t> tx_detail;
  Column<std::uint8_t> transfer_kind;
  Column<std::uint32_t> transfer_from, transfer_to, transfer_asset;
  Column<std::uint8_t, kValueBytes> transfer_value;
  Column<std::uint32_t> transfer_value_row;
  Column<std::uint8_t, 32> transfer_value_spill;
  Column<std::uint32_t> transfer_place;
  Column<Hash160> address_bytes;
  Column<std::uint32_t> asset_contract;
  Column<std::uint8_t, 32> asset_token_id;
  Column<std::uint32_t> transfer_tx_sample;
  ledger::PostingIndex post;
  Column<std::uint32_t> post_other, post_directory;
  ledger::BucketIndex tx_index, address_index, block_index, asset_index;

  // Ends of the row ranges that the "first" columns begin.
  std::uint32_t tx_end(std::uint32_t block) const;
  std::uint32_t transfer_end(std::uint32_t block) const;
  std::uint32_t transfer_end_of_tx(std::uint32_t tx) const;

  // Rows, or kNoRow.
  std::uint32_t find_tx(std::uint64_t hash, const Hash256& tx_hash) const;
  std::uint32_t find_address(std::uint64_t hash, const chain::Account& address) const;
  std::uint32_t find_block(const Hash256& block_hash) const;
  // `contract`: its number, or kNoAddress for the coin.
  std::uint32_t find_asset(std::uint64_t hash, AddressId contract, const U256& token_id) const;

  std::uint32_t block_of_tx(std::uint32_t tx) const;
  std::uint32_t block_of_transfer(std::uint32_t transfer) const;
  // kNoRow if it is the block's own.
  std::uint32_t tx_of_transfer(std::uint32_t transfer) const;
  U256 value(std::uint32_t transfer) const;
  ByteView header(std::uint32_t block) const;
  ByteView detail(std::uint32_t tx) const;
  std::uint64_t logs_of_first(std::uint32_t txs) const;
  // Entries of an address in `post`: [from, to).
  std::pair<std::uint32_t, std::uint32_t> postings(AddressId id) const;
  // Where the directory has the address: rows [from, to) of the older ones.
  std::pair<std::uint32_t, std::uint32_t> directory_rows(AddressId older) const {
    const auto range = older >> directory_shift_;
    return {post_directory[range], post_directory[range + 1]};
  }
  void prefetch_directory(AddressId older) const {
    post_directory.prefetch(older >> directory_shift_);
  }
  // Of the entries [from, to) of one address, the first that is of `transfer` or a later one.
  std::uint32_t first_posting(std::uint32_t from, std::uint32_t to, std::uint64_t transfer) const;

 private:
  unsigned directory_shift_ = 0;
};

U256 load_u256(const std::uint8_t* little_endian);
// What the index of assets hashes.
std::uint64_t asset_hash(AddressId contract, const U256& token_id, std::uint64_t hash_key);

}  // namespace clew::account
