#include "chain/evm/log_blooms.h"

#include <algorithm>
#include <bit>

#include "base/keccak.h"

namespace clew::evm {
namespace {

// Of an address or topic. Addresses and numbers lie at the end of a topic, names at its beginning.
std::size_t slot_of(ByteView value, std::size_t slots) {
  constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15;  // 2^64 over the golden ratio
  const auto head = load_le<std::uint64_t>(value.data());
  const auto tail = load_le<std::uint64_t>(value.data() + value.size() - sizeof head);
  return ((std::rotl(head, 32) ^ tail) * kOdd >> 32) % slots;
}

}  // namespace

std::uint32_t LogBlooms::place_of(ByteView value) {
  std::uint32_t& slot = slots_[slot_of(value, kSlots)];
  if (slot != kNone && std::ranges::equal(values_[slot], value)) return slot;
  slot = static_cast<std::uint32_t>(values_.size());
  values_.push_back(value);
  return slot;
}

void LogBlooms::hash(std::span<const Log> logs) {
  slots_.fill(kNone);
  values_.clear();
  items_.clear();
  starts_.clear();
  for (const Log& log : logs) {
    starts_.push_back(static_cast<std::uint32_t>(items_.size()));
    items_.push_back(place_of(log.address));
    for (const Hash256& topic : log.topic_list())
      items_.push_back(place_of(topic));
  }
  starts_.push_back(static_cast<std::uint32_t>(items_.size()));
  digests_.resize(values_.size());
  keccak256_many(values_, digests_);
}

Bloom LogBlooms::of(std::uint32_t first, std::uint32_t count) const {
  Bloom bloom{};
  for (std::uint32_t i = starts_[first]; i < starts_[first + count]; ++i)
    add_to_bloom(bloom, digests_[items_[i]]);
  return bloom;
}

}  // namespace clew::evm
