#include "ledger/postings.h"

#include <algorithm>

namespace clew::ledger {
namespace {

// Stable, by address; eleven bits a pass.
void radix_sort(std::vector<ForeignPosting>& postings) {
  AddressId top = 0;
  for (const auto& posting : postings)
    top = std::max(top, posting.address);
  std::vector<ForeignPosting> other(postings.size());
  for (unsigned shift = 0; shift < 32 && (top >> shift) != 0; shift += 11) {
    std::uint32_t at[2049] = {};
    for (const auto& posting : postings)
      ++at[((posting.address >> shift) & 2047) + 1];
    for (int i = 0; i < 2048; ++i)
      at[i + 1] += at[i];
    for (const auto& posting : postings)
      other[at[(posting.address >> shift) & 2047]++] = posting;
    postings.swap(other);
  }
}

}  // namespace

void add_foreign(std::vector<ForeignPosting> postings, PostingColumns& columns) {
  radix_sort(postings);
  const auto own = columns.offset.back();
  for (std::size_t i = 0; i < postings.size(); ++i) {
    if (i == 0 || postings[i].address != postings[i - 1].address) {
      columns.foreign.push_back(postings[i].address);
      columns.foreign_offset.push_back(own + static_cast<std::uint32_t>(i));
    }
    columns.entry[own + i] = postings[i].entry;
  }
  columns.foreign_offset.push_back(static_cast<std::uint32_t>(columns.entry.size()));
}

std::pair<std::uint32_t, std::uint32_t> PostingIndex::range(AddressId id, std::uint64_t base,
                                                            std::uint64_t own) const {
  if (id >= base) {
    const auto row = id - base;
    if (row >= own) return {0, 0};
    return own_range(row);
  }
  const auto row = find_sorted(foreign_, id);
  if (row == kNoRow) return {0, 0};
  return foreign_range(row);
}

std::uint32_t PostingIndex::find_foreign(AddressId id, std::uint32_t from, std::uint32_t to) const {
  if (from >= to) return kNoRow;
  const auto* ids = foreign_.range(from, to);
  const auto at = [&](std::uint32_t i) { return load_le<std::uint32_t>(ids + std::size_t{i} * 4); };
  // Halved without a branch that nobody could foretell.
  std::uint32_t low = 0, count = to - from;
  while (count > 1) {
    const auto half = count / 2;
    low += at(low + half) <= id ? half : 0;
    count -= half;
  }
  return at(low) == id ? from + low : kNoRow;
}

}  // namespace clew::ledger
