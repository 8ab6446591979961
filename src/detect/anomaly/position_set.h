// A set of numbers below a bound that finds neighbours quickly: a bit a number, above it a bit for
// each word of 64 that is not empty, and so on up to one word (van Emde Boas's idea with fixed fan
// out). Every operation looks at a few words of each level, of which a million numbers have four.
// Internal to this folder.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

namespace clew::anomaly {

class PositionSet {
 public:
  explicit PositionSet(std::uint32_t bound) {
    std::size_t words = bound;
    do {
      words = words / 64 + 1;
      levels_.emplace_back(words);
    } while (words > 1);
  }

  bool contains(std::uint32_t n) const { return (levels_[0][n / 64] >> (n % 64) & 1) != 0; }

  void insert(std::uint32_t n) {
    for (auto& level : levels_) {
      std::uint64_t& word = level[n / 64];
      const bool was_empty = word == 0;
      word |= std::uint64_t{1} << (n % 64);
      ++steps_;
      if (!was_empty) return;
      n /= 64;
    }
  }

  void erase(std::uint32_t n) {
    for (auto& level : levels_) {
      std::uint64_t& word = level[n / 64];
      word &= ~(std::uint64_t{1} << (n % 64));
      ++steps_;
      if (word != 0) return;
      n /= 64;
    }
  }

  // The smallest above `n`, the largest below `n`.
  std::optional<std::uint32_t> next(std::uint32_t n) const {
    for (std::size_t height = 0; height < levels_.size(); ++height, n /= 64) {
      ++steps_;
      const std::uint64_t above = levels_[height][n / 64] & (~std::uint64_t{1} << (n % 64));
      if (above == 0) continue;
      n = n / 64 * 64 + static_cast<std::uint32_t>(std::countr_zero(above));
      for (; height > 0; --height, ++steps_)
        n = n * 64 + static_cast<std::uint32_t>(std::countr_zero(levels_[height - 1][n]));
      return n;
    }
    return std::nullopt;
  }
  std::optional<std::uint32_t> previous(std::uint32_t n) const {
    for (std::size_t height = 0; height < levels_.size(); ++height, n /= 64) {
      ++steps_;
      const std::uint64_t below = levels_[height][n / 64] & ((std::uint64_t{1} << (n % 64)) - 1);
      if (below == 0) continue;
      n = n / 64 * 64 + static_cast<std::uint32_t>(std::bit_width(below)) - 1;
      for (; height > 0; --height, ++steps_)
        n = n * 64 + static_cast<std::uint32_t>(std::bit_width(levels_[height - 1][n])) - 1;
      return n;
    }
    return std::nullopt;
  }

  std::uint64_t steps() const { return steps_; }  // words looked at so far

 private:
  std::vector<std::vector<std::uint64_t>> levels_;
  mutable std::uint64_t steps_ = 0;
};

}  // namespace clew::anomaly
