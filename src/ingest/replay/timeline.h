// What a node takes for the chain, step by step: the best chain with its branches, each of which is
// believed in until the best chain is one block longer.
#pragma once

#include <cstdint>
#include <vector>

#include "ingest/simulate/ethereum/world_store.h"

namespace clew::replay {

// The best chain up to `head`, or, from the number `from` on, a branch.
struct View {
  std::uint64_t head = 0;
  std::uint32_t branch = 0;
  std::uint64_t from = 0;  // of the branch

  // Null past the head.
  const simulate::ethereum::IndexEntry* find(const simulate::ethereum::Store& store,
                                             std::uint64_t number) const;
  bool operator==(const View&) const = default;
};

class Timeline {
 public:
  // The first view's head is block `first`, or the last one there is. A branch that would not be
  // longer than what is believed in when its turn comes is passed over.
  Timeline(const simulate::ethereum::Store& store, std::uint64_t first, bool branches);

  std::size_t size() const { return views_.size(); }
  const View& operator[](std::size_t step) const { return views_[step]; }

 private:
  void follow(const simulate::ethereum::Store& store, std::uint32_t branch);

  std::vector<View> views_;
};

// How one view follows another: the blocks that left the chain, the highest first, and those that
// came, the lowest first.
struct Change {
  std::vector<const simulate::ethereum::IndexEntry*> removed, added;
};
Change compare(const simulate::ethereum::Store& store, const View& before, const View& after);

}  // namespace clew::replay
