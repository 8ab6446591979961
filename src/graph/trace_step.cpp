#include "graph/trace_step.h"

#include <algorithm>

#include "graph/trace_run.h"

namespace clew::graph {

bool TraceStep::load(TxIndex tx) {
  graph_.load(tx, tx_);
  return line_.lay(tx_.input_values, tx_.output_values, direction_, policy_);
}

bool TraceStep::arrange(std::vector<std::uint32_t>& items, const TraceLog& log) {
  positions_.clear();
  if (direction_ == TraceDirection::backward) {
    std::sort(items.begin(), items.end(),
              [&](std::uint32_t a, std::uint32_t b) { return log.items[a].id < log.items[b].id; });
    for (const auto i : items)
      positions_.push_back(static_cast<std::uint32_t>(log.items[i].id - tx_.shape.first_output));
    return positions_.back() < tx_.shape.output_count;
  }
  if (items.size() == 1) {
    const auto found = std::find(tx_.spent.begin(), tx_.spent.end(), log.items[items[0]].id);
    positions_.push_back(static_cast<std::uint32_t>(found - tx_.spent.begin()));
    return found != tx_.spent.end();
  }
  wanted_.clear();
  for (const auto i : items)
    wanted_.emplace_back(log.items[i].id, i);
  std::sort(wanted_.begin(), wanted_.end());
  items.clear();
  for (std::uint32_t i = 0; i < tx_.spent.size() && items.size() < wanted_.size(); ++i) {
    const auto found =
        std::lower_bound(wanted_.begin(), wanted_.end(), std::pair(tx_.spent[i], std::uint32_t{0}));
    if (found == wanted_.end() || found->first != tx_.spent[i]) continue;
    items.push_back(found->second);
    positions_.push_back(i);
  }
  if (items.size() == wanted_.size()) return true;
  items.clear();
  for (const auto& [output, item] : wanted_)
    items.push_back(item);
  return false;
}

std::span<const TaintSegment> TraceStep::place(std::span<const std::uint32_t> items,
                                               const TraceLog& log) {
  TaintPlacer placer(line_, policy_, placed_);
  for (std::size_t i = 0; i < items.size(); ++i)
    log.each_segment(log.items[items[i]], [&](const TaintSegment& s) {
      placer.place(positions_[i], static_cast<std::uint32_t>(i), s);
    });
  placer.take();
  return placed_;
}

// The number of the slot's item, which is an output (forward) or an input (backward).
std::uint32_t TraceStep::position_of(const TraceItem& item) const {
  if (item.kind == TraceItemKind::fee) return tx_.shape.output_count;
  if (item.kind == TraceItemKind::outside)
    return static_cast<std::uint32_t>(item.id - tx_.shape.first_input);
  if (direction_ == TraceDirection::forward)
    return static_cast<std::uint32_t>(item.id - tx_.shape.first_output);
  const auto found = std::find(tx_.spent.begin(), tx_.spent.end(), item.id);
  return static_cast<std::uint32_t>(found - tx_.spent.begin());
}

const TaintSlot* TraceStep::slot_of(const TraceItem& item) const {
  const auto position = position_of(item);
  const auto found = std::find_if(line_.to.begin(), line_.to.end(),
                                  [&](const TaintSlot& s) { return s.item == position; });
  return found == line_.to.end() ? nullptr : &*found;
}

std::vector<TraceShare> TraceStep::segment_shares(const TraceItem& target, const TraceLog& log) {
  const auto items = log.consumed_by(log.visits[target.visit]);
  std::vector<TraceShare> shares;
  const auto* slot = slot_of(target);
  if (slot == nullptr) return shares;
  TaintCutter(place(items, log)).cut(*slot, [&](const TaintSegment& s) {
    if (shares.empty() || shares.back().item != items[s.from]) shares.push_back({items[s.from], 0});
    shares.back().amount += s.length;
  });
  return shares;
}

std::vector<TraceShare> TraceStep::proportional_shares(const TraceItem& target,
                                                       const TraceLog& log) const {
  const auto items = log.consumed_by(log.visits[target.visit]);
  const bool poison = policy_ == TaintPolicy::poison;
  std::int64_t total = 0;
  for (const auto i : items)
    total += log.items[i].amount;
  std::vector<TraceShare> shares;
  for (const auto i : items) {
    const auto& from = log.items[i];
    if (poison)
      shares.push_back({i, std::min(from.value, target.value)});
    else if (total > 0)
      shares.push_back({i, mul_div(target.amount, from.amount, total)});
  }
  const auto all_zero =
      std::all_of(shares.begin(), shares.end(), [](const TraceShare& s) { return s.amount == 0; });
  if (!all_zero) std::erase_if(shares, [](const TraceShare& s) { return s.amount == 0; });
  return shares;
}

std::vector<TraceShare> TraceStep::shares_of(const TraceItem& target, const TraceLog& log) {
  if (!moves_segments(policy_)) return proportional_shares(target, log);
  const auto& visit = log.visits[target.visit];
  const auto consumed = log.consumed_by(visit);
  std::vector<std::uint32_t> items(consumed.begin(), consumed.end());
  if (!load(visit.tx) || !arrange(items, log)) return {};
  return segment_shares(target, log);
}

}  // namespace clew::graph
