#include "ledger/segment.h"

#include <algorithm>
#include <bit>

#include "ledger/sequence_code.h"

namespace clew::ledger {

using bitcoin::Address;
using bitcoin::AddressKind;

Segment::Segment(std::unique_ptr<SegmentFile> opened)
    : file(std::move(opened)),
      counts(std::bit_cast<SegmentCounts>(file->counts())),
      block_header(*file, Section::block_header),
      block_hash(*file, Section::block_hash),
      block_first_tx(*file, Section::block_first_tx),
      block_first_address(*file, Section::block_first_address),
      block_size(*file, Section::block_size),
      block_weight(*file, Section::block_weight),
      tx_id(*file, Section::tx_id),
      tx_first_input(*file, Section::tx_first_input),
      tx_first_output(*file, Section::tx_first_output),
      tx_lock_time(*file, Section::tx_lock_time),
      tx_weight(*file, Section::tx_weight),
      tx_flags(*file, Section::tx_flags),
      tx_version_row(*file, Section::tx_version_row),
      tx_version(*file, Section::tx_version),
      in_previous(*file, Section::in_previous),
      in_cross(*file, Section::in_cross),
      in_address(*file, Section::in_address),
      in_sequence(*file, Section::in_sequence),
      in_sequence_row(*file, Section::in_sequence_row),
      in_sequence_value(*file, Section::in_sequence_value),
      out_value(*file, Section::out_value),
      out_value_row(*file, Section::out_value_row),
      out_value_spill(*file, Section::out_value_spill),
      out_address(*file, Section::out_address),
      out_script_row(*file, Section::out_script_row),
      out_script_offset(*file, Section::out_script_offset),
      out_script_bytes(*file, Section::out_script_bytes),
      address_offset(*file, Section::address_offset),
      address_bytes(*file, Section::address_bytes),
      outside_outpoint(*file, Section::outside_outpoint),
      outside_value(*file, Section::outside_value),
      outside_input(*file, Section::outside_input),
      late_input(*file, Section::late_input),
      late_output(*file, Section::late_output),
      in_tx_sample(*file, Section::in_tx_sample),
      out_tx_sample(*file, Section::out_tx_sample),
      out_spender(*file, Section::out_spender),
      cross_output(*file, Section::cross_output),
      cross_tx(*file, Section::cross_tx),
      post(*file, Section::post_offset),
      tx_index(*file, Section::tx_index),
      address_index(*file, Section::address_index),
      block_index(*file, Section::block_index),
      cross_index(*file, Section::cross_index),
      outside_index(*file, Section::outside_index),
      late_input_index(*file, Section::late_input_index),
      late_output_index(*file, Section::late_output_index),
      late_address_index(*file, Section::late_address_index) {}

std::uint32_t Segment::tx_end_of_block(std::uint32_t block) const {
  return block + 1 < block_first_tx.size() ? block_first_tx[block + 1]
                                           : static_cast<std::uint32_t>(counts.tx_count);
}
std::uint32_t Segment::input_end(std::uint32_t tx) const {
  return tx + 1 < tx_first_input.size() ? tx_first_input[tx + 1]
                                        : static_cast<std::uint32_t>(counts.input_count);
}
std::uint32_t Segment::output_end(std::uint32_t tx) const {
  return tx + 1 < tx_first_output.size() ? tx_first_output[tx + 1]
                                         : static_cast<std::uint32_t>(counts.output_count);
}

std::uint32_t Segment::find_tx(std::uint64_t hash, const Hash256& txid) const {
  return tx_index.find(hash, [&](std::uint32_t row) { return tx_id[row] == txid; });
}

std::uint32_t Segment::find_address(std::uint64_t hash, const Address& wanted) const {
  return address_index.find(hash, [&](std::uint32_t row) { return address(row) == wanted; });
}

std::uint32_t Segment::find_block(const Hash256& wanted) const {
  return block_index.find(keyed_hash(wanted, file->hash_key()),
                          [&](std::uint32_t row) { return block_hash[row] == wanted; });
}

std::uint32_t Segment::find_spender_of_older(OutputId output) const {
  const auto row = cross_index.find(keyed_hash(output, file->hash_key()),
                                    [&](std::uint32_t r) { return cross_output[r] == output; });
  return row == kNoRow ? kNoRow : cross_tx[row];
}

std::uint32_t Segment::block_of_tx(std::uint32_t tx) const {
  std::uint32_t low = 0, high = static_cast<std::uint32_t>(block_first_tx.size());
  while (high - low > 1) {
    const auto middle = low + (high - low) / 2;
    (block_first_tx[middle] <= tx ? low : high) = middle;
  }
  return low;
}

// The sample gives a transaction at or before; every transaction has at least one row, so at most
// kTxSample steps follow.
std::uint32_t Segment::scan_tx(const Column<std::uint32_t>& first,
                               const Column<std::uint32_t>& sample, std::uint32_t row) const {
  auto tx = sample[row / kTxSample];
  while (tx + 1 < first.size() && first[tx + 1] <= row)
    ++tx;
  return tx;
}
std::uint32_t Segment::tx_of_input(std::uint32_t input) const {
  return scan_tx(tx_first_input, in_tx_sample, input);
}
std::uint32_t Segment::tx_of_output(std::uint32_t output) const {
  return scan_tx(tx_first_output, out_tx_sample, output);
}

std::int64_t Segment::value(std::uint32_t output) const {
  std::uint64_t packed = 0;
  std::memcpy(&packed, out_value.at(output), 5);
  if (packed != kValueSpilled) return static_cast<std::int64_t>(packed);
  return out_value_spill[find_sorted(out_value_row, output)];
}

std::uint32_t Segment::sequence(std::uint32_t input) const {
  const auto code = in_sequence[input];
  if (code != kSequenceSpilled) return sequence_of_code(code);
  return in_sequence_value[find_sorted(in_sequence_row, input)];
}

std::int32_t Segment::version(std::uint32_t tx) const {
  const auto flags = tx_flags[tx];
  if (flags & kVersionSpilled) return tx_version[find_sorted(tx_version_row, tx)];
  return flags & kVersion2 ? 2 : 1;
}

ByteView Segment::stored_script(std::uint32_t output) const {
  const auto row = find_sorted(out_script_row, output);
  if (row == kNoRow) return {};
  const auto from = out_script_offset[row], to = out_script_offset[row + 1];
  return {out_script_bytes.range(from, to), to - from};
}

Address Segment::address(std::uint32_t row) const {
  const auto from = address_offset[row / kAddressSample];
  // The whole group is checked at once: at most 16 entries of 43 bytes.
  const auto group_end = row / kAddressSample + 1 < address_offset.size()
                             ? address_offset[row / kAddressSample + 1]
                             : static_cast<std::uint32_t>(address_bytes.size());
  const auto* p = address_bytes.range(from, group_end);
  for (auto skip = row % kAddressSample; skip > 0; --skip) {
    const auto size = bitcoin::payload_size(static_cast<AddressKind>(*p));
    p += size != 0 ? 1 + size : 2 + std::size_t{p[1]};
  }
  return read_address(p);
}

std::pair<std::uint32_t, std::uint32_t> Segment::postings(AddressId id) const {
  return post.range(id, counts.address_base, counts.address_count);
}

Address read_address(const std::uint8_t*& p) {
  const auto kind = static_cast<AddressKind>(*p++);
  std::size_t size = bitcoin::payload_size(kind);
  if (size == 0) size = std::min<std::size_t>(*p++, 41);
  const Address address(kind, {p, size});
  p += size;
  return address;
}

void append_address(Bytes& out, const Address& address) {
  out.push_back(static_cast<std::uint8_t>(address.kind));
  if (bitcoin::payload_size(address.kind) == 0) out.push_back(address.size);
  const auto bytes = address.bytes();
  out.insert(out.end(), bytes.begin(), bytes.end());
}

std::uint64_t address_hash(const Address& address, std::uint64_t hash_key) {
  return keyed_hash(address.bytes(), hash_key + static_cast<std::uint64_t>(address.kind));
}

}  // namespace clew::ledger
