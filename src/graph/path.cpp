#include "graph/path.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "graph/path_search.h"

namespace clew::graph {

namespace {

constexpr std::array<std::string_view, 3> kRankNames = {"value", "hops", "time"};
constexpr std::array<std::string_view, 3> kSearchNames = {"exhausted", "hops", "edges"};
constexpr std::uint32_t kStart = 0xffffffff;
constexpr std::uint32_t kHopsMax = 100'000;

// A way to a transaction: the output it spends, and the way to that one's creator.
struct Way {
  TxIndex tx = 0;
  OutputId via = 0;  // InputId of one from outside the ledger
  std::int64_t width = 0;
  std::uint32_t before = kStart;
  bool outside = false;
  std::uint64_t made_by = kNone;  // of a first output: its creator, which no way leads to
};
struct Arrival {
  std::uint32_t way = 0;
  OutputId output = 0;
  std::int64_t width = 0;
  std::uint32_t hops = 0;
  std::uint64_t order = 0;
};

class PathSearcher {
 public:
  PathSearcher(const FlowGraph& graph, const PathOptions& options, const AddressSet& from,
               const AddressSet& to)
      : graph_(graph), options_(options), rules_(graph, options, from, to) {
    budget_.left = options.edges_max;
  }
  PathResult search(std::span<const AddressId> from, std::span<const AddressId> to);

 private:
  std::vector<OutputId> received(std::span<const AddressId> addresses, std::uint64_t limit) const;
  void look_back(std::span<const AddressId> to);
  void start(std::span<const AddressId> from);
  void start_outside(AddressId from);
  void keep_best();
  void advance(std::uint32_t level);
  void leave(std::span<const Way> ways, std::uint32_t first, std::uint32_t level);
  void arrive(std::span<const Way> ways, std::uint32_t first, OutputId output, std::int64_t value,
              std::uint32_t level);
  void go_on(std::span<const Way> ways, std::uint32_t first, OutputId output, std::int64_t value,
             std::uint32_t level);
  bool may_enter(TxIndex next, std::uint32_t level);
  void rank_arrivals();
  MoneyPath draw(const Arrival& arrival) const;
  MoneyHop hop(OutputId output) const;
  MoneyHop hop(const Way& way) const;

