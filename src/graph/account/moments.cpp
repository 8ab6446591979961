#include "graph/account/moments.h"

#include <algorithm>

namespace clew::account {
namespace {

// The first block held of this height or a higher one; nothing if there is none.
std::optional<BlockId> block_from(const Snapshot& snapshot, std::uint64_t height) {
  const auto tip = snapshot.tip();
  if (!tip || height > tip->height) return std::nullopt;
  auto low = std::max(height, std::uint64_t{snapshot.first_height()});
  for (const auto& gap : snapshot.gaps())
    if (low >= gap.from && low <= gap.to) low = std::uint64_t{gap.to} + 1;
  return snapshot.find_block_at(static_cast<std::uint32_t>(low));
}

TransferId first_transfer_from(const Snapshot& snapshot, std::uint64_t height) {
  const auto block = block_from(snapshot, height);
  return block ? snapshot.block(*block).first_transfer : kNone;
}

// The lowest height from which on blocks are of `time` or later; one above the tip if none is.
std::uint64_t height_at(const Snapshot& snapshot, std::uint64_t time) {
  const auto tip = snapshot.tip();
  if (!tip) return 0;
  std::uint64_t low = snapshot.first_height(), high = std::uint64_t{tip->height} + 1;
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    const auto block = block_from(snapshot, middle);
    if (block && snapshot.time_of(*block) < time)
      low = snapshot.number_of(*block) + 1;
    else
      high = middle;
  }
  return low;
}

}  // namespace

TransferSpan span_of(const Snapshot& snapshot, const graph::TraceWindow& window) {
  TransferSpan span;
  if (window.is_open()) return span;
  std::uint64_t from = window.height_from, to = std::uint64_t{window.height_to} + 1;
  if (window.time_from > 0) from = std::max(from, height_at(snapshot, window.time_from));
  if (window.time_to < 0xffffffff)
    to = std::min(to, height_at(snapshot, std::uint64_t{window.time_to} + 1));
  span.from = first_transfer_from(snapshot, from);
  span.until = from < to ? first_transfer_from(snapshot, to) : span.from;
  return span;
}

}  // namespace clew::account
