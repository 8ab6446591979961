// Random numbers that are the same on every machine: xoshiro256** seeded by SplitMix64 (Blackman
// and Vigna, "Scrambled linear pseudorandom number generators", 2018). No std:: distribution is
// used anywhere in this room, because the standard leaves their results to the library; and no call
// draws in two of its arguments, because it leaves their order to the compiler.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>

namespace clew::simulate {

// One step of SplitMix64: a good mixer of a counter or of a sum of keys.
constexpr std::uint64_t split_mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

class Rng {
 public:
  explicit Rng(std::uint64_t seed);
  std::uint64_t next();
  // Uniform in [0, n); n must not be 0. (Multiply and shift; the bias of n / 2^64 is of no matter.)
  std::uint64_t below(std::uint64_t n) {
    return static_cast<std::uint64_t>((static_cast<unsigned __int128>(next()) * n) >> 64);
  }
  // Uniform in [low, high].
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
  }
  bool percent(unsigned chance) { return below(100) < chance; }
  // A positive amount spread over the orders of magnitude up to `most`, as real payments are:
  // halving `most` up to `halvings` times is equally likely for each count.
  std::int64_t magnitude(std::int64_t most, unsigned halvings);
  void fill(std::uint8_t* out, std::size_t size);

  template <class Sequence>
  auto& pick(Sequence& sequence) {
    return sequence[below(std::size(sequence))];
  }
  // Fisher and Yates.
  template <class Sequence>
  void shuffle(Sequence& sequence) {
    using std::swap;
    for (std::size_t i = sequence.size(); i > 1; --i)
      swap(sequence[i - 1], sequence[below(i)]);
  }

 private:
  std::array<std::uint64_t, 4> state_;
};

}  // namespace clew::simulate
