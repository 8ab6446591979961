// A segment while it is made: the truth columns in memory, the index built from them, and the write
// to a file. The same code seals freshly ingested blocks, merges segments and cuts one short.
#pragma once

#include <vector>

#include "ledger/bucket_index.h"
#include "ledger/postings.h"
#include "ledger/segment.h"

namespace clew::ledger {

struct SegmentData {
  SegmentCounts counts;
  std::uint64_t hash_key = 0;

  Bytes block_header;
  std::vector<Hash256> block_hash;
  std::vector<std::uint32_t> block_first_tx, block_first_address, block_size, block_weight;
  std::vector<Hash256> tx_id;
  std::vector<std::uint32_t> tx_first_input, tx_first_output, tx_lock_time, tx_weight;
  Bytes tx_flags;
  std::vector<std::uint32_t> tx_version_row;
  std::vector<std::int32_t> tx_version;
  std::vector<std::uint32_t> in_previous;
  std::vector<std::uint64_t> in_cross;
  std::vector<std::uint32_t> in_address;
  Bytes in_sequence;
  std::vector<std::uint32_t> in_sequence_row, in_sequence_value;
  Bytes out_value;  // 5 bytes each
  std::vector<std::uint32_t> out_value_row;
  std::vector<std::int64_t> out_value_spill;
  std::vector<std::uint32_t> out_address, out_script_row;
  std::vector<std::uint32_t> out_script_offset = {0};
  Bytes out_script_bytes;
  std::vector<std::uint32_t> address_at;  // offset of every address; the file keeps every 16th
  Bytes address_bytes;
  Bytes outside_outpoint;  // 36 bytes each
  std::vector<std::int64_t> outside_value;
  std::vector<std::uint32_t> outside_input;
  std::vector<std::uint64_t> late_input, late_output;

  // Empties the columns (keeping their memory) for the rows of `segment`, or for some of them.
  void restart_like(const Segment& segment);
  // The same for rows that follow `after`.
  void restart(const SegmentCounts& after, std::uint64_t first_height);
  // Sets memory aside for so many transactions of usual shape.
  void reserve(std::size_t txs);

  bitcoin::Address address(std::uint32_t row) const;
  std::int64_t value(std::uint32_t output) const;
  void push_value(std::int64_t value);

  // Appends the first `blocks` blocks of a segment that follows in numbers and heights.
  void append(const Segment& segment, std::uint32_t blocks);

  // Builds the index and writes the file; gives its seal.
  Result<std::uint64_t> write(FileSystem& files, const std::string& path) const;
};

// Everything that can be rebuilt from the truth columns.
struct SegmentIndex {
  std::vector<std::uint32_t> in_tx_sample, out_tx_sample, out_spender;
  std::vector<std::uint64_t> cross_output;
  std::vector<std::uint32_t> cross_tx;
  PostingColumns post;
  BucketIndexBytes tx, address, block, cross, outside, late_input, late_output, late_address;
};
SegmentIndex build_index(const SegmentData& data);

// The sections of a segment in file order, borrowing from both.
struct SegmentSections {
  std::vector<std::uint32_t> address_offset;
  std::vector<SectionBytes> list;
};
SegmentSections sections_of(const SegmentData& data, const SegmentIndex& index);

}  // namespace clew::ledger
