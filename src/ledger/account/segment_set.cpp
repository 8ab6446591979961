#include "ledger/account/segment_set.h"

#include <algorithm>

namespace clew::account {
namespace {

// The last base that is not above `number`.
std::size_t position(const std::vector<std::uint64_t>& bases, std::uint64_t number) {
  const auto above = std::upper_bound(bases.begin(), bases.end(), number);
  return static_cast<std::size_t>(above - bases.begin()) - 1;
}

}  // namespace

SegmentSet::SegmentSet(Segments segments) : segments_(std::move(segments)) {
  for (const auto& segment : segments_) {
    const auto& c = segment->counts;
    by_height_.push_back(segment.get());
    address_bases_.push_back(c.address_base);
    asset_bases_.push_back(c.asset_base);
    totals_.block_count += c.block_count;
    totals_.tx_count += c.tx_count;
    totals_.transfer_count += c.transfer_count;
    totals_.log_count += c.log_count;
    totals_.address_count += c.address_count;
    totals_.asset_count += c.asset_count;
    totals_.raw_bytes += c.raw_bytes;
  }
  std::sort(by_height_.begin(), by_height_.end(), [](const Segment* a, const Segment* b) {
    return a->first_height() < b->first_height();
  });
  for (const auto* segment : by_height_)
    first_heights_.push_back(segment->first_height());
}

std::size_t SegmentSet::position_of(std::uint64_t id) const {
  const auto height = static_cast<std::uint32_t>(id >> 32);
  const auto above = std::upper_bound(first_heights_.begin(), first_heights_.end(), height);
  return static_cast<std::size_t>(above - first_heights_.begin()) - 1;
}

Place SegmentSet::of_address(AddressId id) const {
  const auto i = position(address_bases_, id);
  return {segments_[i].get(), static_cast<std::uint32_t>(id - address_bases_[i])};
}
Place SegmentSet::of_asset(AssetId id) const {
  const auto i = position(asset_bases_, id);
  return {segments_[i].get(), static_cast<std::uint32_t>(id - asset_bases_[i])};
}

std::optional<Place> SegmentSet::block_at(std::uint32_t height) const {
  if (by_height_.empty() || height < first_heights_.front()) return std::nullopt;
  const auto* segment = by_height_[position_of(std::uint64_t{height} << 32)];
  if (height >= segment->end_height()) return std::nullopt;
  return Place{segment, height - segment->first_height()};
}

std::optional<Place> SegmentSet::find_block(const Hash256& hash) const {
  for (auto it = segments_.rbegin(); it != segments_.rend(); ++it)
    if (const auto row = (*it)->find_block(hash); row != kNoRow) return Place{it->get(), row};
  return std::nullopt;
}

std::optional<TxId> SegmentSet::find_tx(std::uint64_t hash, const Hash256& tx_hash) const {
  for (auto it = segments_.rbegin(); it != segments_.rend(); ++it)
    if (const auto row = (*it)->find_tx(hash, tx_hash); row != kNoRow)
      return (*it)->id_base() + row;
  return std::nullopt;
}

std::optional<AddressId> SegmentSet::find_address(std::uint64_t hash,
                                                  const chain::Account& address) const {
  for (auto it = segments_.rbegin(); it != segments_.rend(); ++it)
    if (const auto row = (*it)->find_address(hash, address); row != kNoRow)
      return static_cast<AddressId>((*it)->counts.address_base + row);
  return std::nullopt;
}

std::optional<AssetId> SegmentSet::find_asset(std::uint64_t hash, AddressId contract,
                                              const U256& token_id) const {
  for (auto it = segments_.rbegin(); it != segments_.rend(); ++it)
    if (const auto row = (*it)->find_asset(hash, contract, token_id); row != kNoRow)
      return static_cast<AssetId>((*it)->counts.asset_base + row);
  return std::nullopt;
}

}  // namespace clew::account
