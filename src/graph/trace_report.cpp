#include "graph/trace_report.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace clew::graph {

namespace {

constexpr std::array<std::string_view, kTraceEnds> kEndNames = {
    "followed", "service", "unspent", "burnt", "fee",       "mined", "outside", "coinjoin",
    "hops",     "value",   "time",    "edges", "intervals", "clock", "unsound"};

// Whether end-points of this reason are told apart by address.
bool is_of_address(TraceEnd end) {
  return end != TraceEnd::service && end != TraceEnd::coinjoin && end != TraceEnd::fee &&
         end != TraceEnd::unsound && !is_limit(end);
}

// An ended item under the key of the end-point it belongs to.
struct Ended {
  TraceEnd reason;
  std::uint64_t what;  // service, CoinJoin or address
  AddressId address;
  std::uint32_t item;
  auto key() const { return std::tie(reason, what); }
};

class Reporter {
 public:
  Reporter(const FlowGraph& graph, const TraceOptions& options, const TraceLog& log)
      : graph_(graph), options_(options), log_(log) {}
  TraceResult report();

 private:
  Ended classify(std::uint32_t index) const;
  void gather(std::span<const Ended> group);
  void add_addresses(std::span<const Ended> group, TraceEndPoint& end) const;
  void add_times(std::span<const Ended> group, TraceEndPoint& end);
  void add_sources(std::span<const Ended> group, TraceEndPoint& end) const;
  void add_paths(const std::vector<Ended>& ended, const std::vector<std::size_t>& starts);
  FlowTime when(TxIndex tx);
  void copy_outputs();

