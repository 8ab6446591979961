#include "ingest/simulate/fifo.h"

#include <algorithm>

namespace clew::simulate {
namespace {

// Appends a stain, joined to the one before it if they touch.
void add(Stains& stains, Stain stain) {
  for (auto it = stains.rbegin(); it != stains.rend(); ++it) {
    if (it->trail != stain.trail) continue;
    if (it->start + it->length == stain.start) {
      it->length += stain.length;
      return;
    }
    break;
  }
  stains.push_back(stain);
}

// The part of `stain` that lies in [from, from + size), counted from `from`.
void cut(Stains& out, const Stain& stain, std::int64_t from, std::int64_t size) {
  const std::int64_t first = std::max(stain.start, from);
  const std::int64_t last = std::min(stain.start + stain.length, from + size);
  if (first < last) add(out, {stain.trail, first - from, last - first});
}

}  // namespace

Carried carry_fifo(std::span<const Coin> inputs, std::span<const Payment> outputs) {
  Stains all;
  std::int64_t total = 0;
  for (const Coin& coin : inputs) {
    if (coin.stains)
      for (const Stain& s : *coin.stains)
        add(all, {s.trail, total + s.start, s.length});
    total += coin.value;
  }
  Carried carried;
  carried.outputs.resize(outputs.size());
  std::int64_t position = 0;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    for (const Stain& s : all)
      cut(carried.outputs[i], s, position, outputs[i].value);
    position += outputs[i].value;
  }
  for (const Stain& s : all)
    cut(carried.fee, s, position, total - position);
  return carried;
}

std::int64_t stained(const Stains& stains, std::uint32_t trail) {
  std::int64_t sum = 0;
  for (const Stain& s : stains)
    if (s.trail == trail) sum += s.length;
  return sum;
}

}  // namespace clew::simulate
