// The sections of a segment file, by number. The numbers are part of the format (docs/formats/
// segment.md) and never reused. "Relative" means counted from the segment's first row of that kind.
#pragma once

#include <cstdint>

namespace clew::ledger {

enum class Section : std::uint32_t {
  // Truth: what the blocks said.
  block_header = 1,         // 80 bytes
  block_hash = 2,           // 32 bytes
  block_first_tx = 3,       // u32, relative
  block_first_address = 4,  // u32, relative: addresses first seen before this block
  block_size = 5,           // u32, bytes
  block_weight = 6,         // u32
  tx_id = 10,               // 32 bytes
  tx_first_input = 11,      // u32, relative
  tx_first_output = 12,     // u32, relative
  tx_lock_time = 13,        // u32
  tx_weight = 14,           // u32
  tx_flags = 15,            // u8, TxFlag
  tx_version_row = 16,      // u32, relative transaction, ascending: versions other than 1 and 2
  tx_version = 17,          // i32
  in_previous = 20,         // u32: relative output, or kCrossBit | row of in_cross
  in_cross = 21,            // u64: output number, or kOutsideBit | row of outside_*
  in_address = 22,          // u32: address number or kNoAddress
  in_sequence = 23,         // u8, SequenceCode
  in_sequence_row = 24,     // u32, relative input, ascending: sequences without a code
  in_sequence_value = 25,   // u32
  out_value = 30,           // 5 bytes little-endian, satoshi; all ones: see the spill
  out_value_row = 31,       // u32, relative output, ascending: values that do not fit
  out_value_spill = 32,     // i64
  out_address = 33,         // u32
  out_script_row = 35,      // u32, relative output, ascending: scripts that no address tells
  out_script_offset = 36,   // u32, one more than rows
  out_script_bytes = 37,
  address_offset = 40,    // u32: offset of every 16th address in address_bytes
  address_bytes = 41,     // kind, payload (witness_unknown: kind, length, payload)
  outside_outpoint = 50,  // 36 bytes
  outside_value = 51,     // i64, satoshi, -1 unknown
  outside_input = 52,     // u32, relative input
  late_input = 60,        // u64: an older input whose spent output came with this segment
  late_output = 61,       // u64: that output
  // Index: derived from the truth of this and older segments.
  in_tx_sample = 70,   // u32: relative transaction of every 64th input
  out_tx_sample = 71,  // u32: relative transaction of every 64th output
  out_spender = 72,    // u32: relative transaction that spends it, or kNoRow
  cross_output = 73,   // u64: older outputs spent in this segment
  cross_tx = 74,       // u32: relative transaction that spends it
  post_offset = 80,    // u32, one more than addresses of this segment
  post_foreign = 81,   // u32: older addresses that move in this segment, ascending
  post_foreign_offset = 82,
  post_entry = 83,  // u32: relative row << 1 | spends
  // Bucket indexes: three sections each (offsets u32, tags u8, rows u32).
  tx_index = 100,
  address_index = 110,
  block_index = 120,
  cross_index = 130,
  outside_index = 140,
  late_input_index = 150,
  late_output_index = 160,
  late_address_index = 170,
};

constexpr std::uint32_t kCrossBit = 0x80000000;
constexpr std::uint64_t kOutsideBit = std::uint64_t{1} << 63;
constexpr std::uint32_t kRowsMax = 0x7ffffff0;  // inputs or outputs of one segment
constexpr std::uint64_t kValueSpilled = 0xffffffffff;
constexpr std::uint64_t kTxSample = 64;
constexpr std::uint64_t kAddressSample = 16;

enum TxFlag : std::uint8_t { kCoinbase = 1, kWitness = 2, kVersion2 = 4, kVersionSpilled = 8 };

}  // namespace clew::ledger
