#include <algorithm>
#include <queue>

#include "graph/trace_report.h"

namespace clew::graph {

namespace {

// Partial paths are grown from the end-point towards the origin. An item's width is the exact
// value of the best way on from there, so the best-first order finds paths widest first and
// looks at little else (A* with a perfect estimate).
constexpr std::size_t kStatesMax = 200'000;

struct State {
  std::uint32_t item = 0;
  std::uint32_t behind = 0;  // the state it was grown from; itself for the first
  std::int64_t width = 0;    // of the path from here to the end-point
  std::int64_t bound = 0;    // width of the best complete path through it
};

class PathFinder {
 public:
  PathFinder(const FlowGraph& graph, const TraceOptions& options, const TraceLog& log)
      : graph_(graph),
        forward_(options.direction == TraceDirection::forward),
        log_(log),
        step_(graph, options.direction, options.policy) {}

  void find(std::vector<std::uint32_t> items, std::size_t count, TraceEndPoint& end);

 private:
  void grow(std::uint32_t from);
  void push(std::uint32_t item, std::uint32_t behind, std::int64_t width);
  TracePath path(std::uint32_t state) const;
  TraceHop hop(std::uint32_t index) const;

  const FlowGraph& graph_;
  const bool forward_;
  const TraceLog& log_;
  TraceStep step_;
  std::vector<State> states_;
  // Bound, then the older state first.
  std::priority_queue<std::pair<std::int64_t, std::int64_t>> queue_;
};

void PathFinder::push(std::uint32_t item, std::uint32_t behind, std::int64_t width) {
  const auto number = static_cast<std::int64_t>(states_.size());
  const auto bound = std::min(width, log_.items[item].width);
  states_.push_back({item, behind, width, bound});
  queue_.emplace(bound, -number);
}

void PathFinder::grow(std::uint32_t from) {
  const auto state = states_[from];
  for (const auto& share : step_.shares_of(log_.items[state.item], log_))
    push(share.item, from, std::min(state.width, share.amount));
}

TraceHop PathFinder::hop(std::uint32_t index) const {
  const auto& item = log_.items[index];
  TraceHop hop;
  hop.address = item.address;
  hop.value = item.value;
  hop.amount = item.amount;
  hop.least = item.least;
  if (item.kind == TraceItemKind::outside) {
    hop.outside = item.id;
  } else if (item.kind == TraceItemKind::fee) {
    hop.tx = log_.visits[item.visit].tx;
  } else {
    hop.output = item.id;
    hop.tx = graph_.creator(item.id);
  }
  return hop;
}

TracePath PathFinder::path(std::uint32_t state) const {
  TracePath path;
  path.amount = states_[state].width;
  while (true) {
    path.hops.push_back(hop(states_[state].item));
    if (states_[state].behind == state) break;
    state = states_[state].behind;
  }
  // From origin to end-point so far.
  if (!forward_) std::reverse(path.hops.begin(), path.hops.end());
  return path;
}

void PathFinder::find(std::vector<std::uint32_t> items, std::size_t count, TraceEndPoint& end) {
  // The `count` best paths end in items that are among the `count` widest.
  const auto wider = [&](std::uint32_t a, std::uint32_t b) {
    const auto &x = log_.items[a], &y = log_.items[b];
    return x.width != y.width ? x.width > y.width : a < b;
  };
  const auto kept = std::min(items.size(), count);
  std::partial_sort(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(kept), items.end(),
                    wider);
  for (std::size_t i = 0; i < kept; ++i)
    push(items[i], static_cast<std::uint32_t>(i), log_.items[items[i]].amount);
  while (!queue_.empty() && end.paths.size() < count) {
    end.paths_cut = states_.size() > kStatesMax;
    if (end.paths_cut) return;
    const auto best = static_cast<std::uint32_t>(-queue_.top().second);
    queue_.pop();
    if (log_.items[states_[best].item].visit == kNoVisit)
      end.paths.push_back(path(best));
    else
      grow(best);
  }
}

}  // namespace

void add_widest_paths(const FlowGraph& graph, const TraceOptions& options, const TraceLog& log,
                      std::span<const std::uint32_t> items, TraceEndPoint& end) {
  PathFinder(graph, options, log).find({items.begin(), items.end()}, options.paths, end);
}

}  // namespace clew::graph
