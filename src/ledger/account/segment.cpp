#include "ledger/account/segment.h"

#include <algorithm>
#include <bit>

#include "ledger/account/detail.h"
#include "ledger/account/posting_directory.h"

namespace clew::account {

using ledger::keyed_hash;

Segment::Segment(std::unique_ptr<ledger::SegmentFile> opened)
    : file(std::move(opened)),
      counts(std::bit_cast<SegmentCounts>(file->counts())),
      block_hash(*file, Section::block_hash),
      block_parent(*file, Section::block_parent),
      block_header_offset(*file, Section::block_header_offset),
      block_header(*file, Section::block_header),
      block_time(*file, Section::block_time),
      block_first_tx(*file, Section::block_first_tx),
      block_first_transfer(*file, Section::block_first_transfer),
      block_own_transfer(*file, Section::block_own_transfer),
      block_first_address(*file, Section::block_first_address),
      block_first_asset(*file, Section::block_first_asset),
      block_size(*file, Section::block_size),
      block_parts(*file, Section::block_parts),
      tx_hash(*file, Section::tx_hash),
      tx_from(*file, Section::tx_from),
      tx_to(*file, Section::tx_to),
      tx_flags(*file, Section::tx_flags),
      tx_first_transfer(*file, Section::tx_first_transfer),
      tx_detail_offset(*file, Section::tx_detail_offset),
      tx_detail(*file, Section::tx_detail),
      transfer_kind(*file, Section::transfer_kind),
      transfer_from(*file, Section::transfer_from),
      transfer_to(*file, Section::transfer_to),
      transfer_asset(*file, Section::transfer_asset),
      transfer_value(*file, Section::transfer_value),
      transfer_value_row(*file, Section::transfer_value_row),
      transfer_value_spill(*file, Section::transfer_value_spill),
      transfer_place(*file, Section::transfer_place),
      address_bytes(*file, Section::address_bytes),
      asset_contract(*file, Section::asset_contract),
      asset_token_id(*file, Section::asset_token_id),
      transfer_tx_sample(*file, Section::transfer_tx_sample),
      post(*file, Section::post),
      post_other(*file, Section::post_other),
      post_directory(*file, Section::post_directory),
      tx_index(*file, Section::tx_index),
      address_index(*file, Section::address_index),
      block_index(*file, Section::block_index),
      asset_index(*file, Section::asset_index),
      directory_shift_(directory_shift(counts.address_base, post.foreign_count())) {}

std::pair<std::uint32_t, std::uint32_t> Segment::postings(AddressId id) const {
  if (id >= counts.address_base) {
    const auto row = id - counts.address_base;
    if (row >= counts.address_count) return {0, 0};
    return post.own_range(row);
  }
  if (post_directory.empty()) return {0, 0};
  const auto [from, to] = directory_rows(id);
  const auto row = post.find_foreign(id, from, to);
  if (row == kNoRow) return {0, 0};
  return post.foreign_range(row);
}

std::uint32_t Segment::tx_end(std::uint32_t block) const {
  return block + 1 < block_first_tx.size() ? block_first_tx[block + 1]
                                           : static_cast<std::uint32_t>(counts.tx_count);
}
std::uint32_t Segment::transfer_end(std::uint32_t block) const {
  return block + 1 < block_first_transfer.size()
             ? block_first_transfer[block + 1]
             : static_cast<std::uint32_t>(counts.transfer_count);
}
std::uint32_t Segment::transfer_end_of_tx(std::uint32_t tx) const {
  const auto block = block_of_tx(tx);
  return tx + 1 < tx_end(block) ? tx_first_transfer[tx + 1] : block_own_transfer[block];
}

std::uint32_t Segment::find_tx(std::uint64_t hash, const Hash256& wanted) const {
  return tx_index.find(hash, [&](std::uint32_t row) { return tx_hash[row] == wanted; });
}
std::uint32_t Segment::find_address(std::uint64_t hash, const chain::Account& wanted) const {
  return address_index.find(hash, [&](std::uint32_t row) { return address_bytes[row] == wanted; });
}
std::uint32_t Segment::find_block(const Hash256& wanted) const {
  return block_index.find(keyed_hash(wanted, file->hash_key()),
                          [&](std::uint32_t row) { return block_hash[row] == wanted; });
}
std::uint32_t Segment::find_asset(std::uint64_t hash, AddressId contract,
                                  const U256& token_id) const {
  return asset_index.find(hash, [&](std::uint32_t row) {
    return asset_contract[row] == contract && load_u256(asset_token_id.at(row)) == token_id;
  });
}

namespace {

// The last row whose first is not above `row`; rows without any share it with the next.
std::uint32_t last_beginning(const ledger::Column<std::uint32_t>& first, std::uint32_t low,
                             std::uint32_t high, std::uint32_t row) {
  while (high - low > 1) {
    const auto middle = low + (high - low) / 2;
    (first[middle] <= row ? low : high) = middle;
  }
  return low;
}

}  // namespace

std::uint32_t Segment::block_of_tx(std::uint32_t tx) const {
  return last_beginning(block_first_tx, 0, static_cast<std::uint32_t>(block_first_tx.size()), tx);
}
std::uint32_t Segment::block_of_transfer(std::uint32_t transfer) const {
  return last_beginning(block_first_transfer, 0,
                        static_cast<std::uint32_t>(block_first_transfer.size()), transfer);
}

std::uint32_t Segment::tx_of_transfer(std::uint32_t transfer) const {
  const auto sample = static_cast<std::uint32_t>(transfer / kTransferSample);
  if (counts.tx_count == 0) return kNoRow;
  // The samples are of the transactions at or before their transfer.
  const auto low = transfer_tx_sample[sample];
  const auto high =
      sample + 1 < transfer_tx_sample.size() ? transfer_tx_sample[sample + 1] + 1 : counts.tx_count;
  const auto tx =
      last_beginning(tx_first_transfer, low, static_cast<std::uint32_t>(high), transfer);
  if (tx_first_transfer[tx] > transfer) return kNoRow;  // before the first of all
  return transfer < transfer_end_of_tx(tx) ? tx : kNoRow;
}

std::uint32_t Segment::first_posting(std::uint32_t from, std::uint32_t to,
                                     std::uint64_t transfer) const {
  while (from < to) {
    const auto middle = from + (to - from) / 2;
    if (post.entry(middle) >> 1 < transfer)
      from = middle + 1;
    else
      to = middle;
  }
  return from;
}

U256 Segment::value(std::uint32_t transfer) const {
  std::uint64_t low = 0;
  std::uint32_t high = 0;
  const auto* p = transfer_value.at(transfer);
  std::memcpy(&low, p, sizeof low);
  std::memcpy(&high, p + sizeof low, sizeof high);
  if (~low != 0 || ~high != 0) return U256(U256::Limbs{low, high, 0, 0});
  return load_u256(transfer_value_spill.at(ledger::find_sorted(transfer_value_row, transfer)));
}

ByteView Segment::header(std::uint32_t block) const {
  const auto from = block_header_offset[block], to = block_header_offset[block + 1];
  return {block_header.range(from, to), to - from};
}
ByteView Segment::detail(std::uint32_t tx) const {
  const auto from = tx_detail_offset[tx], to = tx_detail_offset[tx + 1];
  return {tx_detail.range(from, to), to - from};
}

std::uint64_t Segment::logs_of_first(std::uint32_t txs) const {
  if (txs == counts.tx_count) return counts.log_count;
  std::uint64_t logs = 0;
  for (std::uint32_t tx = 0; tx < txs; ++tx)
    if (const auto detail_of = read_detail(detail(tx))) logs += detail_of->log_count;
  return logs;
}

U256 load_u256(const std::uint8_t* little_endian) {
  U256::Limbs limbs;
  std::memcpy(limbs.data(), little_endian, sizeof limbs);
  return U256(limbs);
}

std::uint64_t asset_hash(AddressId contract, const U256& token_id, std::uint64_t hash_key) {
  std::array<std::uint8_t, 36> key;
  std::memcpy(key.data(), &contract, 4);
  std::memcpy(key.data() + 4, token_id.limbs().data(), 32);
  return keyed_hash(key, hash_key);
}

}  // namespace clew::account
