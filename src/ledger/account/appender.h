// Turns blocks into the columns of the segment being made: gives addresses and assets their
// numbers.
#pragma once

#include <optional>

#include "chain/account_block.h"
#include "ledger/account/segment_data.h"
#include "ledger/account/segment_set.h"
#include "ledger/row_table.h"

namespace clew::account {

class Appender {
 public:
  // `older`: the committed segments, which must outlive their use here.
  Appender(const SegmentSet& older, std::uint64_t hash_key);
  // Begins a segment after everything in `older`; what was appended is dropped.
  void restart();

  // A segment holds consecutive numbers.
  void append(const chain::AccountBlock& block);

  const SegmentData& data() const { return data_; }
  bool empty() const { return data_.block_hash.empty(); }
  std::uint32_t end_height() const {
    return static_cast<std::uint32_t>(data_.counts.first_height + data_.block_hash.size());
  }
  std::optional<std::uint32_t> height_of(const Hash256& block_hash) const;
  std::optional<Hash256> hash_at(std::uint32_t height) const;
  // Whether the block's rows and bytes still fit.
  bool has_room_for(const chain::AccountBlock& block) const;

 private:
  void add_block(const chain::AccountBlock& block);
  void add_tx(const chain::AccountTx& tx);
  void add_transfer(const chain::Transfer& transfer);
  AddressId number_of(const std::optional<chain::Account>& address);
  AddressId number_of(const chain::Account& address);
  AssetId number_of(const chain::Asset& asset);

  const SegmentSet& older_;
  std::uint64_t hash_key_;
  SegmentData data_;
  ledger::RowTable addresses_, assets_, blocks_;
};

}  // namespace clew::account
