#include "ledger/account/appender.h"

#include <algorithm>

#include "ledger/account/detail.h"

namespace clew::account {

using ledger::keyed_hash;

namespace {

// Rows of each kind that one block can add to a segment at most are held against this, so that
// 32-bit offsets hold.
constexpr std::uint64_t kBytesMax = 0xf0000000;

std::uint32_t size32(const auto& column) {
  return static_cast<std::uint32_t>(column.size());
}

}  // namespace

Appender::Appender(const SegmentSet& older, std::uint64_t hash_key)
    : older_(older), hash_key_(hash_key) {
  data_.hash_key = hash_key;
  restart();
}

void Appender::restart() {
  data_.restart(older_.totals(), 0);
  addresses_.clear();
  assets_.clear();
  blocks_.clear();
}

bool Appender::has_room_for(const chain::AccountBlock& block) const {
  const auto rows = data_.transfer_kind.size() + block.transfers.size();
  const auto txs = data_.tx_hash.size() + block.txs.size();
  constexpr std::uint64_t kDetailMax = 80;  // bytes of one at most
  return rows < kRowsMax && txs < kRowsMax &&
         data_.tx_detail.size() + block.txs.size() * kDetailMax < kBytesMax &&
         data_.block_header.size() + block.header.size() < kBytesMax;
}

std::optional<std::uint32_t> Appender::height_of(const Hash256& block_hash) const {
  const auto row = blocks_.find(keyed_hash(block_hash, hash_key_),
                                [&](auto r) { return data_.block_hash[r] == block_hash; });
  if (row == kNoRow) return std::nullopt;
  return static_cast<std::uint32_t>(data_.counts.first_height + row);
}

std::optional<Hash256> Appender::hash_at(std::uint32_t height) const {
  if (empty() || height < data_.counts.first_height || height >= end_height()) return std::nullopt;
  return data_.block_hash[height - data_.counts.first_height];
}

void Appender::append(const chain::AccountBlock& block) {
  if (empty()) data_.counts.first_height = block.number;
  if (empty() && data_.counts.asset_base == 0) (void)number_of(chain::Asset{});
  add_block(block);
  const auto& transfers = block.transfers;
  std::size_t next = 0;
  for (std::uint32_t i = 0; i < block.txs.size(); ++i) {
    add_tx(block.txs[i]);
    for (; next < transfers.size() && transfers[next].tx == i; ++next)
      add_transfer(transfers[next]);
  }
  data_.block_own_transfer.back() = size32(data_.transfer_kind);
  for (; next < transfers.size(); ++next)
    add_transfer(transfers[next]);
  auto& counts = data_.counts;
  counts.block_count = data_.block_hash.size();
  counts.tx_count = data_.tx_hash.size();
  counts.transfer_count = data_.transfer_kind.size();
  counts.address_count = data_.address_bytes.size();
  counts.asset_count = data_.asset_contract.size();
  counts.raw_bytes += block.size;
}

void Appender::add_block(const chain::AccountBlock& block) {
  blocks_.insert(keyed_hash(block.hash, hash_key_), size32(data_.block_hash));
  data_.block_hash.push_back(block.hash);
  data_.block_parent.push_back(block.parent);
  data_.block_header.insert(data_.block_header.end(), block.header.begin(), block.header.end());
  data_.block_header_offset.push_back(size32(data_.block_header));
  data_.block_time.push_back(block.time);
  data_.block_first_tx.push_back(size32(data_.tx_hash));
  data_.block_first_transfer.push_back(size32(data_.transfer_kind));
  data_.block_own_transfer.push_back(0);  // known when its transactions are there
  data_.block_first_address.push_back(size32(data_.address_bytes));
  data_.block_first_asset.push_back(size32(data_.asset_contract));
  data_.block_size.push_back(block.size);
  data_.block_parts.push_back(block.parts);
}

void Appender::add_tx(const chain::AccountTx& tx) {
  data_.tx_hash.push_back(tx.hash);
  data_.tx_from.push_back(tx.sender_known ? number_of(tx.from) : kNoAddress);
  data_.tx_to.push_back(number_of(tx.to));
  data_.tx_flags.push_back(
      static_cast<std::uint8_t>((tx.success ? kSuccess : 0) | (tx.creates ? kCreates : 0)));
  data_.tx_first_transfer.push_back(size32(data_.transfer_kind));
  append_detail(data_.tx_detail, tx);
  data_.tx_detail_offset.push_back(size32(data_.tx_detail));
  data_.counts.log_count += tx.log_count;
}

void Appender::add_transfer(const chain::Transfer& transfer) {
  data_.transfer_from.push_back(number_of(transfer.from));
  data_.transfer_to.push_back(number_of(transfer.to));
  data_.transfer_asset.push_back(number_of(transfer.asset));
  data_.transfer_kind.push_back(static_cast<std::uint8_t>(transfer.kind));
  data_.push_value(transfer.value);
  data_.transfer_place.push_back(transfer.place);
}

AddressId Appender::number_of(const std::optional<chain::Account>& address) {
  return address ? number_of(*address) : kNoAddress;
}

AddressId Appender::number_of(const chain::Account& address) {
  const auto hash = keyed_hash(address, hash_key_);
  const auto row = addresses_.find(hash, [&](auto r) { return data_.address_bytes[r] == address; });
  const auto base = static_cast<AddressId>(data_.counts.address_base);
  if (row != kNoRow) return base + row;
  if (const auto older = older_.find_address(hash, address)) return *older;
  addresses_.insert(hash, size32(data_.address_bytes));
  data_.address_bytes.push_back(address);
  return base + size32(data_.address_bytes) - 1;
}

AssetId Appender::number_of(const chain::Asset& asset) {
  const auto contract = asset.is_native() ? kNoAddress : number_of(asset.contract);
  const auto hash = asset_hash(contract, asset.token_id, hash_key_);
  const auto row = assets_.find(hash, [&](auto r) {
    return data_.asset_contract[r] == contract && U256(data_.asset_token_id[r]) == asset.token_id;
  });
  const auto base = static_cast<AssetId>(data_.counts.asset_base);
  if (row != kNoRow) return base + row;
  if (const auto older = older_.find_asset(hash, contract, asset.token_id)) return *older;
  assets_.insert(hash, size32(data_.asset_contract));
  data_.asset_contract.push_back(contract);
  data_.asset_token_id.push_back(asset.token_id.limbs());
  return base + size32(data_.asset_contract) - 1;
}

}  // namespace clew::account
