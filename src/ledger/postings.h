// Who moves where: for each address the movements that name it, in chain order. Within a segment
// they are grouped by address; first the addresses that the segment saw first, then older ones.
#pragma once

#include <utility>
#include <vector>

#include "ledger/column_data.h"

namespace clew::ledger {

struct PostingColumns {
  std::vector<std::uint32_t> offset;          // into `entry`, one more than own addresses
  std::vector<std::uint32_t> foreign;         // older addresses that move here, ascending
  std::vector<std::uint32_t> foreign_offset;  // into `entry`, one more
  std::vector<std::uint32_t> entry;           // what the caller makes of a movement
};

struct ForeignPosting {
  AddressId address;
  std::uint32_t entry;
};
// Puts the entries of older addresses behind the own ones.
void add_foreign(std::vector<ForeignPosting> postings, PostingColumns& columns);

// `for_each(soon, visit)` calls visit(address, entry) for every movement in chain order, and
// soon(address) some movements earlier; it is called twice and must say the same.
template <class ForEach>
PostingColumns build_postings(AddressId base, std::size_t own, ForEach&& for_each) {
  PostingColumns columns;
  std::vector<ForeignPosting> foreign;
  columns.offset.assign(own + 1, 0);
  const auto soon = [&](const std::vector<std::uint32_t>& rows) {
    return [&](AddressId address) {
      if (address >= base) __builtin_prefetch(&rows[address - base], 1);
    };
  };
  for_each(soon(columns.offset), [&](AddressId address, std::uint32_t entry) {
    if (address >= base)
      ++columns.offset[address - base + 1];
    else
      foreign.push_back({address, entry});
  });
  for (std::size_t a = 1; a < columns.offset.size(); ++a)
    columns.offset[a] += columns.offset[a - 1];
  columns.entry.resize(columns.offset.back() + foreign.size());
  std::vector<std::uint32_t> at(columns.offset.begin(), columns.offset.end() - 1);
  for_each(soon(at), [&](AddressId address, std::uint32_t entry) {
    if (address >= base) columns.entry[at[address - base]++] = entry;
  });
  add_foreign(std::move(foreign), columns);
  return columns;
}

// The same of a segment; four sections with consecutive numbers.
class PostingIndex {
 public:
  PostingIndex() = default;
  template <class Section>
  PostingIndex(const SegmentFile& file, Section first)
      : offset_(file, static_cast<std::uint32_t>(first)),
        foreign_(file, static_cast<std::uint32_t>(first) + 1),
        foreign_offset_(file, static_cast<std::uint32_t>(first) + 2),
        entry_(file, static_cast<std::uint32_t>(first) + 3) {}

  // Entries of an address: [from, to). `base` and `own`: the segment's own addresses.
  std::pair<std::uint32_t, std::uint32_t> range(AddressId id, std::uint64_t base,
                                                std::uint64_t own) const;
  // The same in steps, for those who look up many at once: of an own address by its row; of an
  // older one by its row among these, after it was found.
  std::pair<std::uint32_t, std::uint32_t> own_range(std::uint64_t row) const {
    return {offset_[row], offset_[row + 1]};
  }
  std::pair<std::uint32_t, std::uint32_t> foreign_range(std::uint32_t row) const {
    return {foreign_offset_[row], foreign_offset_[row + 1]};
  }
  std::size_t foreign_count() const { return foreign_.size(); }
  // Row of an older address that can only be in rows [from, to), or kNoRow.
  std::uint32_t find_foreign(AddressId id, std::uint32_t from, std::uint32_t to) const;
  void prefetch_own(std::uint64_t row) const { offset_.prefetch(row); }
  void prefetch_foreign(std::uint32_t row) const { foreign_.prefetch(row); }
  void prefetch_foreign_range(std::uint32_t row) const { foreign_offset_.prefetch(row); }
  void prefetch_entry(std::uint32_t i) const { entry_.prefetch(i); }
  std::uint32_t entry(std::uint32_t i) const { return entry_[i]; }
  // Entries [from, to), all checked.
  const std::uint8_t* entries(std::uint32_t from, std::uint32_t to) const {
    return entry_.range(from, to);
  }

 private:
  Column<std::uint32_t> offset_, foreign_, foreign_offset_, entry_;
};

template <class Section>
void add_postings(std::vector<SectionBytes>& list, Section first, const PostingColumns& columns) {
  const auto number = static_cast<std::uint32_t>(first);
  add_section(list, number, columns.offset);
  add_section(list, number + 1, columns.foreign);
  add_section(list, number + 2, columns.foreign_offset);
  add_section(list, number + 3, columns.entry);
}

}  // namespace clew::ledger
