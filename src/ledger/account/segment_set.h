// The segments of one account ledger in order of arrival, and look-ups over all of them. What a
// snapshot reads and what the writer resolves against.
#pragma once

#include <optional>
#include <vector>

#include "ledger/account/segment.h"

namespace clew::account {

// A segment and a row in it.
struct Place {
  const Segment* segment = nullptr;
  std::uint32_t row = 0;
};

class SegmentSet {
 public:
  using Segments = std::vector<std::shared_ptr<const Segment>>;

  SegmentSet() = default;
  explicit SegmentSet(Segments segments);

  const Segments& all() const { return segments_; }
  // In order of height.
  const std::vector<const Segment*>& by_height() const { return by_height_; }
  // Sums of all counts; the bases are those of a segment that would follow.
  const SegmentCounts& totals() const { return totals_; }

  // The segment that holds a row, by its number as in ids.h; it must exist.
  Place of(std::uint64_t id) const { return {by_height_[position_of(id)], row_of(id)}; }
  // Where in by_height().
  std::size_t position_of(std::uint64_t id) const;
  Place of_address(AddressId id) const;
  Place of_asset(AssetId id) const;

  std::optional<Place> block_at(std::uint32_t height) const;
  std::optional<Place> find_block(const Hash256& hash) const;
  std::optional<TxId> find_tx(std::uint64_t hash, const Hash256& tx_hash) const;
  std::optional<AddressId> find_address(std::uint64_t hash, const chain::Account& address) const;
  std::optional<AssetId> find_asset(std::uint64_t hash, AddressId contract,
                                    const U256& token_id) const;

 private:
  static std::uint32_t row_of(std::uint64_t id) { return static_cast<std::uint32_t>(id); }

  Segments segments_;
  std::vector<const Segment*> by_height_;
  std::vector<std::uint32_t> first_heights_;  // of by_height_
  std::vector<std::uint64_t> address_bases_, asset_bases_;
  SegmentCounts totals_;
};

}  // namespace clew::account
