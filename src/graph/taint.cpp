#include "graph/taint.h"

#include <algorithm>
#include <array>

namespace clew::graph {

namespace {

constexpr std::array<std::string_view, 5> kNames = {"poison", "haircut", "fifo", "lifo", "tiho"};

void lay_in_order(std::vector<TaintSlot>& slots) {
  std::int64_t at = 0;
  for (auto& slot : slots) {
    slot.start = at;
    at += slot.length;
  }
}

}  // namespace

std::string_view name(TaintPolicy policy) {
  return kNames[static_cast<std::size_t>(policy)];
}

std::optional<TaintPolicy> find_policy(std::string_view name) {
  const auto* found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<TaintPolicy>(found - kNames.begin());
}

bool TaintLine::add_up(std::span<const std::int64_t> inputs,
                       std::span<const std::int64_t> outputs) {
  total = paid = missing = 0;
  missing_input = 0;
  has_unknown = false;
  for (const auto value : outputs) {
    if (value < 0 || value > kMoneyMax - paid) return false;
    paid += value;
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i] == kUnknownValue) {
      if (!has_unknown) missing_input = static_cast<std::uint32_t>(i);
      has_unknown = true;
      continue;
    }
    if (inputs[i] < 0 || inputs[i] > kMoneyMax - total) return false;
    total += inputs[i];
  }
  if (total < paid) {
    if (!has_unknown) return false;
    missing = paid - total;
    total = paid;
  }
  return true;
}

bool TaintLine::lay(std::span<const std::int64_t> inputs, std::span<const std::int64_t> outputs,
                    TraceDirection direction, TaintPolicy policy) {
  from_start.clear();
  to.clear();
  if (!add_up(inputs, outputs)) return false;
  const bool forward = direction == TraceDirection::forward;
  const auto input_length = [&](std::size_t i) {
    if (inputs[i] != kUnknownValue) return inputs[i];
    return i == missing_input ? missing : 0;
  };
  std::int64_t at = 0;
  for (std::size_t i = 0; i < (forward ? inputs.size() : outputs.size()); ++i) {
    from_start.push_back(at);
    at += forward ? input_length(i) : outputs[i];
  }
  for (std::size_t i = 0; i < (forward ? outputs.size() : inputs.size()); ++i)
    to.push_back({0, forward ? outputs[i] : input_length(i), static_cast<std::uint32_t>(i)});
  if (policy == TaintPolicy::tiho)
    std::stable_sort(to.begin(), to.end(),
                     [](const TaintSlot& a, const TaintSlot& b) { return a.length > b.length; });
  if (forward && total > paid)
    to.push_back({0, total - paid, static_cast<std::uint32_t>(outputs.size())});
  lay_in_order(to);
  return true;
}

TaintPlacer::TaintPlacer(const TaintLine& line, TaintPolicy policy, std::vector<TaintSegment>& out)
    : line_(line), policy_(policy), out_(out) {
  out_.clear();
}

void TaintPlacer::place(std::uint32_t item, std::uint32_t from, const TaintSegment& segment) {
  auto start = line_.from_start[item] + segment.start;
  if (policy_ == TaintPolicy::lifo) start = line_.total - start - segment.length;
  if (policy_ == TaintPolicy::tiho) {
    start = packed_;
    packed_ += segment.length;
  }
  out_.push_back({start, segment.length, segment.source, from});
}

void TaintPlacer::take() {
  if (policy_ == TaintPolicy::lifo) std::reverse(out_.begin(), out_.end());
}

void apportion(std::int64_t amount, std::span<const TaintSlot> slots, std::int64_t total,
               std::vector<std::int64_t>& shares) {
  shares.resize(slots.size());
  std::int64_t left = amount;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    shares[i] = amount == total ? slots[i].length : mul_div(amount, slots[i].length, total);
    left -= shares[i];
  }
  if (left == 0) return;
  struct Remainder {
    std::int64_t size;
    std::uint32_t slot;
  };
  // Fewer satoshis are left than there are slots with a remainder.
  std::vector<Remainder> remainders;
  remainders.reserve(slots.size());
  for (std::size_t i = 0; i < slots.size(); ++i) {
    __extension__ using Wide = unsigned __int128;
    const auto product = static_cast<Wide>(amount) * static_cast<Wide>(slots[i].length);
    const auto rest = static_cast<std::int64_t>(product - static_cast<Wide>(shares[i]) *
                                                              static_cast<Wide>(total));
    if (rest > 0) remainders.push_back({rest, static_cast<std::uint32_t>(i)});
  }
  const auto last = remainders.begin() + left;
  std::nth_element(remainders.begin(), last, remainders.end(),
                   [](const Remainder& a, const Remainder& b) {
                     return a.size != b.size ? a.size > b.size : a.slot < b.slot;
                   });
  for (auto it = remainders.begin(); it != last; ++it)
    ++shares[it->slot];
}

}  // namespace clew::graph
