#include "ledger/account/fan.h"

#include <algorithm>
#include <tuple>

#include "base/pipeline.h"
#include "ledger/account/segment_set.h"

namespace clew::account {

namespace {

// Worked off together, step by step, so that the misses of each step overlap.
constexpr std::size_t kProbes = 128, kEdges = 128;
// Handed over from thread to thread: so many edges at a time, and so many times before either
// waits.
constexpr std::size_t kBatchEdges = 64 * kEdges, kBatches = 32;

}  // namespace

bool Fan::read(std::span<const FanTask> tasks, const Visit& visit) {
  return tasks.size() < options_.beside_from ? read_here(tasks, visit) : read_beside(tasks, visit);
}

bool Fan::read_beside(std::span<const FanTask> tasks, const Visit& visit) {
  bool complete = false;
  Pipeline<FanEdge> pipeline(kBatches);
  const auto make = [&] {
    std::vector<FanEdge> batch;
    complete = read_here(tasks, [&](std::span<const FanEdge> edges) {
      batch.insert(batch.end(), edges.begin(), edges.end());
      if (batch.size() + kEdges > kBatchEdges) pipeline.put(batch);
    });
    pipeline.put(batch);
  };
  pipeline.run(make, [&](std::span<const FanEdge> batch) {
    for (std::size_t i = 0; i < batch.size(); i += kEdges)
      visit(batch.subspan(i, std::min(kEdges, batch.size() - i)));
  });
  return complete;
}

bool Fan::read_here(std::span<const FanTask> tasks, const Visit& visit) {
  const auto& segments = set_.by_height();
  for (std::uint32_t number = 0; number < segments.size(); ++number) {
    const auto* segment = segments[number];
    const auto begin = segment->id_base(), end = begin + segment->counts.transfer_count;
    for (const auto& task : tasks) {
      if (task.until <= begin || task.from >= end) continue;
      const auto id = task.address;
      if (id >= segment->counts.address_base) {
        if (id - segment->counts.address_base >= segment->counts.address_count) continue;
        segment->post.prefetch_own(id - segment->counts.address_base);
      } else {
        if (segment->post_directory.empty()) continue;
        segment->prefetch_directory(id);
      }
      probes_.push_back({segment, &task, number});
      if (probes_.size() == kProbes && !probe_all(visit)) return false;
    }
  }
  const bool complete = probe_all(visit);
  emit(visit);
  return complete;
}

bool Fan::probe_all(const Visit& visit) {
  find();
  bool complete = true;
  for (const auto& probe : probes_)
    complete = complete && pick(probe, visit);
  probes_.clear();
  if (!complete) emit(visit);
  return complete;
}

// Finds the entries of the probes' addresses; those that have none are dropped.
void Fan::find() {
  for (auto& probe : probes_) {
    const auto& s = *probe.segment;
    const auto id = probe.task->address;
    if (id >= s.counts.address_base) {
      std::tie(probe.begin, probe.end) = s.post.own_range(id - s.counts.address_base);
    } else {
      std::tie(probe.begin, probe.end) = s.directory_rows(id);
      s.post.prefetch_foreign(probe.begin);
    }
  }
  std::size_t kept = 0;
  for (auto& probe : probes_) {
    const auto& s = *probe.segment;
    const auto id = probe.task->address;
    if (id < s.counts.address_base) {
      probe.begin = s.post.find_foreign(id, probe.begin, probe.end);
      if (probe.begin == kNoRow) continue;
      s.post.prefetch_foreign_range(probe.begin);
    }
    probes_[kept++] = probe;
  }
  probes_.resize(kept);
  for (auto& probe : probes_) {
    const auto& s = *probe.segment;
    if (probe.task->address < s.counts.address_base)
      std::tie(probe.begin, probe.end) = s.post.foreign_range(probe.begin);
    s.post.prefetch_entry(probe.begin);
    s.post_other.prefetch(probe.begin);
  }
}

bool Fan::pick(const Probe& probe, const Visit& visit) {
  const auto& s = *probe.segment;
  const auto& task = *probe.task;
  const auto base = s.id_base();
  auto [begin, end] = std::pair(probe.begin, probe.end);
  if (task.from > base) begin = s.first_posting(begin, end, task.from - base);
  if (task.until - base < s.counts.transfer_count)
    end = s.first_posting(begin, end, task.until - base);
  const auto allowed = options_.postings_max - std::min(passed_, options_.postings_max);
  const bool cut = end - begin > allowed;
  if (cut) end = begin + static_cast<std::uint32_t>(allowed);
  passed_ += end - begin;
  const auto* entries = s.post.entries(begin, end);
  const std::uint32_t wanted = options_.side == WalkSide::sent ? 1 : 0;
  const auto* others = s.post_other.range(begin, end);
  for (std::size_t i = 0; i < end - begin; ++i) {
    const auto entry = load_le<std::uint32_t>(entries + i * 4);
    if ((entry & 1) != wanted) continue;
    edges_.push_back({base + (entry >> 1), load_le<std::uint32_t>(others + i * 4), probe.number});
    if (edges_.size() == kEdges) emit(visit);
  }
  return !cut;
}

void Fan::emit(const Visit& visit) {
  if (!edges_.empty()) visit(edges_);
  edges_.clear();
}

AssetId Fan::asset(const FanEdge& edge) const {
  return set_.by_height()[edge.segment]->transfer_asset[static_cast<std::uint32_t>(edge.transfer)];
}
void Fan::prefetch_asset(const FanEdge& edge) const {
  set_.by_height()[edge.segment]->transfer_asset.prefetch(
      static_cast<std::uint32_t>(edge.transfer));
}

}  // namespace clew::account
