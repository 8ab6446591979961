#include "ledger/account/posting_directory.h"
#include "ledger/account/segment_data.h"

namespace clew::account {

using ledger::build_bucket_index;
using ledger::keyed_hash;

namespace {

// The last transaction that begins at or before every kTransferSample-th transfer; 0 before all.
std::vector<std::uint32_t> sample_transactions(const SegmentData& d) {
  std::vector<std::uint32_t> sample;
  if (d.tx_hash.empty()) return sample;
  std::uint32_t tx = 0;
  for (std::size_t row = 0; row < d.transfer_kind.size(); row += kTransferSample) {
    while (tx + 1 < d.tx_first_transfer.size() && d.tx_first_transfer[tx + 1] <= row)
      ++tx;
    sample.push_back(tx);
  }
  return sample;
}

// Of every transfer the sender, then the receiver.
template <class Soon, class Visit>
void for_each_posting(const SegmentData& d, Soon&& soon, Visit&& visit) {
  constexpr std::uint32_t kAhead = 16;
  const auto rows = static_cast<std::uint32_t>(d.transfer_kind.size());
  for (std::uint32_t row = 0; row < rows; ++row) {
    if (row + kAhead < rows) {
      const auto from = d.transfer_from[row + kAhead], to = d.transfer_to[row + kAhead];
      if (from != kNoAddress) soon(from);
      if (to != kNoAddress) soon(to);
    }
    if (d.transfer_from[row] != kNoAddress) visit(d.transfer_from[row], row << 1 | 1);
    if (d.transfer_to[row] != kNoAddress) visit(d.transfer_to[row], row << 1);
  }
}

std::vector<std::uint32_t> other_sides(const SegmentData& d,
                                       const std::vector<std::uint32_t>& entries) {
  constexpr std::size_t kAhead = 32;
  std::vector<std::uint32_t> others(entries.size());
  const auto side = [&](std::uint32_t entry) {
    return &((entry & 1) != 0 ? d.transfer_to : d.transfer_from)[entry >> 1];
  };
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (i + kAhead < entries.size()) __builtin_prefetch(side(entries[i + kAhead]));
    others[i] = *side(entries[i]);
  }
  return others;
}

}  // namespace

SegmentIndex build_index(const SegmentData& d) {
  SegmentIndex index;
  index.transfer_tx_sample = sample_transactions(d);
  index.post =
      ledger::build_postings(static_cast<AddressId>(d.counts.address_base), d.address_bytes.size(),
                             [&](auto&& soon, auto&& visit) { for_each_posting(d, soon, visit); });
  index.post_other = other_sides(d, index.post.entry);
  index.post_directory = build_directory(index.post.foreign, d.counts.address_base);
  const auto key = d.hash_key;
  index.tx = build_bucket_index(d.tx_hash.size(),
                                [&](auto row) { return keyed_hash(d.tx_hash[row], key); });
  index.address = build_bucket_index(
      d.address_bytes.size(), [&](auto row) { return keyed_hash(d.address_bytes[row], key); });
  index.block = build_bucket_index(d.block_hash.size(),
                                   [&](auto row) { return keyed_hash(d.block_hash[row], key); });
  index.asset = build_bucket_index(d.asset_contract.size(), [&](auto row) {
    return asset_hash(d.asset_contract[row], U256(d.asset_token_id[row]), key);
  });
  return index;
}

}  // namespace clew::account
