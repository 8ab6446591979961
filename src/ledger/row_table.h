// An in-memory hash table from keyed hashes to rows of a column that is still growing. Like
// BucketIndex it keeps no keys: the caller verifies each candidate against the column.
#pragma once

#include <cstdint>
#include <vector>

#include "base/huge_pages.h"
#include "ledger/ids.h"

namespace clew::ledger {

class RowTable {
 public:
  RowTable() { clear(); }
  void clear() {
    slots_.assign(kSlotsMin, 0);
    count_ = 0;
  }
  // Room for so many rows without growing.
  void reserve(std::size_t rows) {
    std::size_t slots = slots_.size();
    while (rows * 5 > slots * 3)
      slots *= 2;
    if (slots > slots_.size()) resize(slots);
  }
  void prefetch(std::uint64_t hash) const { __builtin_prefetch(&slots_[slot_of(tag(hash))]); }

  // The first candidate, which is most likely the one: what to prefetch of the column. Or kNoRow.
  std::uint32_t likely(std::uint64_t hash) const {
    return find(hash, [](std::uint32_t) { return true; });
  }
  // The first candidate that match(row) accepts, or kNoRow.
  template <class Match>
  std::uint32_t find(std::uint64_t hash, Match&& match) const {
    const auto wanted = tag(hash);
    for (auto i = slot_of(wanted); slots_[i] != 0; i = (i + 1) & (slots_.size() - 1)) {
      if (slots_[i] >> 32 != wanted) continue;
      const auto row = static_cast<std::uint32_t>(slots_[i]) - 1;
      if (match(row)) return row;
    }
    return kNoRow;
  }
  void insert(std::uint64_t hash, std::uint32_t row) {
    if (++count_ * 5 > slots_.size() * 3) resize(slots_.size() * 2);
    put(std::uint64_t{tag(hash)} << 32 | (row + 1));
  }

 private:
  static constexpr std::size_t kSlotsMin = 1024;  // a power of two, as every later size

  static std::uint32_t tag(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }
  // From the tag alone, so that growing needs no keys.
  std::size_t slot_of(std::uint32_t tag) const {
    return static_cast<std::size_t>((std::uint64_t{tag} * slots_.size()) >> 32);
  }
  void put(std::uint64_t entry) {
    auto i = slot_of(static_cast<std::uint32_t>(entry >> 32));
    while (slots_[i] != 0)
      i = (i + 1) & (slots_.size() - 1);
    slots_[i] = entry;
  }
  void resize(std::size_t slots) {
    HugeVector<std::uint64_t> old(slots);
    old.swap(slots_);
    for (const auto entry : old)
      if (entry != 0) put(entry);
  }

  HugeVector<std::uint64_t> slots_;
  std::size_t count_ = 0;
};

}  // namespace clew::ledger
