#include "ledger/account/fan_reader.h"

#include <tuple>

namespace clew::account {

namespace {

// Worked off together, step by step, so that the misses of each step overlap.
constexpr std::size_t kProbes = 128;

}  // namespace

bool FanReader::read(const Segment& segment, std::uint32_t number, std::span<const FanTask> tasks,
                     std::uint64_t postings_max, const Visit& visit) {
  segment_ = &segment;
  number_ = number;
  postings_max_ = postings_max;
  passed_ = 0;
  probes_.clear();  // of a call that was ended by what it threw
  edges_.clear();
  const auto begin = segment.id_base(), end = begin + segment.counts.transfer_count;
  for (const auto& task : tasks) {
    if (task.until <= begin || task.from >= end) continue;
    const auto id = task.address;
    if (id >= segment.counts.address_base) {
      if (id - segment.counts.address_base >= segment.counts.address_count) continue;
      segment.post.prefetch_own(id - segment.counts.address_base);
    } else {
      if (segment.post_directory.empty()) continue;
      segment.prefetch_directory(id);
    }
    probes_.push_back({&task});
    if (probes_.size() == kProbes && !probe_all(visit)) return false;
  }
  const bool complete = probe_all(visit);
  emit(visit);
  return complete;
}

bool FanReader::probe_all(const Visit& visit) {
  find();
  bool complete = true;
  for (const auto& probe : probes_)
    complete = complete && pick(probe, visit);
  probes_.clear();
  if (!complete) emit(visit);
  return complete;
}

// Finds the entries of the probes' addresses; those that have none are dropped.
void FanReader::find() {
  const auto& s = *segment_;
  for (auto& probe : probes_) {
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
    if (probe.task->address < s.counts.address_base)
      std::tie(probe.begin, probe.end) = s.post.foreign_range(probe.begin);
    s.post.prefetch_entry(probe.begin);
    s.post_other.prefetch(probe.begin);
  }
}

bool FanReader::pick(const Probe& probe, const Visit& visit) {
  const auto& s = *segment_;
  const auto& task = *probe.task;
  const auto base = s.id_base();
  auto [begin, end] = std::pair(probe.begin, probe.end);
  if (task.from > base) begin = s.first_posting(begin, end, task.from - base);
  if (task.until - base < s.counts.transfer_count)
    end = s.first_posting(begin, end, task.until - base);
  const auto allowed = postings_max_ - passed_;
  const bool cut = end - begin > allowed;
  if (cut) end = begin + static_cast<std::uint32_t>(allowed);
  passed_ += end - begin;
  const auto* entries = s.post.entries(begin, end);
  const std::uint32_t wanted = side_ == WalkSide::sent ? 1 : 0;
  const auto* others = s.post_other.range(begin, end);
  for (std::size_t i = 0; i < end - begin; ++i) {
    const auto entry = load_le<std::uint32_t>(entries + i * 4);
    if ((entry & 1) != wanted) continue;
    edges_.push_back({base + (entry >> 1), load_le<std::uint32_t>(others + i * 4), number_});
    if (edges_.size() == kEdges) emit(visit);
  }
  return !cut;
}

void FanReader::emit(const Visit& visit) {
  if (!edges_.empty()) visit(edges_);
  edges_.clear();
}

}  // namespace clew::account