  const FlowGraph& graph_;
  const PathOptions& options_;
  const PathRules rules_;
  PathBudget budget_;
  PathCone cone_;
  bool hops_cut_ = false, edges_cut_ = false;
  std::vector<Way> ways_;        // all levels
  std::vector<Way> candidates_;  // for the next level
  std::uint32_t level_begin_ = 0;
  std::vector<Arrival> arrivals_;
};

std::vector<OutputId> PathSearcher::received(std::span<const AddressId> addresses,
                                             std::uint64_t limit) const {
  std::vector<OutputId> outputs;
  for (const auto a : addresses) {
    const auto more = graph_.received(a, {}, limit - outputs.size());
    outputs.insert(outputs.end(), more.begin(), more.end());
    if (outputs.size() >= limit) break;
  }
  return outputs;
}

void PathSearcher::look_back(std::span<const AddressId> to) {
  PathBudget half{budget_.left / 2};
  const auto before = half.left;
  const auto arrivals = received(to, half.left + 1);
  if (arrivals.size() > half.left) return;  // a target too big to look back from
  cone_.grow(graph_, rules_, arrivals, options_.hops_max, half);
  budget_.left -= before - half.left;
}

void PathSearcher::start(std::span<const AddressId> from) {
  const auto sources = received(from, budget_.left + 1);
  if (!budget_.spend(sources.size())) {
    edges_cut_ = true;
    return;
  }
  for (const auto output : sources) {
    const auto value = graph_.value(output);
    const auto next = graph_.spender(output);
    if (value >= options_.value_min && may_enter(next, 0))
      candidates_.push_back({next, output, value, kStart, false, graph_.creator(output)});
  }
  for (const auto a : from)
    start_outside(a);
}

// What it spends from outside the ledger it had, too. No bound is known of an unknown value.
void PathSearcher::start_outside(AddressId from) {
  const auto spends = graph_.outside_spends(from, budget_.left + 1);
  if (!budget_.spend(spends.size())) {
    edges_cut_ = true;
    return;
  }
  for (const auto& spend : spends) {
    const auto width = spend.value == kUnknownValue ? kMoneyMax : spend.value;
    if (width >= options_.value_min && may_enter(spend.tx, 0))
      candidates_.push_back({spend.tx, spend.input, width, kStart, true, spend.maker});
  }
}

// Of the candidates, keeps for each transaction the widest ways, one for each way before: outputs
// from one transaction to the next are one way.
void PathSearcher::keep_best() {
  std::sort(candidates_.begin(), candidates_.end(), [](const Way& a, const Way& b) {
    return std::tie(a.tx, a.before, a.outside, a.made_by, b.width, a.via) <
           std::tie(b.tx, b.before, b.outside, b.made_by, a.width, b.via);
  });
  const auto same = [](const Way& a, const Way& b) {
    return std::tie(a.tx, a.before, a.outside, a.made_by) ==
           std::tie(b.tx, b.before, b.outside, b.made_by);
  };
  candidates_.erase(std::unique(candidates_.begin(), candidates_.end(), same), candidates_.end());
  std::sort(candidates_.begin(), candidates_.end(), [](const Way& a, const Way& b) {
    return std::tie(a.tx, b.width, a.before, a.outside, a.via) <
           std::tie(b.tx, a.width, b.before, b.outside, b.via);
  });
  level_begin_ = static_cast<std::uint32_t>(ways_.size());
  std::uint32_t kept = 0;
  for (const auto& way : candidates_) {
    kept = ways_.size() > level_begin_ && ways_.back().tx == way.tx ? kept : 0;
    if (kept++ < options_.count) ways_.push_back(way);
  }
  candidates_.clear();
}

// From the transactions of `level` to those of the next.
void PathSearcher::advance(std::uint32_t level) {
  const auto end = static_cast<std::uint32_t>(ways_.size());
  for (auto i = level_begin_; i < end && !edges_cut_;) {
    auto stop = i;
    while (stop < end && ways_[stop].tx == ways_[i].tx)
      ++stop;
    leave({ways_.data() + i, stop - i}, i, level);
    i = stop;
  }
}

void PathSearcher::leave(std::span<const Way> ways, std::uint32_t first, std::uint32_t level) {
  const auto shape = graph_.shape(ways.front().tx);
  if (!budget_.spend(shape.output_count)) {
    edges_cut_ = true;
    return;
  }
  OutputId best = kNone;  // largest output to the target
  std::int64_t best_value = -1;
  for (OutputId o = shape.first_output; o < shape.first_output + shape.output_count; ++o) {
    const auto value = graph_.value(o);
    const auto address = graph_.address(o);
    if (rules_.is_target(address)) {
      if (value >= options_.value_min && value > best_value) {
        best = o;
        best_value = value;
      }
    } else if (rules_.may_carry(value, address)) {
      go_on(ways, first, o, value, level);
    }
  }
  if (best != kNone) arrive(ways, first, best, best_value, level);
}

void PathSearcher::arrive(std::span<const Way> ways, std::uint32_t first, OutputId output,
                          std::int64_t value, std::uint32_t level) {
  const auto order = graph_.order(ways.front().tx);
  for (std::uint32_t i = 0; i < ways.size(); ++i)
    arrivals_.push_back({first + i, output, std::min(ways[i].width, value), level, order});
}

void PathSearcher::go_on(std::span<const Way> ways, std::uint32_t first, OutputId output,
                         std::int64_t value, std::uint32_t level) {
  const auto next = graph_.spender(output);
  if (!may_enter(next, level)) return;
  for (std::uint32_t i = 0; i < ways.size(); ++i)
    candidates_.push_back({next, output, std::min(ways[i].width, value), first + i});
}

// Whether the transaction after those of `level` may be part of a path.
bool PathSearcher::may_enter(TxIndex next, std::uint32_t level) {
  if (next == kNone || !rules_.may_pass(next)) return false;
  if (level >= options_.hops_max) {
    hops_cut_ |= cone_.judge(next, kStart) != PathCone::Verdict::never;
    return false;
  }
  const auto verdict = cone_.judge(next, options_.hops_max - level - 1);
  hops_cut_ |= verdict == PathCone::Verdict::too_far;
  return verdict == PathCone::Verdict::reaches;
}

void PathSearcher::rank_arrivals() {
  const auto rank = options_.rank;
  std::sort(arrivals_.begin(), arrivals_.end(), [rank](const Arrival& a, const Arrival& b) {
    const auto key = [rank](const Arrival& x) {
      const auto value = ~static_cast<std::uint64_t>(x.width);  // larger first
      const std::uint64_t hops = x.hops;
      if (rank == PathRank::hops) return std::tuple(hops, value, x.order, x.output, x.way);
      if (rank == PathRank::time) return std::tuple(x.order, value, hops, x.output, x.way);
      return std::tuple(value, hops, x.order, x.output, x.way);
    };
    return key(a) < key(b);
  });
  arrivals_.resize(std::min<std::size_t>(arrivals_.size(), options_.count));
}

MoneyHop PathSearcher::hop(OutputId output) const {
  return {output, kNone, graph_.creator(output), graph_.address(output), graph_.value(output)};
}

MoneyHop PathSearcher::hop(const Way& way) const {
  if (!way.outside) return hop(way.via);
  FlowTx tx;
  graph_.load(way.tx, tx);
  return {kNone, way.via, kNone, graph_.input_address(way.via),
          tx.input_values[way.via - tx.shape.first_input]};
}

MoneyPath PathSearcher::draw(const Arrival& arrival) const {
  MoneyPath path;
  path.amount = arrival.width;
  path.hops.push_back(hop(arrival.output));
  for (auto way = arrival.way; way != kStart; way = ways_[way].before)
    path.hops.push_back(hop(ways_[way]));
  std::reverse(path.hops.begin(), path.hops.end());
  return path;
}

PathResult PathSearcher::search(std::span<const AddressId> from, std::span<const AddressId> to) {
  look_back(to);
  start(from);
  for (std::uint32_t level = 1; !candidates_.empty() && !edges_cut_; ++level) {
    keep_best();
    advance(level);
  }
  rank_arrivals();
  PathResult result;
  for (const auto& arrival : arrivals_)
    result.paths.push_back(draw(arrival));
  if (hops_cut_) result.search = PathSearch::hops;
  if (edges_cut_) result.search = PathSearch::edges;
  result.edges = options_.edges_max - budget_.left;
  return result;
}

}  // namespace

std::string_view name(PathRank rank) {
  return kRankNames[static_cast<std::size_t>(rank)];
}
std::string_view name(PathSearch search) {
  return kSearchNames[static_cast<std::size_t>(search)];
}

std::optional<PathRank> find_path_rank(std::string_view name) {
  const auto* found = std::find(kRankNames.begin(), kRankNames.end(), name);
  if (found == kRankNames.end()) return std::nullopt;
  return static_cast<PathRank>(found - kRankNames.begin());
}

Result<PathResult> find_paths(const FlowGraph& graph, std::span<const AddressId> from,
                              std::span<const AddressId> to, const PathOptions& options) {
  if (from.empty() || to.empty())
    return fail(ErrorKind::usage, "a path needs an address at both ends");
  if (options.count == 0 || options.count > kPathsMax)
    return fail(ErrorKind::usage, "the number of paths must be 1 to " + std::to_string(kPathsMax));
  if (options.hops_max == 0 || options.hops_max > kHopsMax)
    return fail(ErrorKind::usage,
                "the hops of a path must be limited to 1 to " + std::to_string(kHopsMax));
  const AddressSet sources(from.begin(), from.end()), targets(to.begin(), to.end());
  for (const auto a : from)
    if (targets.contains(a))
      return fail(ErrorKind::usage, "both ends of the path are the same address or entity");
  return PathSearcher(graph, options, sources, targets).search(from, to);
}

}  // namespace clew::graph
