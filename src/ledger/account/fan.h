// Reads the transfers of many addresses at once, in no order: what a search reads of a ledger level
// by level. Each address costs several cache misses and each transfer two more; what makes it quick
// is that those of many addresses are under way together, and that several threads read.
#pragma once

#include <span>

#include "ledger/account/fan_reader.h"

namespace clew::account {

struct FanOptions {
  WalkSide side = WalkSide::sent;  // sent or received
  std::uint64_t postings_max = kNone;
  // So many tasks or more are read by several threads.
  std::size_t beside_from = kNone;
};

class SegmentSet;

class Fan {
 public:
  using Visit = FanReader::Visit;

  Fan(const SegmentSet& set, FanOptions options)
      : set_(set), options_(options), reader_(options.side) {}
  // Calls visit() with some transfers at a time, in the calling thread and in an order that depends
  // on the tasks only. False if postings_max were looked at before all was read, over all calls.
  bool read(std::span<const FanTask> tasks, const Visit& visit);
  std::uint64_t passed() const { return passed_; }  // postings looked at

  // What moved is a cache miss more, so it is looked at when it is needed.
  AssetId asset(const FanEdge& edge) const;
  void prefetch_asset(const FanEdge& edge) const;

 private:
  std::uint64_t left() const { return options_.postings_max - passed_; }
  bool read_part(std::uint32_t segment, std::span<const FanTask> tasks, const Visit& visit);
  bool read_beside(std::span<const FanTask> tasks, const Visit& visit);

  const SegmentSet& set_;
  FanOptions options_;
  FanReader reader_;
  std::uint64_t passed_ = 0;
};

}  // namespace clew::account
