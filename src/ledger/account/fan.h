// Reads the transfers of many addresses at once, in no order: what a search reads of a ledger level
// by level. Each address costs several cache misses and each transfer two more; what makes it quick
// is that those of many addresses are under way together.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "ledger/account/walk.h"

namespace clew::account {

// One address, and its transfers in [from, until).
struct FanTask {
  AddressId address = kNoAddress;
  TransferId from = 0, until = kNone;
};

struct FanOptions {
  WalkSide side = WalkSide::sent;  // sent or received
  std::uint64_t postings_max = kNone;
  // So many tasks or more are read in a thread of their own.
  std::size_t beside_from = kNone;
};

struct FanEdge {
  TransferId transfer = 0;
  AddressId other = kNoAddress;  // the other side; kNoAddress: nobody
  std::uint32_t segment = 0;     // by height
};

class Fan {
 public:
  using Visit = std::function<void(std::span<const FanEdge>)>;

  Fan(const SegmentSet& set, FanOptions options) : set_(set), options_(options) {}
  // Calls visit() with some transfers at a time, in the calling thread and in an order that depends
  // on the tasks only. False if postings_max were looked at before all was read, over all calls.
  bool read(std::span<const FanTask> tasks, const Visit& visit);
  std::uint64_t passed() const { return passed_; }  // postings looked at

  // What moved is a cache miss more, so it is looked at when it is needed.
  AssetId asset(const FanEdge& edge) const;
  void prefetch_asset(const FanEdge& edge) const;

 private:
  // One address in one segment.
  struct Probe {
    const Segment* segment = nullptr;
    const FanTask* task = nullptr;
    std::uint32_t number = 0;          // of the segment, by height
    std::uint32_t begin = 0, end = 0;  // rows of the directory, then entries
  };

  bool read_here(std::span<const FanTask> tasks, const Visit& visit);
  bool read_beside(std::span<const FanTask> tasks, const Visit& visit);
  bool probe_all(const Visit& visit);
  void find();
  bool pick(const Probe& probe, const Visit& visit);
  void emit(const Visit& visit);

  const SegmentSet& set_;
  FanOptions options_;
  std::uint64_t passed_ = 0;
  std::vector<Probe> probes_;
  std::vector<FanEdge> edges_;
};

}  // namespace clew::account
