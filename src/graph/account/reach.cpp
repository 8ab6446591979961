#include "graph/account/reach.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <thread>

#include "graph/account/reach_table.h"

namespace clew::account {

namespace {

constexpr std::uint32_t kLevelsMax = 0xffff;
// Fewer addresses fit into the nearest caches in any order.
constexpr std::size_t kSortFrom = 4096;

// By the upper 32 bits, which are below `limit`; eleven bits a pass.
void radix_sort(HugeVector<std::uint64_t>& keys, HugeVector<std::uint64_t>& other,
                std::uint64_t limit) {
  other.resize(keys.size());
  for (unsigned shift = 32; shift < 64 && (limit - 1) >> (shift - 32) != 0; shift += 11) {
    std::array<std::size_t, 2049> at{};
    for (const auto key : keys)
      ++at[((key >> shift) & 2047) + 1];
    for (std::size_t i = 0; i < 2048; ++i)
      at[i + 1] += at[i];
    for (const auto key : keys)
      other[at[(key >> shift) & 2047]++] = key;
    keys.swap(other);
  }
}

class Search {
 public:
  Search(const Snapshot& snapshot, const ReachOptions& options)
      : options_(options),
        forward_(options.direction == graph::TraceDirection::forward),
        fan_(snapshot.fan({.side = forward_ ? WalkSide::sent : WalkSide::received,
                           .postings_max = options.edges_max,
                           .beside_from = options.beside_from})),
        table_(snapshot.address_count()) {
    // Where there is but one asset, nobody needs to ask.
    if (options.asset && (*options.asset != kCoin || snapshot.asset_count() > 1))
      asset_ = options.asset;
  }

  ReachResult run(std::span<const ReachOrigin> origins);

 private:
  // A moment in the direction of the search from which on transfers are usable, and back: forward
  // the transfers in [bound, ...), backward those in [0, bound).
  std::uint64_t turn(TransferId bound) const { return forward_ ? bound : kNone - bound; }
  // From when on what a transfer brought is usable.
  std::uint64_t bound(TransferId id) const { return forward_ ? id + 1 : kNone - id; }
  std::span<const FanTask> schedule();
  std::size_t make_tasks(std::span<FanTask> tasks, std::size_t begin, std::size_t end);
  void relax(std::span<const FanEdge> edges, std::uint32_t level);

  const ReachOptions& options_;
  const bool forward_;
  std::optional<AssetId> asset_;
  Fan fan_;
  ReachTable table_;
  ReachResult result_;
  // Improved in this level: address << 32 | number.
  HugeVector<std::uint64_t> improved_, sorted_;
  HugeRoom<FanTask> tasks_;
  std::vector<FanEdge> useful_;
};

ReachResult Search::run(std::span<const ReachOrigin> origins) {
  for (const auto& origin : origins) {
    const auto before = table_.size();
    const auto number = table_.improve(origin.address, turn(origin.moment));
    if (table_.size() > before) improved_.push_back(std::uint64_t{origin.address} << 32 | number);
  }
  const auto levels = std::min(options_.hops_max, kLevelsMax);
  for (std::uint32_t level = 1; level <= levels; ++level) {
    const auto tasks = schedule();
    if (tasks.empty()) break;
    if (!fan_.read(tasks, [&](std::span<const FanEdge> edges) { relax(edges, level); })) {
      result_.exhausted = true;
      break;
    }
    result_.levels = level;
  }
  result_.closed = !result_.exhausted && improved_.empty();
  result_.postings = fan_.passed();
  result_.addresses.reserve(table_.size());
  for (const auto& node : table_.nodes()) {
    const bool arrived = forward_ && node.hops > 0;
    result_.addresses.push_back({node.address, node.hops, turn(node.moment) - arrived});
  }
  return std::move(result_);
}

// What was improved in the level before is looked at in this one: only the transfers before those
// that were looked at when it was reached later.
std::span<const FanTask> Search::schedule() {
  // The ledger keeps what it knows of addresses in order of their numbers: many are read quickest
  // in that order.
  if (improved_.size() >= kSortFrom) radix_sort(improved_, sorted_, table_.address_count());
  // Each is a node of its own. Who stops a search is not asked by two at a time.
  const auto count = improved_.size(), half = options_.stop ? 0 : count / 2;
  const auto tasks = tasks_.of(count);
  std::size_t of_first = 0;  // that have something to look at
  std::optional<std::jthread> beside;
  if (half >= options_.beside_from) beside.emplace([&] { of_first = make_tasks(tasks, 0, half); });
  const auto of_second = make_tasks(tasks, beside ? half : 0, count);
  beside.reset();
  improved_.clear();
  return tasks.first(of_first + of_second > 0 ? count : 0);
}

// Of the addresses improved from `begin` to before `end`. One with nothing to look at stays empty,
// which costs its reader less than closing the gap would cost here. How many are not empty.
std::size_t Search::make_tasks(std::span<FanTask> tasks, std::size_t begin, std::size_t end) {
  constexpr std::size_t kAhead = 16;
  std::size_t filled = 0;
  for (auto i = begin; i < end; ++i) {
    if (i + kAhead < end) table_.prefetch_node(static_cast<std::uint32_t>(improved_[i + kAhead]));
    auto& node = table_[static_cast<std::uint32_t>(improved_[i])];
    const auto from = turn(node.moment), until = turn(node.scanned);
    node.scanned = node.moment;
    const bool stops = node.hops > 0 && options_.stop && options_.stop(node.address);
    const FanTask task{node.address, std::max(forward_ ? from : until, options_.span.from),
                       std::min(forward_ ? until : from, options_.span.until)};
    const bool fills = !stops && task.from < task.until;
    tasks[i] = fills ? task : FanTask{node.address, 0, 0};
    filled += fills ? 1 : 0;
  }
  return filled;
}

// Only what leads somewhere new, or earlier, is asked for its asset.
void Search::relax(std::span<const FanEdge> edges, std::uint32_t level) {
  for (const auto& edge : edges)
    table_.prefetch(edge.other);
  result_.edges += edges.size();
  useful_.clear();
  for (const auto& edge : edges) {
    if (edge.other == kNoAddress || !table_.improves(edge.other, bound(edge.transfer))) continue;
    if (asset_) fan_.prefetch_asset(edge);
    useful_.push_back(edge);
  }
  for (const auto& edge : useful_) {
    if (asset_ && fan_.asset(edge) != *asset_) continue;
    const auto known = table_.size();
    const auto number = table_.improve(edge.other, bound(edge.transfer));
    if (number == ReachTable::kNothing) continue;
    auto& node = table_[number];
    if (table_.size() > known) node.hops = static_cast<std::uint16_t>(level);
    if (node.level == level) continue;
    node.level = static_cast<std::uint16_t>(level);
    improved_.push_back(std::uint64_t{edge.other} << 32 | number);
  }
}

}  // namespace

std::size_t reach_beside_from() {
  // A thread begins within a tenth of a millisecond, and so many addresses take several.
  constexpr std::size_t kBesideFrom = 8192;
  return std::thread::hardware_concurrency() > 1 ? kBesideFrom : kNone;
}

ReachResult reach(const Snapshot& snapshot, std::span<const ReachOrigin> origins,
                  const ReachOptions& options) {
  return Search(snapshot, options).run(origins);
}

}  // namespace clew::account
