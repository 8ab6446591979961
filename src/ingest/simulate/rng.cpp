#include "ingest/simulate/rng.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace clew::simulate {

Rng::Rng(std::uint64_t seed) {
  for (auto& word : state_) {
    word = split_mix(seed);
    seed += 0x9e3779b97f4a7c15;
  }
}

std::uint64_t Rng::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

std::int64_t Rng::magnitude(std::int64_t most, unsigned halvings) {
  const std::int64_t top = std::max<std::int64_t>(most >> below(halvings + 1), 2);
  return between(top / 2, top);
}

void Rng::fill(std::uint8_t* out, std::size_t size) {
  for (std::size_t done = 0; done < size; done += 8) {
    const std::uint64_t word = next();
    for (std::size_t i = 0; i < 8 && done + i < size; ++i)
      out[done + i] = static_cast<std::uint8_t>(word >> (8 * i));
  }
}

}  // namespace clew::simulate
