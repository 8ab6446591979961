// Items in the order in which a trace comes to them. Keys only grow: nothing is pushed before what
// was popped last, which lets a radix heap (Ahuja, Mehlhorn, Orlin, Tarjan, "Faster Algorithms for
// the Shortest Path Problem", JACM 1990) do without comparisons across the whole heap: each entry
// lies in the bucket of the highest bit in which its key differs from the last one popped, and
// moves only to lower buckets. Internal to tracing.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "ledger/ids.h"

namespace clew::graph {

struct TracePending {
  std::uint64_t key = 0;  // place in the order of work; one a transaction
  ledger::TxIndex tx = 0;
  std::uint32_t item = 0;
};

class TraceQueue {
 public:
  bool empty() const { return size_ == 0; }
  // A key below the one taken last must not be pushed.
  void push(const TracePending& entry) {
    const auto bucket = bucket_of(entry.key);
    buckets_[bucket].push_back(entry);
    filled_ |= std::uint64_t{bucket > 0} << (bucket == 0 ? 0 : bucket - 1);
    ++size_;
  }
  // Takes all entries of the smallest key, in the order in which they were pushed. Not to be called
  // on an empty queue. Valid until the next call. Calls soon(entry), perhaps several times, for
  // entries that are among the next ones to be taken.
  template <class Soon>
  const std::vector<TracePending>& take(Soon&& soon) {
    if (buckets_[0].empty()) refill(soon);
    taken_.clear();
    taken_.swap(buckets_[0]);
    size_ -= taken_.size();
    return taken_;
  }
  template <class Visit>
  void clear(Visit&& visit) {
    for (auto& bucket : buckets_) {
      for (const auto& entry : bucket)
        visit(entry);
      bucket.clear();
    }
    filled_ = 0;
    size_ = 0;
  }

 private:
  std::size_t bucket_of(std::uint64_t key) const {
    return static_cast<std::size_t>(std::bit_width(key ^ last_));
  }
  static constexpr std::size_t kSoon = 32;

  // Makes the smallest key the last one and spreads its bucket over the lower ones.
  template <class Soon>
  void refill(Soon&& soon) {
    const auto bucket = static_cast<std::size_t>(std::countr_zero(filled_)) + 1;
    filled_ &= filled_ - 1;
    spread_.swap(buckets_[bucket]);
    last_ = spread_.front().key;
    for (const auto& entry : spread_)
      last_ = std::min(last_, entry.key);
    size_ -= spread_.size();
    for (const auto& entry : spread_)
      push(entry);
    if (spread_.size() > 1 && spread_.size() <= kSoon)
      for (const auto& entry : spread_)
        soon(entry);
    spread_.clear();
  }

  std::array<std::vector<TracePending>, 65> buckets_;
  std::uint64_t filled_ = 0;  // bit i: bucket i + 1 has entries
  std::uint64_t last_ = 0;
  std::size_t size_ = 0;
  std::vector<TracePending> spread_, taken_;
};

}  // namespace clew::graph
