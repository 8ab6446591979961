// A segment of an account ledger while it is made: the truth columns in memory, the index built
// from them, and the write to a file. The same code seals freshly ingested blocks, merges segments
// and cuts one short.
#pragma once

#include <vector>

#include "chain/account_block.h"
#include "ledger/account/segment.h"

namespace clew::account {

struct SegmentData {
  SegmentCounts counts;
  std::uint64_t hash_key = 0;

  std::vector<Hash256> block_hash, block_parent;
  std::vector<std::uint32_t> block_header_offset = {0};
  Bytes block_header;
  std::vector<std::uint64_t> block_time;
  std::vector<std::uint32_t> block_first_tx, block_first_transfer, block_own_transfer;
  std::vector<std::uint32_t> block_first_address, block_first_asset, block_size;
  Bytes block_parts;
  std::vector<Hash256> tx_hash;
  std::vector<std::uint32_t> tx_from, tx_to;
  Bytes tx_flags;
  std::vector<std::uint32_t> tx_first_transfer;
  std::vector<std::uint32_t> tx_detail_offset = {0};
  Bytes tx_detail;
  Bytes transfer_kind;
  std::vector<std::uint32_t> transfer_from, transfer_to, transfer_asset;
  Bytes transfer_value;  // kValueBytes each
  std::vector<std::uint32_t> transfer_value_row;
  std::vector<U256::Limbs> transfer_value_spill;
  std::vector<std::uint32_t> transfer_place;
  std::vector<Hash160> address_bytes;
  std::vector<std::uint32_t> asset_contract;
  std::vector<U256::Limbs> asset_token_id;

  // Empties the columns (keeping their memory) for the rows of `segment`, or for some of them.
  void restart_like(const Segment& segment);
  // The same for rows that follow `after`: its bases and counts.
  void restart(const SegmentCounts& after, std::uint64_t first_height);

  void push_value(const U256& value);
  // Appends the first `blocks` blocks of a segment that follows in numbers and heights.
  void append(const Segment& segment, std::uint32_t blocks);
  // Builds the index and writes the file; gives its seal.
  Result<std::uint64_t> write(FileSystem& files, const std::string& path) const;
};

// Everything that can be rebuilt from the truth columns.
struct SegmentIndex {
  std::vector<std::uint32_t> transfer_tx_sample;
  ledger::PostingColumns post;
  std::vector<std::uint32_t> post_other, post_directory;
  ledger::BucketIndexBytes tx, address, block, asset;
};
SegmentIndex build_index(const SegmentData& data);

// The sections of a segment in file order, borrowing from both.
struct SegmentSections {
  std::vector<ledger::SectionBytes> list;
};
SegmentSections sections_of(const SegmentData& data, const SegmentIndex& index);

}  // namespace clew::account
