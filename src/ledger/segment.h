// A committed segment: a contiguous range of heights with its columns and indexes, mapped
// read-only. Row arguments are relative to the segment; numbers in columns are as section.h says.
#pragma once

#include <memory>

#include "chain/bitcoin/address.h"
#include "ledger/bucket_index.h"
#include "ledger/ids.h"
#include "ledger/postings.h"
#include "ledger/section.h"
#include "ledger/segment_file.h"

namespace clew::ledger {

// Rows that a segment holds and where its numbers begin. Stored as it is.
struct SegmentCounts {
  std::uint64_t block_base = 0, block_count = 0;
  std::uint64_t tx_base = 0, tx_count = 0;
  std::uint64_t input_base = 0, input_count = 0;
  std::uint64_t output_base = 0, output_count = 0;
  std::uint64_t address_base = 0, address_count = 0;
  std::uint64_t first_height = 0;
  std::uint64_t outside_count = 0;  // inputs whose spent output was not in the ledger at the time
  std::int64_t output_value = 0;    // satoshi, every output
  std::uint64_t raw_bytes = 0;      // consensus bytes of the blocks
};
static_assert(sizeof(SegmentCounts) == sizeof(CountWords));

class Segment {
 public:
  explicit Segment(std::unique_ptr<SegmentFile> opened);

  std::unique_ptr<SegmentFile> file;
  SegmentCounts counts;
  std::uint32_t first_height() const { return static_cast<std::uint32_t>(counts.first_height); }
  std::uint32_t end_height() const {
    return static_cast<std::uint32_t>(counts.first_height + counts.block_count);
  }

  Column<std::uint8_t, 80> block_header;
  Column<Hash256> block_hash;
  Column<std::uint32_t> block_first_tx, block_first_address, block_size, block_weight;
  Column<Hash256> tx_id;
  Column<std::uint32_t> tx_first_input, tx_first_output, tx_lock_time, tx_weight;
  Column<std::uint8_t> tx_flags;
  Column<std::uint32_t> tx_version_row;
  Column<std::int32_t> tx_version;
  Column<std::uint32_t> in_previous;
  Column<std::uint64_t> in_cross;
  Column<std::uint32_t> in_address;
  Column<std::uint8_t> in_sequence;
  Column<std::uint32_t> in_sequence_row, in_sequence_value;
  Column<std::uint8_t, 5> out_value;
  Column<std::uint32_t> out_value_row;
  Column<std::int64_t> out_value_spill;
  Column<std::uint32_t> out_address, out_script_row, out_script_offset;
  Column<std::uint8_t> out_script_bytes;
  Column<std::uint32_t> address_offset;
  Column<std::uint8_t> address_bytes;
  Column<std::uint8_t, 36> outside_outpoint;
  Column<std::int64_t> outside_value;
  Column<std::uint32_t> outside_input;
  Column<std::uint64_t> late_input, late_output;
  Column<std::uint32_t> in_tx_sample, out_tx_sample, out_spender;
  Column<std::uint64_t> cross_output;
  Column<std::uint32_t> cross_tx;
  PostingIndex post;
  BucketIndex tx_index, address_index, block_index, cross_index, outside_index;
  BucketIndex late_input_index, late_output_index, late_address_index;

  // Ends of the row ranges that the "first" columns begin.
  std::uint32_t tx_end_of_block(std::uint32_t block) const;
  std::uint32_t input_end(std::uint32_t tx) const;
  std::uint32_t output_end(std::uint32_t tx) const;

  // Rows, or kNoRow.
  std::uint32_t find_tx(std::uint64_t hash, const Hash256& txid) const;
  std::uint32_t find_address(std::uint64_t hash, const bitcoin::Address& address) const;
  std::uint32_t find_block(const Hash256& block_hash) const;
  std::uint32_t find_spender_of_older(OutputId output) const;  // relative transaction

  std::uint32_t block_of_tx(std::uint32_t tx) const;
  std::uint32_t tx_of_input(std::uint32_t input) const;
  std::uint32_t tx_of_output(std::uint32_t output) const;
  std::int64_t value(std::uint32_t output) const;
  std::uint32_t sequence(std::uint32_t input) const;
  std::int32_t version(std::uint32_t tx) const;
  // The stored script, or empty if the address tells it.
  ByteView stored_script(std::uint32_t output) const;
  bitcoin::Address address(std::uint32_t row) const;
  // Entries of an address in `post`: [from, to).
  std::pair<std::uint32_t, std::uint32_t> postings(AddressId id) const;

 private:
  std::uint32_t scan_tx(const Column<std::uint32_t>& first, const Column<std::uint32_t>& sample,
                        std::uint32_t row) const;
};

// The address whose bytes begin at `p` as address_bytes stores it; `p` moves behind it.
bitcoin::Address read_address(const std::uint8_t*& p);
void append_address(Bytes& out, const bitcoin::Address& address);
// What the dictionary hashes: kind and payload.
std::uint64_t address_hash(const bitcoin::Address& address, std::uint64_t hash_key);

}  // namespace clew::ledger