  const FlowGraph& graph_;
  const TraceOptions& options_;
  const TraceLog& log_;
  TraceResult result_;
  bool many_sources_ = false;
  TxIndex last_tx_ = kNone;
  FlowTime last_time_;
};

Ended Reporter::classify(std::uint32_t index) const {
  const auto& item = log_.items[index];
  Ended ended{item.end, 0, item.address, index};
  if (item.end == TraceEnd::service) {
    ended.what = options_.service(item.address).value_or(0);
  } else if (item.end == TraceEnd::coinjoin) {
    ended.what = arrival_tx(graph_, options_, log_, item);
  } else if (is_of_address(item.end)) {
    ended.what = item.address;
  }
  return ended;
}

FlowTime Reporter::when(TxIndex tx) {
  if (tx != last_tx_) last_time_ = graph_.when(tx);
  last_tx_ = tx;
  return last_time_;
}

void Reporter::add_addresses(std::span<const Ended> group, TraceEndPoint& end) const {
  std::vector<std::pair<AddressId, std::int64_t>> sums;
  for (const auto& e : group) {
    if (e.address == kNoAddress) continue;
    if (sums.empty() || sums.back().first != e.address) sums.emplace_back(e.address, 0);
    sums.back().second += log_.items[e.item].amount;
  }
  std::sort(sums.begin(), sums.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  for (const auto& [address, amount] : sums)
    end.addresses.push_back(address);
}

void Reporter::add_times(std::span<const Ended> group, TraceEndPoint& end) {
  bool first = true;
  for (const auto& e : group) {
    const auto at = when(arrival_tx(graph_, options_, log_, log_.items[e.item]));
    if (first) {
      end.height_first = end.height_last = at.height;
      end.time_first = end.time_last = at.time;
    }
    first = false;
    end.height_first = std::min(end.height_first, at.height);
    end.height_last = std::max(end.height_last, at.height);
    end.time_first = std::min(end.time_first, at.time);
    end.time_last = std::max(end.time_last, at.time);
  }
}

void Reporter::add_sources(std::span<const Ended> group, TraceEndPoint& end) const {
  if (!many_sources_) return;
  std::map<std::uint32_t, std::int64_t> sums;
  for (const auto& e : group)
    log_.each_segment(log_.items[e.item],
                      [&](const TaintSegment& s) { sums[s.source] += s.length; });
  end.sources.assign(sums.begin(), sums.end());
}

// One end-point of the items that share a key; they come sorted by address.
void Reporter::gather(std::span<const Ended> group) {
  TraceEndPoint end;
  const auto& head = group.front();
  end.reason = head.reason;
  if (head.reason == TraceEnd::service) end.service = static_cast<ServiceId>(head.what);
  if (head.reason == TraceEnd::coinjoin) end.coinjoin = head.what;
  if (is_of_address(head.reason)) end.address = head.address;
  for (const auto& e : group) {
    const auto& item = log_.items[e.item];
    end.amount += item.amount;
    const auto tainted = options_.policy == TaintPolicy::poison ? item.value : item.amount;
    end.tainted += std::min(tainted, kMoneyMax - end.tainted);
  }
  end.outputs = group.size();
  add_addresses(group, end);
  add_times(group, end);
  add_sources(group, end);
  result_.by_reason[static_cast<std::size_t>(end.reason)] += end.amount;
  result_.tainted_ended += std::min(end.tainted, kMoneyMax - result_.tainted_ended);
  result_.ends.push_back(std::move(end));
}

void Reporter::add_paths(const std::vector<Ended>& ended, const std::vector<std::size_t>& starts) {
  if (options_.paths == 0) return;
  std::vector<std::uint32_t> largest(result_.ends.size());
  for (std::uint32_t i = 0; i < largest.size(); ++i)
    largest[i] = i;
  std::stable_sort(largest.begin(), largest.end(), [&](std::uint32_t a, std::uint32_t b) {
    return result_.ends[a].amount > result_.ends[b].amount;
  });
  largest.resize(std::min<std::size_t>(largest.size(), options_.paths_end_points));
  for (const auto i : largest) {
    std::vector<std::uint32_t> items;
    for (auto e = starts[i]; e < starts[i + 1]; ++e)
      items.push_back(ended[e].item);
    add_widest_paths(graph_, options_, log_, items, result_.ends[i]);
  }
}

void Reporter::copy_outputs() {
  if (!options_.keep_outputs) return;
  const bool forward = options_.direction == TraceDirection::forward;
  for (const auto& item : log_.items) {
    TracedOutput out;
    if (item.kind == TraceItemKind::output) out.output = item.id;
    if (item.kind == TraceItemKind::outside) out.outside = item.id;
    const auto reached = item.visit == kNoVisit ? kNone : log_.visits[item.visit].tx;
    (forward ? out.created_by : out.spent_by) = reached;
    if (forward && reached == kNone) out.created_by = graph_.creator(item.id);
    out.address = item.address;
    out.value = item.value;
    out.amount = item.amount;
    out.hops = item.hops;
    out.end = item.end;
    out.least = item.least;
    result_.outputs.push_back(out);
  }
  for (const auto& visit : log_.visits)
    for (const auto i : log_.consumed_by(visit))
      (forward ? result_.outputs[i].spent_by : result_.outputs[i].created_by) = visit.tx;
}

TraceResult Reporter::report() {
  many_sources_ = log_.many_sources;
  std::vector<Ended> ended;
  for (std::uint32_t i = 0; i < log_.items.size(); ++i)
    if (log_.items[i].end != TraceEnd::followed) ended.push_back(classify(i));
  std::sort(ended.begin(), ended.end(), [](const Ended& a, const Ended& b) {
    return a.key() != b.key() ? a.key() < b.key()
                              : std::tie(a.address, a.item) < std::tie(b.address, b.item);
  });
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < ended.size(); ++i)
    if (i == 0 || ended[i].key() != ended[i - 1].key()) starts.push_back(i);
  starts.push_back(ended.size());
  for (std::size_t g = 0; g + 1 < starts.size(); ++g)
    gather({ended.data() + starts[g], starts[g + 1] - starts[g]});
  add_paths(ended, starts);
  std::stable_sort(
      result_.ends.begin(), result_.ends.end(),
      [](const TraceEndPoint& a, const TraceEndPoint& b) { return a.amount > b.amount; });
  copy_outputs();
  result_.started = log_.started;
  result_.tainted_started = log_.tainted_started;
  result_.joined = log_.joined;
  result_.partial = log_.partial;
  result_.transactions = log_.visits.size();
  result_.outputs_seen = log_.outputs_seen;
  result_.outputs_touched = log_.items.size();
  result_.edges = log_.edges;
  result_.edges_exhausted = log_.edges_exhausted;
  result_.clock_exhausted = log_.clock_exhausted;
  return std::move(result_);
}

}  // namespace

std::string_view name(TraceEnd end) {
  return kEndNames[static_cast<std::size_t>(end)];
}

TxIndex arrival_tx(const FlowGraph& graph, const TraceOptions& options, const TraceLog& log,
                   const TraceItem& item) {
  const bool forward = options.direction == TraceDirection::forward;
  if (item.kind != TraceItemKind::output) return log.visits[item.visit].tx;
  if (!forward) return graph.creator(item.id);
  if (item.end == TraceEnd::coinjoin) return graph.spender(item.id);
  return item.visit == kNoVisit ? graph.creator(item.id) : log.visits[item.visit].tx;
}

TraceResult report(const FlowGraph& graph, const TraceOptions& options, const TraceLog& log) {
  return Reporter(graph, options, log).report();
}

Result<TraceResult> trace(const FlowGraph& graph, std::span<const TraceOrigin> origins,
                          const TraceOptions& options) {
  TraceRun run(graph, options);
  CLEW_CHECK(run.run(origins));
  return report(graph, options, run.log());
}

}  // namespace clew::graph
