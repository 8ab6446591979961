// The segments of one ledger in order of arrival, and look-ups over all of them. What a snapshot
// reads and what the writer resolves against.
#pragma once

#include <algorithm>
#include <optional>

#include "ledger/segment.h"

namespace clew::ledger {

using Segments = std::vector<std::shared_ptr<const Segment>>;

// A segment and a row in it.
struct Place {
  const Segment* segment = nullptr;
  std::uint32_t row = 0;
};

class SegmentSet {
 public:
  SegmentSet() = default;
  explicit SegmentSet(Segments segments);

  const Segments& all() const { return segments_; }
  // In order of height.
  const std::vector<const Segment*>& by_height() const { return by_height_; }
  // Sums of all counts; the bases are those of a segment that would follow.
  const SegmentCounts& totals() const { return totals_; }

  // The segment that holds a row, which must exist.
  Place of_block(BlockIndex block) const { return place(block_bases_, block); }
  Place of_tx(TxIndex tx) const { return place(tx_bases_, tx); }
  Place of_input(InputId input) const { return place(input_bases_, input); }
  Place of_output(OutputId output) const { return place(output_bases_, output); }
  Place of_address(AddressId address) const { return place(address_bases_, address); }

  std::optional<Place> block_at(std::uint32_t height) const;
  std::optional<Place> find_block(const Hash256& hash) const;
  std::optional<TxIndex> find_tx(std::uint64_t hash, const Hash256& txid) const;
  std::optional<AddressId> find_address(std::uint64_t hash, const bitcoin::Address& address) const;

  // The output that a later arrived segment links an outside input to, or kNone.
  OutputId late_output_of(InputId input) const;
  // The spent output, or kNone for a coinbase and for one outside the ledger.
  OutputId spent_output(InputId input) const;
  // The transaction that spends an output, or kNone.
  TxIndex spender(OutputId output) const;
  bool has_late_links() const { return has_late_links_; }

 private:
  Place place(const std::vector<std::uint64_t>& bases, std::uint64_t number) const {
    std::size_t i = bases.size() - 1;
    if (i < 8) {
      while (bases[i] > number)
        --i;
    } else {
      i = static_cast<std::size_t>(std::upper_bound(bases.begin(), bases.end(), number) -
                                   bases.begin()) -
          1;
    }
    return {segments_[i].get(), static_cast<std::uint32_t>(number - bases[i])};
  }

  Segments segments_;
  std::vector<const Segment*> by_height_;
  SegmentCounts totals_;
  std::vector<std::uint64_t> block_bases_, tx_bases_, input_bases_, output_bases_, address_bases_;
  bool has_late_links_ = false;
};

}  // namespace clew::ledger
