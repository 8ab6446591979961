#include "ledger/segment_set.h"

namespace clew::ledger {

SegmentSet::SegmentSet(Segments segments) : segments_(std::move(segments)) {
  for (const auto& segment : segments_) {
    const auto& c = segment->counts;
    by_height_.push_back(segment.get());
    block_bases_.push_back(c.block_base);
    tx_bases_.push_back(c.tx_base);
    input_bases_.push_back(c.input_base);
    output_bases_.push_back(c.output_base);
    address_bases_.push_back(c.address_base);
    totals_.block_count += c.block_count;
    totals_.tx_count += c.tx_count;
    totals_.input_count += c.input_count;
    totals_.output_count += c.output_count;
    totals_.address_count += c.address_count;
    totals_.outside_count += c.outside_count;
    totals_.output_value += c.output_value;
    totals_.raw_bytes += c.raw_bytes;
    has_late_links_ = has_late_links_ || !segment->late_input.empty();
  }
  std::sort(by_height_.begin(), by_height_.end(), [](const Segment* a, const Segment* b) {
    return a->first_height() < b->first_height();
  });
}

std::optional<Place> SegmentSet::block_at(std::uint32_t height) const {
  for (const auto* segment : by_height_)
    if (height >= segment->first_height() && height < segment->end_height())
      return Place{segment, height - segment->first_height()};
  return std::nullopt;
}

std::optional<Place> SegmentSet::find_block(const Hash256& hash) const {
  for (auto it = segments_.rbegin(); it != segments_.rend(); ++it)
    if (const auto row = (*it)->find_block(hash); row != kNoRow) return Place{it->get(), row};
  return std::nullopt;
}

std::optional<TxIndex> SegmentSet::find_tx(std::uint64_t hash, const Hash256& txid) const {
  for (auto it = segments_.rbegin(); it != segments_.rend(); ++it)
    if (const auto row = (*it)->find_tx(hash, txid); row != kNoRow)
      return (*it)->counts.tx_base + row;
  return std::nullopt;
}

std::optional<AddressId> SegmentSet::find_address(std::uint64_t hash,
                                                  const bitcoin::Address& address) const {
  for (auto it = segments_.rbegin(); it != segments_.rend(); ++it)
    if (const auto row = (*it)->find_address(hash, address); row != kNoRow)
      return static_cast<AddressId>((*it)->counts.address_base + row);
  return std::nullopt;
}

OutputId SegmentSet::late_output_of(InputId input) const {
  if (!has_late_links_) return kNone;
  for (const auto& segment : segments_) {
    const auto row =
        segment->late_input_index.find(keyed_hash(input, segment->file->hash_key()),
                                       [&](auto r) { return segment->late_input[r] == input; });
    if (row != kNoRow) return segment->late_output[row];
  }
  return kNone;
}

OutputId SegmentSet::spent_output(InputId input) const {
  const auto [segment, row] = of_input(input);
  const auto previous = segment->in_previous[row];
  if (previous == kNoRow) return kNone;
  if (!(previous & kCrossBit)) return segment->counts.output_base + previous;
  const auto cross = segment->in_cross[previous & ~kCrossBit];
  return cross & kOutsideBit ? late_output_of(input) : cross;
}

TxIndex SegmentSet::spender(OutputId output) const {
  const auto [own, row] = of_output(output);
  if (const auto tx = own->out_spender[row]; tx != kNoRow) return own->counts.tx_base + tx;
  for (auto it = segments_.rbegin(); it != segments_.rend() && it->get() != own; ++it)
    if (const auto tx = (*it)->find_spender_of_older(output); tx != kNoRow)
      return (*it)->counts.tx_base + tx;
  if (own->late_output.empty()) return kNone;
  const auto late = own->late_output_index.find(
      keyed_hash(output, own->file->hash_key()),
      [&, segment = own](auto r) { return segment->late_output[r] == output; });
  if (late == kNoRow) return kNone;
  const auto [spending, input] = of_input(own->late_input[late]);
  return spending->counts.tx_base + spending->tx_of_input(input);
}

}  // namespace clew::ledger
