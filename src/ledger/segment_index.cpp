#include <algorithm>

#include "ledger/segment_data.h"

namespace clew::ledger {
namespace {

std::uint32_t input_end(const SegmentData& d, std::size_t tx) {
  return static_cast<std::uint32_t>(tx + 1 < d.tx_first_input.size() ? d.tx_first_input[tx + 1]
                                                                     : d.in_previous.size());
}
std::uint32_t output_end(const SegmentData& d, std::size_t tx) {
  return static_cast<std::uint32_t>(tx + 1 < d.tx_first_output.size() ? d.tx_first_output[tx + 1]
                                                                      : d.out_address.size());
}

// The transaction of every kTxSample-th row.
std::vector<std::uint32_t> sample_transactions(const std::vector<std::uint32_t>& first,
                                               std::size_t rows) {
  std::vector<std::uint32_t> sample;
  sample.reserve(rows / kTxSample + 1);
  std::uint32_t tx = 0;
  for (std::size_t row = 0; row < rows; row += kTxSample) {
    while (tx + 1 < first.size() && first[tx + 1] <= row)
      ++tx;
    sample.push_back(tx);
  }
  return sample;
}

// Who spends what. Should two inputs name one output, which no valid chain has, the first counts.
void link_spenders(const SegmentData& d, SegmentIndex& index) {
  index.out_spender.assign(d.out_address.size(), kNoRow);
  for (std::size_t tx = 0; tx < d.tx_id.size(); ++tx) {
    for (auto i = d.tx_first_input[tx]; i < input_end(d, tx); ++i) {
      if (i + 16 < d.in_previous.size() && !(d.in_previous[i + 16] & kCrossBit))
        __builtin_prefetch(&index.out_spender[d.in_previous[i + 16]], 1);
      const auto previous = d.in_previous[i];
      if (!(previous & kCrossBit)) {
        auto& spender = index.out_spender[previous];
        if (spender == kNoRow) spender = static_cast<std::uint32_t>(tx);
      } else if (previous != kNoRow) {
        const auto cross = d.in_cross[previous & ~kCrossBit];
        if (cross & kOutsideBit) continue;
        index.cross_output.push_back(cross);
        index.cross_tx.push_back(static_cast<std::uint32_t>(tx));
      }
    }
  }
}

// Calls visit(address, entry) for every movement in chain order, inputs before outputs, and
// soon(address) some movements earlier.
template <class Soon, class Visit>
void for_each_posting(const SegmentData& d, Soon&& soon, Visit&& visit) {
  constexpr std::uint32_t kAhead = 24;
  const auto each = [&](const std::vector<std::uint32_t>& addresses, std::uint32_t row,
                        std::uint32_t entry) {
    if (row + kAhead < addresses.size() && addresses[row + kAhead] != kNoAddress)
      soon(addresses[row + kAhead]);
    if (addresses[row] != kNoAddress) visit(addresses[row], entry);
  };
  for (std::size_t tx = 0; tx < d.tx_id.size(); ++tx) {
    for (auto i = d.tx_first_input[tx]; i < input_end(d, tx); ++i)
      each(d.in_address, i, i << 1 | 1);
    for (auto o = d.tx_first_output[tx]; o < output_end(d, tx); ++o)
      each(d.out_address, o, o << 1);
  }
}

}  // namespace

SegmentIndex build_index(const SegmentData& d) {
  SegmentIndex index;
  index.in_tx_sample = sample_transactions(d.tx_first_input, d.in_previous.size());
  index.out_tx_sample = sample_transactions(d.tx_first_output, d.out_address.size());
  link_spenders(d, index);
  index.post = build_postings(static_cast<AddressId>(d.counts.address_base), d.address_at.size(),
                              [&](auto&& soon, auto&& visit) { for_each_posting(d, soon, visit); });
  const auto key = d.hash_key;
  const auto relative = [&](std::uint64_t output) { return output - d.counts.output_base; };
  index.tx =
      build_bucket_index(d.tx_id.size(), [&](auto row) { return keyed_hash(d.tx_id[row], key); });
  index.address = build_bucket_index(d.address_at.size(),
                                     [&](auto row) { return address_hash(d.address(row), key); });
  index.block = build_bucket_index(d.block_hash.size(),
                                   [&](auto row) { return keyed_hash(d.block_hash[row], key); });
  index.cross = build_bucket_index(index.cross_output.size(), [&](auto row) {
    return keyed_hash(index.cross_output[row], key);
  });
  index.outside = build_bucket_index(d.outside_input.size(), [&](auto row) {
    return keyed_hash(ByteView(d.outside_outpoint).subspan(row * 36, 32), key);
  });
  index.late_input = build_bucket_index(
      d.late_input.size(), [&](auto row) { return keyed_hash(d.late_input[row], key); });
  index.late_output = build_bucket_index(
      d.late_output.size(), [&](auto row) { return keyed_hash(d.late_output[row], key); });
  index.late_address = build_bucket_index(d.late_output.size(), [&](auto row) {
    return keyed_hash(std::uint64_t{d.out_address[relative(d.late_output[row])]}, key);
  });
  return index;
}

}  // namespace clew::ledger
