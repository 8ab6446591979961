#include "ingest/replay/timeline.h"

#include <algorithm>

namespace clew::replay {

using simulate::ethereum::IndexEntry;
using simulate::ethereum::Store;

const IndexEntry* View::find(const Store& store, std::uint64_t number) const {
  if (number > head) return nullptr;
  if (branch != 0 && number >= from) {
    const auto blocks = store.branch(branch);
    return number - from < blocks.size() ? &blocks[number - from] : nullptr;
  }
  return number < store.chain().size() ? &store.chain()[number] : nullptr;
}

Timeline::Timeline(const Store& store, std::uint64_t first, bool branches) {
  const std::uint64_t last = store.chain().size() - 1;
  views_.push_back({std::min(first, last), 0, 0});
  for (std::uint32_t i = 1; branches && i <= store.branches(); ++i)
    follow(store, i);
  while (views_.back().head < last)
    views_.push_back({views_.back().head + 1, 0, 0});
}

void Timeline::follow(const Store& store, std::uint32_t branch) {
  const auto blocks = store.branch(branch);
  const std::uint64_t from = blocks.front().number, tip = blocks.back().number;
  const std::uint64_t last = store.chain().size() - 1;
  while (views_.back().head + 1 < from)
    views_.push_back({views_.back().head + 1, 0, 0});
  if (tip <= views_.back().head) return;
  for (std::uint64_t head = std::max(views_.back().head + 1, from); head <= tip; ++head)
    views_.push_back({head, branch, from});
  if (tip < last) views_.push_back({tip + 1, 0, 0});
}

Change compare(const Store& store, const View& before, const View& after) {
  Change change;
  std::uint64_t common = std::min(before.head, after.head);
  while (common > 0 && before.find(store, common) != after.find(store, common))
    --common;
  for (std::uint64_t number = before.head; number > common; --number)
    change.removed.push_back(before.find(store, number));
  for (std::uint64_t number = common + 1; number <= after.head; ++number)
    change.added.push_back(after.find(store, number));
  return change;
}

}  // namespace clew::replay
