#include "ledger/account/segment_data.h"

#include <algorithm>
#include <bit>

namespace clew::account {

using ledger::add_index;
using ledger::add_section;
using ledger::extend;
using ledger::extend_raw;

namespace {

// What is taken of a segment that is appended, and what its rows are counted up by.
struct Part {
  std::uint32_t blocks, txs, transfers, addresses, assets;             // rows taken
  std::uint32_t tx_shift, transfer_shift, address_shift, asset_shift;  // rows already there
};

Part part_of(const SegmentData& d, const Segment& s, std::uint32_t blocks) {
  const bool all = blocks == s.counts.block_count;
  const auto rows = [&](const auto& first, std::uint64_t count) {
    return all ? static_cast<std::uint32_t>(count) : first[blocks];
  };
  return {.blocks = blocks,
          .txs = rows(s.block_first_tx, s.counts.tx_count),
          .transfers = rows(s.block_first_transfer, s.counts.transfer_count),
          .addresses = rows(s.block_first_address, s.counts.address_count),
          .assets = rows(s.block_first_asset, s.counts.asset_count),
          .tx_shift = static_cast<std::uint32_t>(d.tx_hash.size()),
          .transfer_shift = static_cast<std::uint32_t>(d.transfer_kind.size()),
          .address_shift = static_cast<std::uint32_t>(d.address_bytes.size()),
          .asset_shift = static_cast<std::uint32_t>(d.asset_contract.size())};
}

auto plus(std::uint32_t shift) {
  return [shift](std::uint32_t row) { return row + shift; };
}

// Offsets into a column of bytes, one more than rows, and the bytes.
void append_runs(std::vector<std::uint32_t>& offsets, Bytes& bytes,
                 const ledger::Column<std::uint32_t>& from_offsets,
                 const ledger::Column<std::uint8_t>& from, std::uint32_t rows) {
  const auto shift = offsets.back();
  for (std::uint32_t i = 1; i <= rows; ++i)
    offsets.push_back(from_offsets[i] + shift);
  extend_raw(bytes, from, offsets.back() - shift);
}

template <class T>
void append_wide(std::vector<T>& out, const ledger::Column<std::uint8_t, sizeof(T)>& column,
                 std::size_t rows) {
  const auto old = out.size();
  out.resize(old + rows);
  if (rows > 0) std::memcpy(out.data() + old, column.range(0, rows), rows * sizeof(T));
}

void append_blocks(SegmentData& d, const Segment& s, const Part& part) {
  const auto n = part.blocks;
  extend(d.block_hash, s.block_hash, n);
  extend(d.block_parent, s.block_parent, n);
  append_runs(d.block_header_offset, d.block_header, s.block_header_offset, s.block_header, n);
  extend(d.block_time, s.block_time, n);
  extend(d.block_first_tx, s.block_first_tx, n, plus(part.tx_shift));
  extend(d.block_first_transfer, s.block_first_transfer, n, plus(part.transfer_shift));
  extend(d.block_own_transfer, s.block_own_transfer, n, plus(part.transfer_shift));
  extend(d.block_first_address, s.block_first_address, n, plus(part.address_shift));
  extend(d.block_first_asset, s.block_first_asset, n, plus(part.asset_shift));
  extend(d.block_size, s.block_size, n);
  extend(d.block_parts, s.block_parts, n);
}

void append_transactions(SegmentData& d, const Segment& s, const Part& part) {
  const auto n = part.txs;
  extend(d.tx_hash, s.tx_hash, n);
  extend(d.tx_from, s.tx_from, n);
  extend(d.tx_to, s.tx_to, n);
  extend(d.tx_flags, s.tx_flags, n);
  extend(d.tx_first_transfer, s.tx_first_transfer, n, plus(part.transfer_shift));
  append_runs(d.tx_detail_offset, d.tx_detail, s.tx_detail_offset, s.tx_detail, n);
}

void append_transfers(SegmentData& d, const Segment& s, const Part& part) {
  const auto n = part.transfers;
  extend(d.transfer_kind, s.transfer_kind, n);
  extend(d.transfer_from, s.transfer_from, n);
  extend(d.transfer_to, s.transfer_to, n);
  extend(d.transfer_asset, s.transfer_asset, n);
  extend_raw(d.transfer_value, s.transfer_value, n);
  const auto spilled = ledger::rows_below(s.transfer_value_row, n);
  extend(d.transfer_value_row, s.transfer_value_row, spilled, plus(part.transfer_shift));
  append_wide(d.transfer_value_spill, s.transfer_value_spill, spilled);
  extend(d.transfer_place, s.transfer_place, n);
}

void add_truth(std::vector<ledger::SectionBytes>& list, const SegmentData& d) {
  add_section(list, Section::block_hash, d.block_hash);
  add_section(list, Section::block_header_offset, d.block_header_offset);
  add_section(list, Section::block_header, d.block_header);
  add_section(list, Section::block_time, d.block_time);
  add_section(list, Section::block_first_tx, d.block_first_tx);
  add_section(list, Section::block_first_transfer, d.block_first_transfer);
  add_section(list, Section::block_own_transfer, d.block_own_transfer);
  add_section(list, Section::block_first_address, d.block_first_address);
  add_section(list, Section::block_first_asset, d.block_first_asset);
  add_section(list, Section::block_size, d.block_size);
  add_section(list, Section::block_parts, d.block_parts);
  add_section(list, Section::block_parent, d.block_parent);
  add_section(list, Section::tx_hash, d.tx_hash);
  add_section(list, Section::tx_from, d.tx_from);
  add_section(list, Section::tx_to, d.tx_to);
  add_section(list, Section::tx_flags, d.tx_flags);
  add_section(list, Section::tx_first_transfer, d.tx_first_transfer);
  add_section(list, Section::tx_detail_offset, d.tx_detail_offset);
  add_section(list, Section::tx_detail, d.tx_detail);
  add_section(list, Section::transfer_kind, d.transfer_kind);
  add_section(list, Section::transfer_from, d.transfer_from);
  add_section(list, Section::transfer_to, d.transfer_to);
  add_section(list, Section::transfer_asset, d.transfer_asset);
  add_section(list, Section::transfer_value, d.transfer_value);
  add_section(list, Section::transfer_value_row, d.transfer_value_row);
  add_section(list, Section::transfer_value_spill, d.transfer_value_spill);
  add_section(list, Section::transfer_place, d.transfer_place);
  add_section(list, Section::address_bytes, d.address_bytes);
  add_section(list, Section::asset_contract, d.asset_contract);
  add_section(list, Section::asset_token_id, d.asset_token_id);
}

}  // namespace

void SegmentData::restart_like(const Segment& segment) {
  hash_key = segment.file->hash_key();
  auto base = segment.counts;
  base.address_count = base.asset_count = 0;
  restart(base, base.first_height);
}

void SegmentData::restart(const SegmentCounts& after, std::uint64_t first_height) {
  const auto clear = [](auto&... columns) { (columns.clear(), ...); };
  clear(block_hash, block_parent, block_header, block_time, block_first_tx, block_first_transfer,
        block_own_transfer, block_first_address, block_first_asset, block_size, block_parts);
  clear(tx_hash, tx_from, tx_to, tx_flags, tx_first_transfer, tx_detail);
  clear(transfer_kind, transfer_from, transfer_to, transfer_asset, transfer_value,
        transfer_value_row, transfer_value_spill, transfer_place);
  clear(address_bytes, asset_contract, asset_token_id);
  block_header_offset.assign(1, 0);
  tx_detail_offset.assign(1, 0);
  counts = {};
  counts.first_height = first_height;
  counts.address_base = after.address_base + after.address_count;
  counts.asset_base = after.asset_base + after.asset_count;
}

void SegmentData::push_value(const U256& value) {
  const auto& limbs = value.limbs();
  std::array<std::uint8_t, kValueBytes> packed;
  std::memcpy(packed.data(), limbs.data(), packed.size());
  const bool fits = limbs[3] == 0 && limbs[2] == 0 && limbs[1] <= 0xffffffff &&
                    !(limbs[1] == 0xffffffff && ~limbs[0] == 0);
  if (!fits) {
    transfer_value_row.push_back(static_cast<std::uint32_t>(transfer_value.size() / kValueBytes));
    transfer_value_spill.push_back(limbs);
    packed.fill(0xff);
  }
  transfer_value.insert(transfer_value.end(), packed.begin(), packed.end());
}

void SegmentData::append(const Segment& s, std::uint32_t blocks) {
  const auto part = part_of(*this, s, blocks);
  append_blocks(*this, s, part);
  append_transactions(*this, s, part);
  append_transfers(*this, s, part);
  extend(address_bytes, s.address_bytes, part.addresses);
  extend(asset_contract, s.asset_contract, part.assets);
  append_wide(asset_token_id, s.asset_token_id, part.assets);
  counts.block_count += part.blocks;
  counts.tx_count += part.txs;
  counts.transfer_count += part.transfers;
  counts.address_count += part.addresses;
  counts.asset_count += part.assets;
  for (std::uint32_t i = 0; i < part.blocks; ++i)
    counts.raw_bytes += s.block_size[i];
  counts.log_count += s.logs_of_first(part.txs);
}

SegmentSections sections_of(const SegmentData& data, const SegmentIndex& index) {
  SegmentSections sections;
  add_truth(sections.list, data);
  add_section(sections.list, Section::transfer_tx_sample, index.transfer_tx_sample);
  add_postings(sections.list, Section::post, index.post);
  add_section(sections.list, Section::post_other, index.post_other);
  add_section(sections.list, Section::post_directory, index.post_directory);
  add_index(sections.list, Section::tx_index, index.tx);
  add_index(sections.list, Section::address_index, index.address);
  add_index(sections.list, Section::block_index, index.block);
  add_index(sections.list, Section::asset_index, index.asset);
  return sections;
}

Result<std::uint64_t> SegmentData::write(FileSystem& files, const std::string& path) const {
  const auto index = build_index(*this);
  const auto sections = sections_of(*this, index);
  auto seal = ledger::write_segment_file(files, path, std::bit_cast<ledger::CountWords>(counts),
                                         hash_key, sections.list);
  if (!seal) (void)files.remove(path);
  return seal;
}

}  // namespace clew::account
