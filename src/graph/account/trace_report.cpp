#include <algorithm>
#include <tuple>

#include "graph/account/amount.h"
#include "graph/account/trace_log.h"

namespace clew::account {

namespace {

constexpr std::array<std::string_view, kTraceEnds> kEndNames = {
    "followed", "service", "mixer", "bridge", "held",  "burnt", "fee",       "issued", "outside",
    "swapped",  "hops",    "value", "time",   "edges", "busy",  "intervals", "clock",  "unsound"};

bool is_of_address(TraceEnd end) {
  return end == TraceEnd::held || end == TraceEnd::issued || end == TraceEnd::outside ||
         end == TraceEnd::busy;
}

// An ended item under the key of the end-point it belongs to.
struct Ended {
  AssetId asset;
  TraceEnd reason;
  std::uint64_t what;  // party or address
  AddressId address;
  std::uint32_t item;
  auto key() const { return std::tie(asset, reason, what); }
};

class Reporter {
 public:
  Reporter(const Snapshot& snapshot, const TraceOptions& options, const TraceLog& log)
      : snapshot_(snapshot), options_(options), log_(log) {}
  TraceResult report(const TraceWork& work);

 private:
  Ended classify(std::uint32_t index) const;
  void gather(std::span<const Ended> group);
  void add_addresses(std::span<const Ended> group, TraceEndPoint& end) const;
  void add_times(std::span<const Ended> group, TraceEndPoint& end) const;
  TraceHop hop(const TraceItem& item) const;
  TracePath path(std::uint32_t index) const;

  const Snapshot& snapshot_;
  const TraceOptions& options_;
  const TraceLog& log_;
  TraceResult result_;
};

Ended Reporter::classify(std::uint32_t index) const {
  const auto& item = log_.items[index];
  const auto address = options_.direction == TraceDirection::forward ? item.to : item.from;
  Ended ended{item.asset, item.end, 0, address, index};
  if (is_of_party(item.end)) {
    if (const auto stop = options_.stop(address)) ended.what = stop->service;
  } else if (is_of_address(item.end)) {
    ended.what = address;
  }
  return ended;
}

void Reporter::add_addresses(std::span<const Ended> group, TraceEndPoint& end) const {
  std::vector<std::pair<AddressId, U256>> sums;
  for (const auto& e : group) {
    if (e.address == kNoAddress) continue;
    if (sums.empty() || sums.back().first != e.address) sums.emplace_back(e.address, U256());
    sums.back().second = plus(sums.back().second, log_.items[e.item].amount);
  }
  std::sort(sums.begin(), sums.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  for (const auto& [address, amount] : sums)
    end.addresses.push_back(address);
}

void Reporter::add_times(std::span<const Ended> group, TraceEndPoint& end) const {
  TransferId first = kNone, last = 0;
  for (const auto& e : group) {
    const auto& item = log_.items[e.item];
    first = std::min({first, item.transfer, item.first});
    last = std::max(last, item.transfer);
    if (item.first != kNone) last = std::max(last, item.first);
    end.transfers += item.arrivals;
  }
  const auto block_first = snapshot_.block_of_transfer(first);
  const auto block_last = snapshot_.block_of_transfer(last);
  end.number_first = snapshot_.number_of(block_first);
  end.number_last = snapshot_.number_of(block_last);
  end.time_first = snapshot_.time_of(block_first);
  end.time_last = snapshot_.time_of(block_last);
}

TraceHop Reporter::hop(const TraceItem& item) const {
  auto kind = TraceHopKind::transfer;
  if (item.kind == TraceItemKind::opening) kind = TraceHopKind::opening;
  if (item.kind == TraceItemKind::swap) kind = TraceHopKind::swap;
  return {kind, item.transfer, item.from, item.to, item.asset, item.value, item.amount};
}

TracePath Reporter::path(std::uint32_t index) const {
  TracePath path;
  path.amount = log_.items[index].width;
  for (auto i = index; i != kNoItem; i = log_.items[i].parent)
    if (log_.items[i].kind != TraceItemKind::rest) path.hops.push_back(hop(log_.items[i]));
  if (options_.direction == TraceDirection::forward)
    std::reverse(path.hops.begin(), path.hops.end());
  return path;
}

// One end-point of the items that share a key; they come sorted by address.
void Reporter::gather(std::span<const Ended> group) {
  TraceEndPoint end;
  const auto& head = group.front();
  end.reason = head.reason;
  end.asset = head.asset;
  if (is_of_party(head.reason)) end.service = static_cast<ServiceId>(head.what);
  if (is_of_address(head.reason)) end.address = head.address;
  auto widest = head.item;
  for (const auto& e : group) {
    const auto& item = log_.items[e.item];
    end.amount = plus(end.amount, item.amount);
    end.tainted =
        plus(end.tainted, options_.policy == TaintPolicy::poison ? item.value : item.amount);
    if (item.width > log_.items[widest].width) widest = e.item;
  }
  add_addresses(group, end);
  add_times(group, end);
  end.path = path(widest);
  auto& asset = result_.assets.back();
  auto& sum = asset.by_reason[static_cast<std::size_t>(end.reason)];
  sum = plus(sum, end.amount);
  asset.tainted_ended = plus(asset.tainted_ended, end.tainted);
  result_.ends.push_back(std::move(end));
}

TraceResult Reporter::report(const TraceWork& work) {
  std::vector<Ended> ended;
  for (std::uint32_t i = 0; i < log_.items.size(); ++i) {
    const auto& item = log_.items[i];
    result_.transfers += item.kind == TraceItemKind::transfer;
    if (item.end != TraceEnd::followed) ended.push_back(classify(i));
    if (options_.keep_transfers && item.kind != TraceItemKind::rest)
      result_.transfers_kept.push_back({hop(item), item.hops, item.end});
  }
  std::sort(ended.begin(), ended.end(), [](const Ended& a, const Ended& b) {
    return a.key() != b.key() ? a.key() < b.key()
                              : std::tie(a.address, a.item) < std::tie(b.address, b.item);
  });
  auto group = ended.begin();
  for (const auto& [id, asset] : log_.assets) {
    result_.assets.push_back(asset);
    if (options_.policy != TaintPolicy::poison) {
      result_.assets.back().tainted_started = plus(asset.started, asset.swapped_in);
      result_.assets.back().joined = {};
    }
    while (group != ended.end() && group->asset == id) {
      const auto key = group->key();
      const auto end =
          std::find_if(group, ended.end(), [&](const Ended& e) { return e.key() != key; });
      gather({group, end});
      group = end;
    }
  }
  std::stable_sort(result_.ends.begin(), result_.ends.end(),
                   [](const TraceEndPoint& a, const TraceEndPoint& b) {
                     return a.asset != b.asset ? a.asset < b.asset : a.amount > b.amount;
                   });
  result_.swaps = log_.swaps;
  if (options_.direction == TraceDirection::backward)
    std::reverse(result_.swaps.begin(), result_.swaps.end());
  for (const auto& [account, value] : log_.before)
    result_.before.push_back({account.first, account.second, value});
  result_.accounts = log_.accounts;
  result_.edges = work.edges();
  result_.edges_exhausted = work.edges_exhausted();
  result_.clock_exhausted = work.clock_exhausted();
  return std::move(result_);
}

}  // namespace

std::string_view name(TraceEnd end) {
  return kEndNames[static_cast<std::size_t>(end)];
}

TraceResult report(const Snapshot& snapshot, const TraceOptions& options, const TraceLog& log,
                   const TraceWork& work) {
  return Reporter(snapshot, options, log).report(work);
}

}  // namespace clew::account
