// Turns decoded blocks into the columns of the segment being made: gives addresses their numbers,
// finds the outputs that inputs spend, links outside inputs to history that arrives late.
#pragma once

#include <optional>
#include <span>

#include "chain/bitcoin/block.h"
#include "chain/bitcoin/script.h"
#include "chain/bitcoin/verbose_json.h"
#include "ledger/row_table.h"
#include "ledger/segment_data.h"
#include "ledger/segment_set.h"

namespace clew::ledger {

class Appender {
 public:
  using Spent = std::span<const std::optional<bitcoin::SpentOutput>>;

  // `older`: the committed segments, which must outlive their use here.
  Appender(const SegmentSet& older, std::uint64_t hash_key);
  // Begins a segment after everything in `older`; what was appended is dropped.
  void restart();

  // Sets memory aside for so many bytes of blocks.
  void expect(std::uint64_t raw_bytes);
  void append(const bitcoin::Block& block, std::uint32_t height, Spent spent);

  const SegmentData& data() const { return data_; }
  bool empty() const { return data_.block_hash.empty(); }
  std::uint32_t end_height() const {
    return static_cast<std::uint32_t>(data_.counts.first_height + data_.block_hash.size());
  }
  std::optional<std::uint32_t> height_of(const Hash256& block_hash) const;
  std::optional<Hash256> hash_at(std::uint32_t height) const;
  std::uint32_t room() const;  // input or output rows that still fit

 private:
  struct Pending {
    std::uint32_t item;  // output or input of the block
    std::uint64_t hash;
  };
  void add_header(const bitcoin::Block& block, std::uint32_t height);
  void add_outputs(const bitcoin::Block& block);
  void number_addresses(const bitcoin::Block& block);
  void add_transactions(const bitcoin::Block& block);
  void add_inputs(const bitcoin::Block& block, Spent spent);
  void add_input_columns(const bitcoin::Block& block);
  void prefetch_address(std::size_t i);
  void prefetch_spent(std::size_t i);
  void find_older_outputs(const bitcoin::Block& block);
  void add_outside(const bitcoin::Input& input, std::uint32_t row,
                   const std::optional<bitcoin::SpentOutput>* spent);
  void link_late_inputs(const bitcoin::Block& block, std::uint32_t height);
  AddressId number_of(const bitcoin::Address& address);
  std::uint32_t find_local(std::uint64_t hash, const bitcoin::Address& address) const;
  AddressId insert_address(std::uint64_t hash, const bitcoin::Address& address);

  const SegmentSet& older_;
  std::uint64_t hash_key_;
  SegmentData data_;
  RowTable txs_, addresses_, blocks_;
  std::uint32_t block_tx_ = 0;  // first transaction row of the block being appended
  // Scratch of one block.
  std::vector<bitcoin::ScriptInfo> scripts_;
  std::vector<std::uint64_t> hashes_;
  std::vector<std::uint32_t> likely_;  // rows that look-ups will most likely find
  std::vector<Pending> pending_;
  std::vector<OutputId> older_outputs_;
  std::vector<AddressId> output_addresses_;
};

}  // namespace clew::ledger
