#include "ledger/segment_data.h"

#include <algorithm>
#include <bit>

namespace clew::ledger {
namespace {

// What the rows of the appended part are counted up by, and how many of them there are.
struct Part {
  std::uint32_t blocks, txs, inputs, outputs, addresses;             // rows taken
  std::uint32_t tx_shift, input_shift, output_shift, address_shift;  // rows already there
};

Part part_of(const SegmentData& d, const Segment& s, std::uint32_t blocks) {
  Part part{};
  const bool all = blocks == s.counts.block_count;
  part.blocks = blocks;
  part.txs = all ? static_cast<std::uint32_t>(s.counts.tx_count) : s.block_first_tx[blocks];
  const bool all_txs = part.txs == s.counts.tx_count;
  part.inputs =
      all_txs ? static_cast<std::uint32_t>(s.counts.input_count) : s.tx_first_input[part.txs];
  part.outputs =
      all_txs ? static_cast<std::uint32_t>(s.counts.output_count) : s.tx_first_output[part.txs];
  part.addresses =
      all ? static_cast<std::uint32_t>(s.counts.address_count) : s.block_first_address[blocks];
  part.tx_shift = static_cast<std::uint32_t>(d.tx_id.size());
  part.input_shift = static_cast<std::uint32_t>(d.in_previous.size());
  part.output_shift = static_cast<std::uint32_t>(d.out_address.size());
  part.address_shift = static_cast<std::uint32_t>(d.address_at.size());
  return part;
}

void append_blocks(SegmentData& d, const Segment& s, const Part& part) {
  const auto n = part.blocks;
  extend_raw(d.block_header, s.block_header, n);
  extend(d.block_hash, s.block_hash, n);
  extend(d.block_first_tx, s.block_first_tx, n, [&](auto v) { return v + part.tx_shift; });
  extend(d.block_first_address, s.block_first_address, n,
         [&](auto v) { return v + part.address_shift; });
  extend(d.block_size, s.block_size, n);
  extend(d.block_weight, s.block_weight, n);
}

void append_transactions(SegmentData& d, const Segment& s, const Part& part) {
  const auto n = part.txs;
  extend(d.tx_id, s.tx_id, n);
  extend(d.tx_first_input, s.tx_first_input, n, [&](auto v) { return v + part.input_shift; });
  extend(d.tx_first_output, s.tx_first_output, n, [&](auto v) { return v + part.output_shift; });
  extend(d.tx_lock_time, s.tx_lock_time, n);
  extend(d.tx_weight, s.tx_weight, n);
  extend(d.tx_flags, s.tx_flags, n);
  const auto spilled = rows_below(s.tx_version_row, n);
  extend(d.tx_version_row, s.tx_version_row, spilled, [&](auto v) { return v + part.tx_shift; });
  extend(d.tx_version, s.tx_version, spilled);
}

// References to outputs that have come to lie in the same segment become local.
void append_inputs(SegmentData& d, const Segment& s, const Part& part) {
  for (std::uint32_t i = 0; i < part.inputs; ++i) {
    const auto previous = s.in_previous[i];
    if (previous == kNoRow) {
      d.in_previous.push_back(kNoRow);
      continue;
    }
    if (!(previous & kCrossBit)) {
      d.in_previous.push_back(previous + part.output_shift);
      continue;
    }
    auto cross = s.in_cross[previous & ~kCrossBit];
    if (cross & kOutsideBit) {
      const auto row = cross & ~kOutsideBit;
      cross = kOutsideBit | d.outside_input.size();
      d.outside_input.push_back(s.outside_input[row] + part.input_shift);
      d.outside_value.push_back(s.outside_value[row]);
      const auto* outpoint = s.outside_outpoint.at(row);
      d.outside_outpoint.insert(d.outside_outpoint.end(), outpoint, outpoint + 36);
    } else if (cross >= d.counts.output_base) {
      d.in_previous.push_back(static_cast<std::uint32_t>(cross - d.counts.output_base));
      continue;
    }
    d.in_previous.push_back(kCrossBit | static_cast<std::uint32_t>(d.in_cross.size()));
    d.in_cross.push_back(cross);
  }
  extend(d.in_address, s.in_address, part.inputs);
  extend(d.in_sequence, s.in_sequence, part.inputs);
  const auto spilled = rows_below(s.in_sequence_row, part.inputs);
  extend(d.in_sequence_row, s.in_sequence_row, spilled,
         [&](auto v) { return v + part.input_shift; });
  extend(d.in_sequence_value, s.in_sequence_value, spilled);
}

void append_outputs(SegmentData& d, const Segment& s, const Part& part) {
  extend_raw(d.out_value, s.out_value, part.outputs);
  const auto spilled = rows_below(s.out_value_row, part.outputs);
  extend(d.out_value_row, s.out_value_row, spilled, [&](auto v) { return v + part.output_shift; });
  extend(d.out_value_spill, s.out_value_spill, spilled);
  extend(d.out_address, s.out_address, part.outputs);
  const auto scripts = rows_below(s.out_script_row, part.outputs);
  extend(d.out_script_row, s.out_script_row, scripts,
         [&](auto v) { return v + part.output_shift; });
  const auto byte_shift = d.out_script_offset.back();
  for (std::size_t i = 1; i <= scripts; ++i)
    d.out_script_offset.push_back(s.out_script_offset[i] + byte_shift);
  extend(d.out_script_bytes, s.out_script_bytes, d.out_script_offset.back() - byte_shift);
}

void append_addresses(SegmentData& d, const Segment& s, const Part& part) {
  const auto bytes = s.address_bytes.bytes();
  const auto* p = bytes.data();
  for (std::uint32_t i = 0; i < part.addresses; ++i) {
    d.address_at.push_back(static_cast<std::uint32_t>(d.address_bytes.size()));
    const auto* from = p;
    (void)read_address(p);
    d.address_bytes.insert(d.address_bytes.end(), from, p);
  }
}

void append_late_links(SegmentData& d, const Segment& s, const Part& part) {
  for (std::size_t i = 0; i < s.late_input.size(); ++i) {
    if (s.late_output[i] >= s.counts.output_base + part.outputs) continue;
    d.late_input.push_back(s.late_input[i]);
    d.late_output.push_back(s.late_output[i]);
  }
}

void add_truth(std::vector<SectionBytes>& list, const SegmentData& d) {
  add_section(list, Section::block_header, d.block_header);
  add_section(list, Section::block_hash, d.block_hash);
  add_section(list, Section::block_first_tx, d.block_first_tx);
  add_section(list, Section::block_first_address, d.block_first_address);
  add_section(list, Section::block_size, d.block_size);
  add_section(list, Section::block_weight, d.block_weight);
  add_section(list, Section::tx_id, d.tx_id);
  add_section(list, Section::tx_first_input, d.tx_first_input);
  add_section(list, Section::tx_first_output, d.tx_first_output);
  add_section(list, Section::tx_lock_time, d.tx_lock_time);
  add_section(list, Section::tx_weight, d.tx_weight);
  add_section(list, Section::tx_flags, d.tx_flags);
  add_section(list, Section::tx_version_row, d.tx_version_row);
  add_section(list, Section::tx_version, d.tx_version);
  add_section(list, Section::in_previous, d.in_previous);
  add_section(list, Section::in_cross, d.in_cross);
  add_section(list, Section::in_address, d.in_address);
  add_section(list, Section::in_sequence, d.in_sequence);
  add_section(list, Section::in_sequence_row, d.in_sequence_row);
  add_section(list, Section::in_sequence_value, d.in_sequence_value);
  add_section(list, Section::out_value, d.out_value);
  add_section(list, Section::out_value_row, d.out_value_row);
  add_section(list, Section::out_value_spill, d.out_value_spill);
  add_section(list, Section::out_address, d.out_address);
  add_section(list, Section::out_script_row, d.out_script_row);
  add_section(list, Section::out_script_offset, d.out_script_offset);
  add_section(list, Section::out_script_bytes, d.out_script_bytes);
  add_section(list, Section::address_bytes, d.address_bytes);
  add_section(list, Section::outside_outpoint, d.outside_outpoint);
  add_section(list, Section::outside_value, d.outside_value);
  add_section(list, Section::outside_input, d.outside_input);
  add_section(list, Section::late_input, d.late_input);
  add_section(list, Section::late_output, d.late_output);
}

void add_derived(std::vector<SectionBytes>& list, const SegmentIndex& index) {
  add_section(list, Section::in_tx_sample, index.in_tx_sample);
  add_section(list, Section::out_tx_sample, index.out_tx_sample);
  add_section(list, Section::out_spender, index.out_spender);
  add_section(list, Section::cross_output, index.cross_output);
  add_section(list, Section::cross_tx, index.cross_tx);
  add_postings(list, Section::post_offset, index.post);
  add_index(list, Section::tx_index, index.tx);
  add_index(list, Section::address_index, index.address);
  add_index(list, Section::block_index, index.block);
  add_index(list, Section::cross_index, index.cross);
  add_index(list, Section::outside_index, index.outside);
  add_index(list, Section::late_input_index, index.late_input);
  add_index(list, Section::late_output_index, index.late_output);
  add_index(list, Section::late_address_index, index.late_address);
}

}  // namespace

void SegmentData::restart(const SegmentCounts& after, std::uint64_t first_height) {
  const auto clear = [](auto&... columns) { (columns.clear(), ...); };
  clear(block_header, block_hash, block_first_tx, block_first_address, block_size, block_weight);
  clear(tx_id, tx_first_input, tx_first_output, tx_lock_time, tx_weight, tx_flags, tx_version_row,
        tx_version);
  clear(in_previous, in_cross, in_address, in_sequence, in_sequence_row, in_sequence_value);
  clear(out_value, out_value_row, out_value_spill, out_address, out_script_row, out_script_bytes);
  clear(address_at, address_bytes, outside_outpoint, outside_value, outside_input, late_input,
        late_output);
  out_script_offset.assign(1, 0);
  counts = {};
  counts.block_base = after.block_base + after.block_count;
  counts.tx_base = after.tx_base + after.tx_count;
  counts.input_base = after.input_base + after.input_count;
  counts.output_base = after.output_base + after.output_count;
  counts.address_base = after.address_base + after.address_count;
  counts.first_height = first_height;
}

void SegmentData::restart_like(const Segment& segment) {
  hash_key = segment.file->hash_key();
  auto base = segment.counts;
  base.block_count = base.tx_count = base.input_count = base.output_count = base.address_count = 0;
  restart(base, base.first_height);
}

void SegmentData::reserve(std::size_t txs) {
  constexpr std::size_t kInputs = 3, kOutputs = 3, kAddresses = 2, kAddressBytes = 22;
  const auto set_aside = [](std::size_t rows, auto&... columns) { (columns.reserve(rows), ...); };
  set_aside(txs, tx_id, tx_first_input, tx_first_output, tx_lock_time, tx_weight, tx_flags);
  set_aside(txs * kInputs, in_previous, in_address, in_sequence);
  set_aside(txs * kOutputs, out_address);
  out_value.reserve(txs * kOutputs * 5);
  address_at.reserve(txs * kAddresses);
  address_bytes.reserve(txs * kAddresses * kAddressBytes);
}

bitcoin::Address SegmentData::address(std::uint32_t row) const {
  const auto* p = address_bytes.data() + address_at[row];
  return read_address(p);
}

std::int64_t SegmentData::value(std::uint32_t output) const {
  std::uint64_t packed = 0;
  std::memcpy(&packed, out_value.data() + std::size_t{output} * 5, 5);
  if (packed != kValueSpilled) return static_cast<std::int64_t>(packed);
  const auto row = std::lower_bound(out_value_row.begin(), out_value_row.end(), output);
  return out_value_spill[static_cast<std::size_t>(row - out_value_row.begin())];
}

void SegmentData::push_value(std::int64_t value) {
  auto packed = static_cast<std::uint64_t>(value);
  if (packed >= kValueSpilled) {
    out_value_row.push_back(static_cast<std::uint32_t>(out_value.size() / 5));
    out_value_spill.push_back(value);
    packed = kValueSpilled;
  }
  const auto* p = reinterpret_cast<const std::uint8_t*>(&packed);
  out_value.insert(out_value.end(), p, p + 5);
}

void SegmentData::append(const Segment& s, std::uint32_t blocks) {
  const auto part = part_of(*this, s, blocks);
  append_blocks(*this, s, part);
  append_transactions(*this, s, part);
  append_inputs(*this, s, part);
  append_outputs(*this, s, part);
  append_addresses(*this, s, part);
  append_late_links(*this, s, part);
  counts.block_count += part.blocks;
  counts.tx_count += part.txs;
  counts.input_count += part.inputs;
  counts.output_count += part.outputs;
  counts.address_count += part.addresses;
  counts.outside_count = outside_input.size();
  for (std::uint32_t i = 0; i < part.blocks; ++i)
    counts.raw_bytes += s.block_size[i];
  for (std::uint32_t i = 0; i < part.outputs; ++i)
    counts.output_value += s.value(i);
}

SegmentSections sections_of(const SegmentData& data, const SegmentIndex& index) {
  SegmentSections sections;
  for (std::size_t i = 0; i < data.address_at.size(); i += kAddressSample)
    sections.address_offset.push_back(data.address_at[i]);
  add_truth(sections.list, data);
  add_section(sections.list, Section::address_offset, sections.address_offset);
  add_derived(sections.list, index);
  return sections;
}

Result<std::uint64_t> SegmentData::write(FileSystem& files, const std::string& path) const {
  const auto index = build_index(*this);
  const auto sections = sections_of(*this, index);
  auto seal =
      write_segment_file(files, path, std::bit_cast<CountWords>(counts), hash_key, sections.list);
  if (!seal) (void)files.remove(path);
  return seal;
}

}  // namespace clew::ledger
