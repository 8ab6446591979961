// Walks along the transfers of one address, some at a time, forward or backward: what tracing and
// path finding read of a ledger. A walk looks at one segment after the other as it gets there, and
// begins the memory accesses of a batch together, because each of them is a cache miss.
//
// Valid as long as the snapshot that gave it. Damaged pages throw ledger::Corruption.
#pragma once

#include <optional>
#include <span>

#include "base/u256.h"
#include "ledger/account/ids.h"

namespace clew::account {

class Segment;
class SegmentSet;

enum class WalkSide : std::uint8_t { both, sent, received };

struct WalkOptions {
  TransferId from = 0, until = kNone;  // transfers in [from, until)
  WalkSide side = WalkSide::both;
  std::optional<AssetId> asset;  // no other
  bool values = false;           // fill Passage::value
  bool back = false;             // the latest first
};

// One transfer, as seen from the address. One to itself comes twice, the sending first (walked
// backward: last).
struct Passage {
  TransferId transfer = 0;
  AddressId other = kNoAddress;  // the other side; kNoAddress: nobody
  AssetId asset = kCoin;
  bool sends = false;
  U256 value{};
};

class Walk {
 public:
  Walk() = default;
  Walk(const SegmentSet& set, AddressId address, const WalkOptions& options);

  // The next transfers, in order. Fewer than `out` has room for at the end, or if `postings_max`
  // were looked at without finding as many.
  std::size_t read(std::span<Passage> out, std::uint64_t postings_max = kNone);
  bool at_end() const { return ended_; }  // a read() came to the end
  // Postings looked at so far, wanted or not: the work done. Does not depend on how the ledger is
  // cut into segments.
  std::uint64_t passed() const { return passed_; }

 private:
  bool enter();  // the next segment that has any; false if there is none
  std::size_t pick(std::span<Passage> out, std::uint64_t passed_max);
  std::size_t fill(std::span<Passage> out) const;

  const SegmentSet* set_ = nullptr;
  const Segment* segment_ = nullptr;
  AddressId address_ = kNoAddress;
  WalkOptions options_;
  std::size_t next_segment_ = 0;  // by height; backward: one more
  // What is left of the segment's entries, [at_, end_).
  const std::uint8_t* entries_ = nullptr;
  std::uint32_t at_ = 0, end_ = 0;
  std::uint64_t passed_ = 0;
  bool ended_ = false;
};

}  // namespace clew::account
