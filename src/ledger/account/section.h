// The sections of an account ledger's segment, by number. The numbers are part of the format
// (docs/formats/account-segment.md) and never reused; none is also one of a UTXO segment.
// "Relative" means counted from the segment's first row of that kind.
#pragma once

#include <cstdint>

namespace clew::account {

enum class Section : std::uint32_t {
  // Truth: what the blocks said.
  block_hash = 1001,            // 32 bytes
  block_header_offset = 1002,   // u32 into block_header, one more than blocks
  block_header = 1003,          // as it is hashed
  block_time = 1004,            // u64, seconds
  block_first_tx = 1005,        // u32, relative
  block_first_transfer = 1006,  // u32, relative
  block_own_transfer = 1007,    // u32, relative: the first that no transaction made
  block_first_address = 1008,   // u32, relative: addresses first seen before this block
  block_first_asset = 1009,     // u32, relative: likewise
  block_size = 1010,            // u32, bytes
  block_parts = 1011,           // u8, chain::BlockPart
  block_parent = 1012,          // 32 bytes
  tx_hash = 1020,               // 32 bytes
  tx_from = 1021,               // u32: address number
  tx_to = 1022,                 // u32: address number or kNoAddress
  tx_flags = 1023,              // u8, TxFlag
  tx_first_transfer = 1024,     // u32, relative
  tx_detail_offset = 1025,      // u32 into tx_detail, one more than transactions
  tx_detail = 1026,             // see detail.h
  transfer_kind = 1040,         // u8, chain::TransferKind
  transfer_from = 1041,         // u32: address number or kNoAddress
  transfer_to = 1042,           // u32: likewise
  transfer_asset = 1043,        // u32: asset number
  transfer_value = 1044,        // 12 bytes little-endian, base units; all ones: see the spill
  transfer_value_row = 1045,    // u32, relative, ascending: values that do not fit
  transfer_value_spill = 1046,  // 32 bytes little-endian
  transfer_place = 1047,        // u32
  address_bytes = 1060,         // 20 bytes
  asset_contract = 1061,        // u32: address number, kNoAddress of the chain's coin
  asset_token_id = 1062,        // 32 bytes little-endian
  // Index: derived from the truth of this and older segments.
  transfer_tx_sample = 1080,  // u32: relative transaction of every 64th transfer
  post = 1090,                // four sections: relative transfer << 1 | sends, by address
  post_directory = 1094,      // u32: where in the older addresses of `post` a range begins
  post_other = 1095,          // u32: of each entry of `post` the other side, or kNoAddress
  // Bucket indexes: three sections each (offsets u32, tags u8, rows u32).
  tx_index = 1100,
  address_index = 1110,
  block_index = 1120,
  asset_index = 1130,
};

constexpr std::uint32_t kRowsMax = 0x7ffffff0;  // transfers of one segment
constexpr std::size_t kValueBytes = 12;
constexpr std::uint64_t kTransferSample = 64;

enum TxFlag : std::uint8_t { kSuccess = 1, kCreates = 2 };

}  // namespace clew::account
