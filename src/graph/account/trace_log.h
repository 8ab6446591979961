// What a trace did, for the report. Internal to tracing.
#pragma once

#include <map>
#include <vector>

#include "base/huge_pages.h"
#include "graph/account/trace.h"

namespace clew::account {

constexpr std::uint32_t kNoItem = 0xffffffff;

enum class TraceItemKind : std::uint8_t {
  transfer,
  opening,  // `from` had it before the ledger
  swap,     // `from` gave up another asset, `to` received this one
  rest,     // what an account (`to`) still has where the trace ends there
};

// Traced value on its way, or where it stays.
struct TraceItem {
  U256 value, amount;
  U256 width;                      // amount of the widest path to it, in its asset's units
  TransferId transfer = kNone;     // of a rest, the last that brought of it
  TransferId first = kNone;        // of a rest: the first
  std::uint32_t arrivals = 1;      // of a rest: how many
  std::uint32_t parent = kNoItem;  // the widest that it came from; none of an origin
  std::uint32_t hops = 0;
  AssetId asset = kCoin;
  AddressId from = kNoAddress, to = kNoAddress;
  TraceEnd end = TraceEnd::followed;
  TraceItemKind kind = TraceItemKind::transfer;
};

struct TraceLog {
  HugeVector<TraceItem> items;  // in order of discovery
  std::map<AssetId, TraceAsset> assets;
  std::vector<TraceSwap> swaps;
  std::map<std::pair<AddressId, AssetId>, U256> before;
  std::uint64_t accounts = 0;

  TraceAsset& asset(AssetId id) {
    auto& asset = assets[id];
    asset.asset = id;
    return asset;
  }
  std::uint32_t add(const TraceItem& item) {
    items.push_back(item);
    return static_cast<std::uint32_t>(items.size() - 1);
  }
};

// The work that a trace may do. Spending is refused, once and for all, when it does not suffice.
class TraceWork {
 public:
  explicit TraceWork(const TraceOptions& options) : options_(options) {
    if (options.clock_us) start_us_ = options.clock_us();
  }
  bool spend(std::uint64_t edges) {
    if (edges > left()) edges_exhausted_ = true;
    if (exhausted()) return false;
    edges_ += edges;
    if (options_.clock_us && checks_++ % kClockEvery == 0)
      clock_exhausted_ = options_.clock_us() - start_us_ > options_.clock_budget_us;
    return !clock_exhausted_;
  }
  std::uint64_t left() const { return options_.edges_max - edges_; }
  std::uint64_t edges() const { return edges_; }
  bool exhausted() const { return edges_exhausted_ || clock_exhausted_; }
  bool edges_exhausted() const { return edges_exhausted_; }
  bool clock_exhausted() const { return clock_exhausted_; }
  // Why what is left ends. If exhausted.
  TraceEnd reason() const { return clock_exhausted_ ? TraceEnd::clock : TraceEnd::edges; }

 private:
  static constexpr std::uint64_t kClockEvery = 64;

  const TraceOptions& options_;
  std::uint64_t edges_ = 0, checks_ = 0, start_us_ = 0;
  bool edges_exhausted_ = false, clock_exhausted_ = false;
};

// Makes the answer of what was logged.
TraceResult report(const Snapshot& snapshot, const TraceOptions& options, const TraceLog& log,
                   const TraceWork& work);

}  // namespace clew::account
