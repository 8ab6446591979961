#include "graph/trace_run.h"

#include <algorithm>
#include <bit>

namespace clew::graph {

namespace {

constexpr std::uint64_t kClockEvery = 256;      // visits between two looks at the clock
constexpr std::uint64_t kRowsMax = 0xffff0000;  // items and segments are numbered with 32 bits

// More of the vectors' memory than this is not set aside beforehand.
constexpr std::uint64_t kReserveMax = 1 << 12;

std::uint64_t filter_bit(OutputId output, std::size_t size) {
  return (output * 0x9e3779b97f4a7c15) >> 32 & (size - 1);
}

// The amounts that are not below any other in both width and amount: enough to find, for any share
// of the total, the widest way there.
std::vector<std::pair<std::int64_t, std::int64_t>> widest_sources(
    std::span<const std::uint32_t> group, std::span<const TraceItem> items) {
  std::vector<std::pair<std::int64_t, std::int64_t>> front;
  for (const auto i : group)
    front.emplace_back(items[i].width, items[i].amount);
  std::sort(front.begin(), front.end(), std::greater<>());
  std::size_t kept = 0;
  for (const auto& candidate : front)
    if (kept == 0 || candidate.second > front[kept - 1].second) front[kept++] = candidate;
  front.resize(kept);
  return front;
}

}  // namespace

TraceRun::TraceRun(const FlowGraph& graph, const TraceOptions& options)
    : graph_(graph),
      options_(options),
      forward_(options.direction == TraceDirection::forward),
      step_(graph, options.direction, options.policy) {}

std::uint64_t TraceRun::key(TxIndex tx) const {
  const auto order = graph_.order(tx);
  return forward_ ? order : ~order;
}

Result<void> TraceRun::run(std::span<const TraceOrigin> origins) {
  if (options_.clock_us) clock_start_us_ = options_.clock_us();
  CLEW_CHECK(begin(origins));
  const auto soon = [&](const TracePending& p) { __builtin_prefetch(&log_.items[p.item]); };
  while (!pending_.empty()) {
    const auto& taken = pending_.take(soon);
    const auto tx = taken.front().tx;
    current_key_ = taken.front().key;
    group_.clear();
    for (const auto& p : taken)
      group_.push_back(p.item);
    visit(tx);
  }
  std::sort(log_.partial.begin(), log_.partial.end());
  return {};
}

Result<void> TraceRun::begin(std::span<const TraceOrigin> origins) {
  if (origins.empty()) return fail(ErrorKind::usage, "a trace needs at least one origin output");
  const auto reserve = std::min(options_.edges_max, kReserveMax) + origins.size();
  log_.items.reserve(reserve);
  log_.consumed.reserve(reserve);
  origins_.reserve(origins.size());
  origin_filter_.assign(std::bit_ceil(origins.size() * 16), false);
  for (const auto& origin : origins) {
    const auto value = graph_.value(origin.output);
    if (value < 0 || value > kMoneyMax - log_.started)
      return fail(ErrorKind::data, "the origins' amounts exceed what a chain can hold");
    const auto index = static_cast<std::uint32_t>(log_.items.size());
    if (!origins_.emplace(origin.output, index).second) continue;
    origin_filter_[filter_bit(origin.output, origin_filter_.size())] = true;
    TraceItem item;
    item.id = origin.output;
    item.amount = item.value = item.width = value;
    item.address = graph_.address(origin.output);
    if (value > 0 && moves_segments(options_.policy)) {
      item.segment_count = 1;
      item.segment = origin.source;
      log_.many_sources |= origin.source != origins.front().source;
    }
    log_.started += value;
    log_.items.push_back(item);
  }
  log_.tainted_started = log_.started;
  for (std::uint32_t i = 0; i < log_.items.size(); ++i)
    schedule(i);
  return {};
}

// Ends the item or puts it before the transaction that takes it further.
void TraceRun::schedule(std::uint32_t index) {
  TxIndex next = kNone;
  auto& item = log_.items[index];
  if (item.end == TraceEnd::followed) item.end = judge(item, next);
  if (item.end != TraceEnd::followed) return;
  pending_.push({key(next), next, index});
}

TraceEnd TraceRun::judge(const TraceItem& item, TxIndex& next) const {
  if (item.visit != kNoVisit && options_.service && item.address != kNoAddress &&
      options_.service(item.address))
    return TraceEnd::service;
  if (item.kind == TraceItemKind::outside) return TraceEnd::outside;
  if (forward_) {
    next = graph_.spender(item.id);
    if (next == kNone)
      return item.address == kNoAddress && graph_.unspendable(item.id) ? TraceEnd::burnt
                                                                       : TraceEnd::unspent;
  } else {
    next = graph_.creator(item.id);
    if (graph_.shape(next).coinbase) return TraceEnd::mined;
  }
  return judge_next(item, next);
}

TraceEnd TraceRun::judge_next(const TraceItem& item, TxIndex next) const {
  if (item.hops >= options_.hops_max) return TraceEnd::hops;
  const auto size = options_.policy == TaintPolicy::poison ? item.value : item.amount;
  if (size < options_.value_min) return TraceEnd::value;
  if (item.segment_count > options_.intervals_max) return TraceEnd::intervals;
  // A chain cannot have it so; without this a damaged link could be followed in a circle.
  if (item.visit != kNoVisit && key(next) <= current_key_) return TraceEnd::unsound;
  if (!options_.window.is_open() && !options_.window.holds(graph_.when(next)))
    return TraceEnd::time;
  return TraceEnd::followed;
}

void TraceRun::end_group(TraceEnd end) {
  for (const auto i : group_)
    log_.items[i].end = end;
}

void TraceRun::end_everything(TraceEnd end) {
  end_group(end);
  pending_.clear([&](const TracePending& p) { log_.items[p.item].end = end; });
}

// Whether the budgets allow the visit; if not, the trace is over.
bool TraceRun::afford(const FlowShape& shape) {
  auto cost = std::uint64_t{shape.input_count} + shape.output_count;
  for (const auto i : group_)
    cost += log_.items[i].segment_count;
  const bool full = std::max(log_.items.size(), log_.segments.size()) + cost > kRowsMax;
  if (full || cost > options_.edges_max - std::min(log_.edges, options_.edges_max)) {
    log_.edges_exhausted = true;
    end_everything(TraceEnd::edges);
    return false;
  }
  log_.edges += cost;
  if (options_.clock_us && checks_++ % kClockEvery == 0 &&
      options_.clock_us() - clock_start_us_ > options_.clock_budget_us) {
    log_.clock_exhausted = true;
    end_everything(TraceEnd::clock);
    return false;
  }
  return true;
}

void TraceRun::visit(TxIndex tx) {
  if (options_.coinjoin && options_.coinjoin(tx)) return end_group(TraceEnd::coinjoin);
  if (!afford(graph_.shape(tx))) return;
  if (!step_.load(tx) || !step_.arrange(group_, log_)) return end_group(TraceEnd::unsound);
  if (step_.line().has_unknown) log_.partial.push_back(tx);

  const auto& shape = step_.tx().shape;
  log_.outputs_seen += forward_ ? shape.output_count : shape.input_count;
  log_.visits.push_back({tx, static_cast<std::uint32_t>(log_.consumed.size()),
                         static_cast<std::uint32_t>(group_.size())});
  log_.consumed.insert(log_.consumed.end(), group_.begin(), group_.end());
  group_hops_ = 0xffffffff;
  for (const auto i : group_)
    group_hops_ = std::min(group_hops_, log_.items[i].hops);
  moves_segments(options_.policy) ? move_segments() : move_shares();
}

void TraceRun::move_segments() {
  TaintCutter cutter(step_.place(group_, log_));
  for (const auto& slot : step_.line().to) {
    TraceItem item;
    std::uint32_t run_from = kNoVisit;
    std::int64_t run = 0;
    const auto end_run = [&] {
      if (run > 0)
        item.width = std::max(item.width, std::min(run, log_.items[group_[run_from]].width));
    };
    cut_.clear();
    cutter.cut(slot, [&](const TaintSegment& s) {
      if (s.from != run_from) {
        end_run();
        run_from = s.from;
        run = 0;
      }
      run += s.length;
      item.amount += s.length;
      if (!cut_.empty() && cut_.back().source == s.source &&
          cut_.back().start + cut_.back().length == s.start)
        cut_.back().length += s.length;
      else
        cut_.push_back({s.start, s.length, s.source, 0});
    });
    end_run();
    if (item.amount > 0) settle(slot, item);
  }
}

void TraceRun::move_shares() {
  const bool poison = options_.policy == TaintPolicy::poison;
  const auto& line = step_.line();
  std::int64_t amount = 0, tainted = 0, width = 0;
  for (const auto i : group_) {
    amount += log_.items[i].amount;
    tainted += log_.items[i].value;
    width = std::max(width, log_.items[i].width);
  }
  if (poison) log_.joined += line.total - tainted;
  if (line.total == 0) return;
  apportion(amount, line.to, line.total, shares_);
  const auto sources = widest_sources(group_, log_.items);
  for (std::size_t i = 0; i < line.to.size(); ++i) {
    const auto& slot = line.to[i];
    const bool unknown =
        !forward_ && line.has_unknown && step_.tx().input_values[slot.item] == kUnknownValue;
    if (poison ? slot.length == 0 && !unknown : shares_[i] == 0) continue;
    TraceItem item;
    item.amount = shares_[i];
    if (poison)
      item.width = std::min(width, slot.length);
    else
      for (const auto& [source_width, source_amount] : sources)
        item.width = std::max(item.width,
                              std::min(source_width, mul_div(item.amount, source_amount, amount)));
    settle(slot, item);
  }
}

// Keeps cut_ as the item's segments.
void TraceRun::store_segments(TraceItem& item) {
  item.segment_count = static_cast<std::uint32_t>(cut_.size());
  if (cut_.size() == 1) {
    item.start = cut_.front().start;
    item.segment = cut_.front().source;
  } else {
    item.segment = static_cast<std::uint32_t>(log_.segments.size());
    log_.segments.insert(log_.segments.end(), cut_.begin(), cut_.end());
  }
}

// Records what reached a slot; cut_ has its segments.
void TraceRun::settle(const TaintSlot& slot, TraceItem& item) {
  const auto& tx = step_.tx();
  item.value = slot.length;
  item.visit = static_cast<std::uint32_t>(log_.visits.size() - 1);
  item.hops = group_hops_ + 1;
  if (forward_ && slot.item == tx.shape.output_count) {
    item.kind = TraceItemKind::fee;
    item.end = TraceEnd::fee;
    item.least = step_.line().has_unknown;
  } else if (forward_) {
    item.id = tx.shape.first_output + slot.item;
  } else {
    item.id = tx.spent[slot.item];
    if (item.id == kNone) {
      item.kind = TraceItemKind::outside;
      item.id = tx.shape.first_input + slot.item;
      item.least = tx.input_values[slot.item] == kUnknownValue;
    }
  }
  if (item.kind == TraceItemKind::output) {
    if (merge_into_origin(item)) return;
    item.address = graph_.address(item.id);
  } else if (item.kind == TraceItemKind::outside) {
    item.address = graph_.input_address(item.id);
  }
  store_segments(item);
  log_.items.push_back(item);
  schedule(static_cast<std::uint32_t>(log_.items.size() - 1));
}

// Value that comes back to an origin started already: the origin starts only the rest of its own.
// False if the output is not an origin.
bool TraceRun::merge_into_origin(const TraceItem& arrived) {
  if (!origin_filter_[filter_bit(arrived.id, origin_filter_.size())]) return false;
  const auto found = origins_.find(arrived.id);
  if (found == origins_.end()) return false;
  auto& origin = log_.items[found->second];
  log_.started -= arrived.amount;
  log_.tainted_started -= origin.value;
  if (cut_.empty()) return true;
  std::vector<TaintSegment> arrivals;
  arrivals.swap(cut_);
  std::int64_t at = 0;
  const auto add = [&](std::int64_t start, std::int64_t length, std::uint32_t source) {
    if (length == 0) return;
    if (!cut_.empty() && cut_.back().source == source)
      cut_.back().length += length;
    else
      cut_.push_back({start, length, source, 0});
  };
  const auto own_source = origin.segment;
  for (const auto& s : arrivals) {
    add(at, s.start - at, own_source);
    add(s.start, s.length, s.source);
    at = s.start + s.length;
  }
  add(at, origin.value - at, own_source);
  store_segments(origin);
  return true;
}

}  // namespace clew::graph
