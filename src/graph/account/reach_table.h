// The addresses that a search has reached: a list in order of discovery, and a hash table to find
// them by address. The table has beside each key what the search asks most often, so that a
// transfer that leads nowhere new costs one cache miss; both begin small, as most searches are.
// When the table would be half as long as the ledger has addresses, it has one slot for each of
// them, and nothing is hashed any more. Internal to reach.cpp.
#pragma once

#include <cstdint>

#include "base/huge_pages.h"
#include "ledger/account/ids.h"

namespace clew::account {

// Moments are in the direction of the search: smaller is better.
struct ReachNode {
  std::uint64_t moment = kNone;   // from which on its transfers are usable
  std::uint64_t scanned = kNone;  // from which on they were looked at
  AddressId address = kNoAddress;
  std::uint16_t hops = 0;   // level in which it was reached first
  std::uint16_t level = 0;  // in which it was improved last
};

class ReachTable {
 public:
  // `address_count`: of the ledger; every address is below it.
  explicit ReachTable(std::uint64_t address_count)
      : address_count_(address_count), slots_(kSlotsMin) {}

  std::uint64_t address_count() const { return address_count_; }
  std::size_t size() const { return nodes_.size(); }
  ReachNode& operator[](std::uint32_t number) { return nodes_[number]; }
  const HugeVector<ReachNode>& nodes() const { return nodes_; }
  void prefetch(AddressId address) const { __builtin_prefetch(&slots_[place(address)]); }
  void prefetch_node(std::uint32_t number) const { __builtin_prefetch(&nodes_[number]); }

  // Whether improve() would, which is then expected: its node is being fetched.
  bool improves(AddressId address, std::uint64_t moment) const {
    auto i = place(address);
    while (slots_[i].address != address) {
      if (slots_[i].address == kNoAddress) return true;
      i = (i + 1) & (slots_.size() - 1);
    }
    if (moment >= slots_[i].moment) return false;
    prefetch_node(slots_[i].number);
    return true;
  }
  // The number of the address if the moment is better than what was known of it, or if it is new;
  // else kNothing. The node's moment is set.
  static constexpr std::uint32_t kNothing = 0xffffffff;
  std::uint32_t improve(AddressId address, std::uint64_t moment) {
    auto i = place(address);
    while (slots_[i].address != address) {
      if (slots_[i].address == kNoAddress) return insert(i, address, moment);
      i = (i + 1) & (slots_.size() - 1);
    }
    auto& slot = slots_[i];
    if (moment >= slot.moment) return kNothing;
    slot.moment = moment;
    nodes_[slot.number].moment = moment;
    return slot.number;
  }

 private:
  static constexpr std::size_t kSlotsMin = 256;  // a power of two, as every later size
  struct Slot {
    AddressId address = kNoAddress;
    std::uint32_t number = 0;
    std::uint64_t moment = kNone;
  };
  static_assert(sizeof(Slot) == 16);

  std::size_t place(AddressId address) const {
    if (direct_) return address;
    return static_cast<std::size_t>((std::uint64_t{address * 0x9e3779b1u} * slots_.size()) >> 32);
  }
  std::uint32_t insert(std::size_t i, AddressId address, std::uint64_t moment) {
    const auto number = static_cast<std::uint32_t>(nodes_.size());
    slots_[i] = {address, number, moment};
    nodes_.push_back({.moment = moment, .address = address});
    if (!direct_ && nodes_.size() * 5 > slots_.size() * 3) grow();
    return number;
  }
  void grow() {
    direct_ = slots_.size() * 4 >= address_count_;
    HugeVector<Slot> old(direct_ ? address_count_ : slots_.size() * 2);
    old.swap(slots_);
    if (direct_) nodes_.reserve(address_count_);
    for (const auto& slot : old) {
      if (slot.address == kNoAddress) continue;
      auto i = place(slot.address);
      while (slots_[i].address != kNoAddress)
        i = (i + 1) & (slots_.size() - 1);
      slots_[i] = slot;
    }
  }

  std::uint64_t address_count_;
  bool direct_ = false;  // the slot of an address is its own
  HugeVector<Slot> slots_;
  HugeVector<ReachNode> nodes_;
};

}  // namespace clew::account
