#include "graph/account/path.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "graph/account/reach.h"
#include "graph/account/trace_run.h"

namespace clew::account {

namespace {

constexpr std::uint32_t kHopsMax = 100;
constexpr std::uint32_t kStart = 0xffffffff;

// A way to an address: the transfer that arrives there, and the way to its sender.
struct Way {
  TransferId transfer = 0;
  AddressId from = kNoAddress, to = kNoAddress;
  std::uint32_t before = kStart;
  U256 value, width;
  std::uint64_t addresses = 0;  // a hash of those on it, in order
};

std::uint64_t mixed(std::uint64_t addresses, AddressId next) {
  auto x = (addresses ^ next) * 0x9e3779b97f4a7c15u;
  x ^= x >> 29;
  return x * 0xbf58476d1ce4e5b9u;
}

// The widest ways so far, each through other addresses.
class Widest {
 public:
  explicit Widest(std::uint32_t count) : count_(count) {}

  // Whether the way is among them. Of equal ones the first stays.
  bool add(std::uint32_t number, const Way& way) {
    const auto same = std::find_if(list_.begin(), list_.end(), [&](const Entry& entry) {
      return entry.addresses == way.addresses;
    });
    if (same != list_.end()) {
      if (way.width <= same->width) return false;
      list_.erase(same);
    } else if (list_.size() == count_) {
      if (way.width <= list_.back().width) return false;
      list_.pop_back();
    }
    const auto at = std::find_if(list_.begin(), list_.end(),
                                 [&](const Entry& entry) { return entry.width < way.width; });
    list_.insert(at, {number, way.addresses, way.width});
    return true;
  }
  struct Entry {
    std::uint32_t number = 0;
    std::uint64_t addresses = 0;
    U256 width;
  };
  const std::vector<Entry>& list() const { return list_; }

 private:
  std::uint32_t count_;
  std::vector<Entry> list_;
};

// From where the target can be reached, as far as half the budget told.
class Cone {
 public:
  Cone(const Snapshot& snapshot, std::span<const AddressId> to, const PathOptions& options) {
    std::vector<ReachOrigin> origins;
    for (const auto address : to)
      origins.push_back({address, options.span.until});
    ReachOptions how;
    how.direction = graph::TraceDirection::backward;
    how.asset = options.asset;
    how.hops_max = options.hops_max;
    how.span = options.span;
    how.edges_max = options.edges_max / 2;
    how.stop = options.stop;
    const auto found = reach(snapshot, origins, how);
    edges_ = found.postings;
    levels_ = found.levels;
    closed_ = found.closed;
    for (const auto& reached : found.addresses)
      places_.emplace(reached.address, Place{reached.hops, reached.moment});
  }
  std::uint64_t edges() const { return edges_; }

  enum class Verdict : std::uint8_t { reaches, too_far, never };
  // Whether what `transfer` brings to an address can go on to the target in `remaining` transfers.
  Verdict judge(AddressId address, TransferId transfer, std::uint32_t remaining) const {
    const auto found = places_.find(address);
    const bool complete = closed_ || remaining <= levels_;
    if (found == places_.end())
      return closed_ ? Verdict::never : complete ? Verdict::too_far : Verdict::reaches;
    if (closed_ && found->second.departure <= transfer) return Verdict::never;
    const bool late = complete && found->second.departure <= transfer;
    return late || found->second.hops > remaining ? Verdict::too_far : Verdict::reaches;
  }

 private:
  struct Place {
    std::uint32_t hops = 0;
    TransferId departure = 0;  // the latest
  };
  std::unordered_map<AddressId, Place> places_;
  std::uint64_t edges_ = 0;
  std::uint32_t levels_ = 0;
  bool closed_ = false;
};

class Searcher {
 public:
  Searcher(const Snapshot& snapshot, std::span<const AddressId> from, std::span<const AddressId> to,
           const PathOptions& options)
      : snapshot_(snapshot),
        options_(options),
        sources_(from.begin(), from.end()),
        targets_(to.begin(), to.end()),
        cone_(snapshot, to, options),
        left_(options.edges_max - std::min(options.edges_max, cone_.edges())) {}

