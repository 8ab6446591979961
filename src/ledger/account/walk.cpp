#include "ledger/account/walk.h"

#include <algorithm>

#include "ledger/account/segment_set.h"

namespace clew::account {
Walk::Walk(const SegmentSet& set, AddressId address, const WalkOptions& options)
    : set_(&set), address_(address), options_(options) {
  const auto& segments = set.by_height();
  if (segments.empty() || options.from >= options.until) {
    set_ = nullptr;
    return;
  }
  const auto first = segments.front()->id_base();
  if (!options.back)
    next_segment_ = options.from <= first ? 0 : set.position_of(options.from);
  else
    next_segment_ = options.until <= first ? 0 : set.position_of(options.until - 1) + 1;
}

bool Walk::enter() {
  if (set_ == nullptr) return false;
  const auto& segments = set_->by_height();
  while (options_.back ? next_segment_ > 0 : next_segment_ < segments.size()) {
    segment_ = segments[options_.back ? --next_segment_ : next_segment_++];
    const auto base = segment_->id_base();
    const auto rows = segment_->counts.transfer_count;
    if (options_.back ? base + rows <= options_.from : base >= options_.until) return false;
    auto [begin, end] = segment_->postings(address_);
    if (begin == end) continue;
    if (options_.from > base) begin = segment_->first_posting(begin, end, options_.from - base);
    if (options_.until - base < rows)
      end = segment_->first_posting(begin, end, options_.until - base);
    if (begin == end) continue;
    entries_ = segment_->post.entries(begin, end);
    at_ = 0;
    end_ = end - begin;
    return true;
  }
  return false;
}

// Takes entries of the side that is asked for, and begins to fetch what is known of them.
std::size_t Walk::pick(std::span<Passage> out, std::uint64_t passed_max) {
  std::size_t count = 0;
  const auto& s = *segment_;
  const auto base = s.id_base();
  while (count < out.size() && at_ < end_ && passed_ < passed_max) {
    const auto i = options_.back ? --end_ : at_++;
    ++passed_;
    const auto entry = load_le<std::uint32_t>(entries_ + std::size_t{i} * 4);
    const bool sends = (entry & 1) != 0;
    if (options_.side == (sends ? WalkSide::received : WalkSide::sent)) continue;
    const auto row = entry >> 1;
    s.transfer_asset.prefetch(row);
    (sends ? s.transfer_to : s.transfer_from).prefetch(row);
    if (options_.values) s.transfer_value.prefetch(row);
    out[count].transfer = base + row;
    out[count].sends = sends;
    ++count;
  }
  return count;
}

// Keeps those of the asset and completes them.
std::size_t Walk::fill(std::span<Passage> out) const {
  std::size_t kept = 0;
  const auto& s = *segment_;
  for (const auto& picked : out) {
    const auto row = static_cast<std::uint32_t>(picked.transfer);
    const auto asset = s.transfer_asset[row];
    if (options_.asset && asset != *options_.asset) continue;
    auto& passage = out[kept++];
    passage.transfer = picked.transfer;
    passage.sends = picked.sends;
    passage.asset = asset;
    passage.other = passage.sends ? s.transfer_to[row] : s.transfer_from[row];
    if (options_.values) passage.value = s.value(row);
  }
  return kept;
}

std::size_t Walk::read(std::span<Passage> out, std::uint64_t postings_max) {
  const auto passed_max = passed_ + std::min(postings_max, kNone - passed_);
  std::size_t count = 0;
  while (count < out.size() && !ended_) {
    if (at_ == end_ && !enter()) {
      ended_ = true;
    } else {
      if (passed_ == passed_max) break;
      const auto rest = out.subspan(count);
      count += fill(rest.first(pick(rest, passed_max)));
    }
  }
  return count;
}

}  // namespace clew::account
