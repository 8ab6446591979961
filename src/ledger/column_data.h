// Columns in memory, of a segment that is made: rows taken over from another segment's, and the
// sections that a file is written from.
#pragma once

#include <cstring>
#include <vector>

#include "ledger/bucket_index.h"
#include "ledger/segment_file.h"

namespace clew::ledger {

// Copies rows [0, n) of a column behind `out`, each through `change`.
template <class T, class Change>
void extend(std::vector<T>& out, const Column<T>& column, std::size_t n, Change&& change) {
  const auto* p = column.range(0, n);
  const auto old = out.size();
  out.resize(old + n);
  for (std::size_t i = 0; i < n; ++i)
    out[old + i] = change(load_le<T>(p + i * sizeof(T)));
}
template <class T>
void extend(std::vector<T>& out, const Column<T>& column, std::size_t n) {
  const auto old = out.size();
  out.resize(old + n);
  if (n > 0) std::memcpy(out.data() + old, column.range(0, n), n * sizeof(T));
}
template <std::size_t Size>
void extend_raw(Bytes& out, const Column<std::uint8_t, Size>& column, std::size_t n) {
  const auto* p = column.range(0, n);
  out.insert(out.end(), p, p + n * Size);
}

// How many entries of an ascending row column lie below `end`.
std::size_t rows_below(const Column<std::uint32_t>& rows, std::size_t end);
// Position of `key` in an ascending column, or kNoRow.
std::uint32_t find_sorted(const Column<std::uint32_t>& column, std::uint32_t key);

// An empty column gets no section.
template <class T, class Section>
void add_section(std::vector<SectionBytes>& list, Section section, const std::vector<T>& column) {
  if (column.empty()) return;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(column.data());
  list.push_back({static_cast<std::uint32_t>(section), {bytes, column.size() * sizeof(T)}});
}
template <class Section>
void add_index(std::vector<SectionBytes>& list, Section first, const BucketIndexBytes& index) {
  const auto number = static_cast<std::uint32_t>(first);
  add_section(list, number, index.offsets);
  add_section(list, number + 1, index.tags);
  add_section(list, number + 2, index.rows);
}

}  // namespace clew::ledger