  PathResult search(std::span<const AddressId> from);

 private:
  bool spend(std::uint64_t edges) {
    if (edges > left_) edges_cut_ = true;
    left_ -= std::min(left_, edges);
    return !edges_cut_;
  }
  void keep_widest();
  void leave(AddressId address, std::uint32_t first, std::uint32_t end, std::uint32_t level);
  void send(const Passage& sent, AddressId from, const Widest& ways, std::uint32_t level);
  void add(const Passage& sent, AddressId from, std::uint32_t before, const U256& width,
           std::uint64_t addresses);
  bool comes_by(std::uint32_t way, AddressId address) const;
  void rank_arrivals();
  std::uint32_t hops_of(const Way& way) const;
  Path draw(const Way& arrival) const;

  const Snapshot& snapshot_;
  const PathOptions& options_;
  const std::unordered_set<AddressId> sources_, targets_;
  const Cone cone_;
  std::uint64_t left_;
  bool hops_cut_ = false, edges_cut_ = false;
  std::vector<Way> ways_;        // all levels; the last begins at level_begin_
  std::vector<Way> candidates_;  // of the next level
  std::uint32_t level_begin_ = 0;
  std::vector<Way> arrivals_;
};

// Of the candidates, those that are among the widest at their address when they arrive.
void Searcher::keep_widest() {
  std::sort(candidates_.begin(), candidates_.end(), [](const Way& a, const Way& b) {
    return std::tie(a.to, a.transfer, b.width, a.before) <
           std::tie(b.to, b.transfer, a.width, b.before);
  });
  level_begin_ = static_cast<std::uint32_t>(ways_.size());
  for (std::size_t i = 0; i < candidates_.size();) {
    const auto address = candidates_[i].to;
    Widest widest(options_.count);
    for (; i < candidates_.size() && candidates_[i].to == address; ++i)
      if (widest.add(0, candidates_[i])) ways_.push_back(candidates_[i]);
  }
  candidates_.clear();
}

bool Searcher::comes_by(std::uint32_t way, AddressId address) const {
  for (; way != kStart; way = ways_[way].before)
    if (ways_[way].to == address || ways_[way].from == address) return true;
  return false;
}

void Searcher::add(const Passage& sent, AddressId from, std::uint32_t before, const U256& width,
                   std::uint64_t addresses) {
  const Way way{sent.transfer,
                from,
                sent.other,
                before,
                sent.value,
                std::min(width, sent.value),
                mixed(addresses, sent.other)};
  (targets_.contains(sent.other) ? arrivals_ : candidates_).push_back(way);
}

// `sent` is of `level`: what it brings may go on hops_max - level times.
void Searcher::send(const Passage& sent, AddressId from, const Widest& ways, std::uint32_t level) {
  const auto to = sent.other;
  if (to == kNoAddress || to == from || sent.value.is_zero() || sources_.contains(to)) return;
  if (!targets_.contains(to)) {
    const auto verdict = cone_.judge(to, sent.transfer, options_.hops_max - level);
    hops_cut_ |= verdict == Cone::Verdict::too_far;
    if (verdict != Cone::Verdict::reaches || level == options_.hops_max) return;
    if (options_.stop && options_.stop(to)) return;
  }
  if (options_.asset == kCoin && snapshot_.transfer(sent.transfer).kind == chain::TransferKind::fee)
    return;
  if (ways.list().empty()) add(sent, from, kStart, sent.value, mixed(0, from));
  for (const auto& entry : ways.list())
    if (!comes_by(entry.number, to)) add(sent, from, entry.number, entry.width, entry.addresses);
  spend(ways.list().size());
}

// Goes on from an address with its ways of the level before, [first, end), in order of time.
void Searcher::leave(AddressId address, std::uint32_t first, std::uint32_t end,
                     std::uint32_t level) {
  Widest widest(options_.count);
  const bool starts = first == end;
  auto walk =
      snapshot_.walk(address, {.from = starts ? options_.span.from : ways_[first].transfer + 1,
                               .until = options_.span.until,
                               .side = WalkSide::sent,
                               .asset = options_.asset,
                               .values = true});
  std::array<Passage, 64> some;
  for (std::uint64_t passed = 0; !edges_cut_ && !walk.at_end();) {
    const auto n = walk.read(some, left_ + 1);
    if (!spend(walk.passed() - passed)) return;
    passed = walk.passed();
    for (std::size_t i = 0; i < n && !edges_cut_; ++i) {
      for (; first < end && ways_[first].transfer < some[i].transfer; ++first)
        widest.add(first, ways_[first]);
      send(some[i], address, widest, level);
    }
  }
}

std::uint32_t Searcher::hops_of(const Way& way) const {
  std::uint32_t hops = 1;
  for (auto at = way.before; at != kStart; at = ways_[at].before)
    ++hops;
  return hops;
}

void Searcher::rank_arrivals() {
  std::stable_sort(arrivals_.begin(), arrivals_.end(), [&](const Way& a, const Way& b) {
    return std::tuple(b.width, hops_of(a), a.transfer) <
           std::tuple(a.width, hops_of(b), b.transfer);
  });
  std::unordered_set<std::uint64_t> seen;
  std::erase_if(arrivals_, [&](const Way& way) { return !seen.insert(way.addresses).second; });
  if (arrivals_.size() > options_.count) arrivals_.resize(options_.count);
}

Path Searcher::draw(const Way& arrival) const {
  Path path;
  path.amount = arrival.width;
  for (const auto* way = &arrival;; way = &ways_[way->before]) {
    path.hops.push_back({way->transfer, way->from, way->to, way->value});
    if (way->before == kStart) break;
  }
  std::reverse(path.hops.begin(), path.hops.end());
  return path;
}

PathResult Searcher::search(std::span<const AddressId> from) {
  for (const auto source : from)
    leave(source, 0, 0, 1);
  for (std::uint32_t level = 2; !candidates_.empty() && !edges_cut_; ++level) {
    keep_widest();
    const auto end = static_cast<std::uint32_t>(ways_.size());
    for (auto i = level_begin_; i < end && !edges_cut_;) {
      auto stop = i;
      while (stop < end && ways_[stop].to == ways_[i].to)
        ++stop;
      leave(ways_[i].to, i, stop, level);
      i = stop;
    }
  }
  rank_arrivals();
  PathResult result;
  for (const auto& arrival : arrivals_)
    result.paths.push_back(draw(arrival));
  if (hops_cut_) result.search = graph::PathSearch::hops;
  if (edges_cut_) result.search = graph::PathSearch::edges;
  result.edges = options_.edges_max - left_;
  return result;
}

}  // namespace

Result<PathResult> find_paths(const Snapshot& snapshot, std::span<const AddressId> from,
                              std::span<const AddressId> to, const PathOptions& options) {
  if (from.empty() || to.empty())
    return fail(ErrorKind::usage, "a path needs an address at both ends");
  if (options.count == 0 || options.count > graph::kPathsMax)
    return fail(ErrorKind::usage,
                "the number of paths must be 1 to " + std::to_string(graph::kPathsMax));
  if (options.hops_max == 0 || options.hops_max > kHopsMax)
    return fail(ErrorKind::usage,
                "the hops of a path must be limited to 1 to " + std::to_string(kHopsMax));
  const std::unordered_set<AddressId> sources(from.begin(), from.end());
  for (const auto address : to)
    if (sources.contains(address))
      return fail(ErrorKind::usage, "both ends of the path are the same address or entity");
  // What ceases there has nothing to do with what comes into being.
  const auto zero = zero_address(snapshot);
  auto passable = options;
  passable.stop = [&options, zero](AddressId address) {
    return address == zero || (options.stop && options.stop(address));
  };
  return Searcher(snapshot, from, to, passable).search(from);
}

}  // namespace clew::account
