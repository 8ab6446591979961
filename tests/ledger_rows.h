// Prints every row of an account chain's ledger, ids resolved, in an order that does not depend on
// how the blocks came into it: two ledgers of the same blocks print the same. Indexes are read as
// well: each address with its transfers, each hash looked up.
#pragma once

#include <map>
#include <ostream>
#include <string>

#include "ledger/account/snapshot.h"

namespace clew::account::test {

inline std::string hash_text(const Hash256& hash) {
  return "0x" + to_hex(hash);
}

class Rows {
 public:
  Rows(const Snapshot& snapshot, std::ostream& out) : s_(snapshot), out_(out) {}

  void print() {
    const auto tip = s_.tip();
    out_ << "network " << s_.network() << "\ncounts " << s_.block_count() << ' ' << s_.tx_count()
         << ' ' << s_.transfer_count() << ' ' << s_.log_count() << "\ntip "
         << (tip ? hash_text(tip->hash) : "none") << '\n';
    for (std::uint32_t number = s_.first_height(); tip && number <= tip->height; ++number)
      if (const auto id = s_.find_block_at(number)) print_block(s_.block(*id));
    print_addresses();
  }

 private:
  std::string who(AddressId id) const { return id == kNoAddress ? "-" : to_hex(s_.address(id)); }

  void print_block(const BlockRow& block) {
    out_ << "block " << block.number << ' ' << hash_text(block.hash) << ' '
         << hash_text(block.parent) << ' ' << to_hex(block.header) << ' ' << block.time << ' '
         << block.size << ' ' << int{block.parts} << ' ' << block.tx_count << ' '
         << block.transfer_count << ' ' << block.own_transfer_count
         << (s_.find_block(block.hash) == block.id ? "" : " NOT FOUND") << '\n';
    for (std::uint32_t i = 0; i < block.tx_count; ++i)
      print_tx(s_.tx(block.first_tx + i));
    for (std::uint32_t i = 0; i < block.transfer_count; ++i)
      print_transfer(s_.transfer(block.first_transfer + i), std::to_string(block.number));
  }

  void print_tx(const TxRow& tx) {
    const auto hash = s_.tx_hash(tx.id);
    out_ << "tx " << hash_text(hash) << ' ' << who(tx.from) << ' ' << who(tx.to) << ' '
         << tx.success << tx.creates << ' ' << tx.transfer_count << ' ' << tx.log_count << ' '
         << int{tx.type} << ' ' << tx.nonce << ' ' << tx.gas_limit << ' ' << tx.gas_used << ' '
         << tx.gas_price.to_decimal() << ' ' << tx.input_size << ' ' << to_hex(tx.selector)
         << (s_.find_tx(hash) == tx.id ? "" : " NOT FOUND") << '\n';
  }

  // Its name is the block and the position there, by which addresses refer to it below.
  void print_transfer(const TransferRow& transfer, const std::string& block) {
    const auto first = s_.block(s_.block_of_transfer(transfer.id)).first_transfer;
    const auto name = block + "." + std::to_string(transfer.id - first);
    const auto asset = s_.asset(transfer.asset);
    out_ << "transfer " << name << ' ' << int(transfer.kind) << ' ' << who(transfer.from) << ' '
         << who(transfer.to) << ' ' << to_hex(asset.contract) << ' ' << asset.token_id.to_decimal()
         << ' ' << transfer.value.to_decimal() << ' ' << transfer.place
         << (s_.find_asset(asset) == transfer.asset ? "" : " NOT FOUND") << '\n';
    for (const auto id : {transfer.from, transfer.to})
      if (id != kNoAddress) addresses_.emplace(s_.address(id), id);
  }

  void print_addresses() {
    for (const auto& [address, id] : addresses_) {
      out_ << "address " << to_hex(address) << (s_.find_address(address) == id ? "" : " NOT FOUND")
           << ' ' << s_.history_size(id);
      for (const Posting& posting : s_.history(id)) {
        const auto block = s_.block(s_.block_of_transfer(posting.transfer));
        out_ << ' ' << (posting.sends ? '-' : '+') << block.number << '.'
             << posting.transfer - block.first_transfer;
      }
      out_ << '\n';
    }
  }

  const Snapshot& s_;
  std::ostream& out_;
  std::map<chain::Account, AddressId> addresses_;
};

}  // namespace clew::account::test
