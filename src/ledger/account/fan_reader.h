// One thread's part of a Fan: reads the transfers of some addresses in one segment. Internal to it.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "ledger/account/segment.h"
#include "ledger/account/walk.h"

namespace clew::account {

// One address, and its transfers in [from, until).
struct FanTask {
  AddressId address = kNoAddress;
  TransferId from = 0, until = kNone;
};

struct FanEdge {
  TransferId transfer = 0;
  AddressId other = kNoAddress;  // the other side; kNoAddress: nobody
  std::uint32_t segment = 0;     // by height
};

class FanReader {
 public:
  static constexpr std::size_t kEdges = 128;  // visited at a time, at most
  using Visit = std::function<void(std::span<const FanEdge>)>;

  explicit FanReader(WalkSide side) : side_(side) {}
  // Calls visit() with some transfers at a time. `number`: of the segment, by height. False if
  // `postings_max` were looked at before all was read.
  bool read(const Segment& segment, std::uint32_t number, std::span<const FanTask> tasks,
            std::uint64_t postings_max, const Visit& visit);
  std::uint64_t passed() const { return passed_; }  // postings looked at in the last call

 private:
  struct Probe {
    const FanTask* task = nullptr;
    std::uint32_t begin = 0, end = 0;  // rows of the directory, then entries
  };

  bool probe_all(const Visit& visit);
  void find();
  bool pick(const Probe& probe, const Visit& visit);
  void emit(const Visit& visit);

  WalkSide side_;
  const Segment* segment_ = nullptr;
  std::uint32_t number_ = 0;
  std::uint64_t postings_max_ = kNone, passed_ = 0;
  std::vector<Probe> probes_;
  std::vector<FanEdge> edges_;
};

}  // namespace clew::account
