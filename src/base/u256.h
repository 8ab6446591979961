// An unsigned integer of 256 bits for amounts (wei, units of tokens) and the other numbers of
// Ethereum. Nothing here throws, and nothing overflows in silence: what does not fit is an empty
// optional, or is named wrapping.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace clew {

class U256 {
 public:
  static constexpr std::size_t kLimbs = 4;
  using Limbs = std::array<std::uint64_t, kLimbs>;  // least significant first

  constexpr U256() = default;
  constexpr explicit U256(std::uint64_t value) : limbs_{value} {}
  constexpr explicit U256(const Limbs& limbs) : limbs_(limbs) {}
  static constexpr U256 max() { return U256(Limbs{~0ULL, ~0ULL, ~0ULL, ~0ULL}); }

  // Up to 32 bytes, the most significant first; none is zero. Nothing if there are more.
  static std::optional<U256> from_big_endian(ByteView bytes);
  std::array<std::uint8_t, 32> to_big_endian() const;

  // A quantity of Ethereum's JSON-RPC: "0x0", "0x1a". Nothing if the text is anything else or does
  // not fit; a leading zero is refused as the specification does, digits of either case are taken.
  // https://github.com/ethereum/execution-apis/blob/main/src/schemas/base-types.yaml
  static std::optional<U256> from_quantity(std::string_view text);
  std::string to_quantity() const;

  // One or more decimal digits, leading zeros allowed. Nothing if there is any other character, a
  // sign or a space too, or the number does not fit.
  static std::optional<U256> from_decimal(std::string_view text);
  std::string to_decimal() const;

  constexpr const Limbs& limbs() const { return limbs_; }
  constexpr std::uint64_t low_u64() const { return limbs_[0]; }  // modulo 2^64
  constexpr std::optional<std::uint64_t> to_u64() const {
    if ((limbs_[1] | limbs_[2] | limbs_[3]) != 0) return std::nullopt;
    return limbs_[0];
  }
  constexpr bool is_zero() const { return (limbs_[0] | limbs_[1] | limbs_[2] | limbs_[3]) == 0; }
  // Position of the highest bit set, counted from 1; 0 for zero.
  constexpr int bit_length() const {
    for (std::size_t i = kLimbs; i-- > 0;)
      if (limbs_[i] != 0) return static_cast<int>(64 * i) + std::bit_width(limbs_[i]);
    return 0;
  }

  constexpr bool operator==(const U256&) const = default;
  constexpr std::strong_ordering operator<=>(const U256& other) const {
    for (std::size_t i = kLimbs; i-- > 0;)
      if (limbs_[i] != other.limbs_[i]) return limbs_[i] <=> other.limbs_[i];
    return std::strong_ordering::equal;
  }

  // Modulo 2^256; `overflow`, if given, tells whether that changed the result.
  static constexpr U256 wrapping_add(const U256& a, const U256& b, bool* overflow = nullptr) {
    U256 sum;
    bool carry = false;
    for (std::size_t i = 0; i < kLimbs; ++i) {
      const std::uint64_t part = a.limbs_[i] + b.limbs_[i];
      sum.limbs_[i] = part + (carry ? 1 : 0);
      carry = part < a.limbs_[i] || sum.limbs_[i] < part;
    }
    if (overflow != nullptr) *overflow = carry;
    return sum;
  }
  static constexpr U256 wrapping_sub(const U256& a, const U256& b, bool* overflow = nullptr) {
    U256 difference;
    bool borrow = false;
    for (std::size_t i = 0; i < kLimbs; ++i) {
      const std::uint64_t part = a.limbs_[i] - b.limbs_[i];
      difference.limbs_[i] = part - (borrow ? 1 : 0);
      borrow = a.limbs_[i] < b.limbs_[i] || (borrow && part == 0);
    }
    if (overflow != nullptr) *overflow = borrow;
    return difference;
  }

 private:
  Limbs limbs_{};
};

// Nothing if the result is negative or needs more than 256 bits.
constexpr std::optional<U256> checked_add(const U256& a, const U256& b) {
  bool overflow = false;
  const U256 sum = U256::wrapping_add(a, b, &overflow);
  return overflow ? std::nullopt : std::optional(sum);
}
constexpr std::optional<U256> checked_sub(const U256& a, const U256& b) {
  bool overflow = false;
  const U256 difference = U256::wrapping_sub(a, b, &overflow);
  return overflow ? std::nullopt : std::optional(difference);
}
std::optional<U256> checked_mul(const U256& a, std::uint64_t b);
std::optional<U256> checked_mul(const U256& a, const U256& b);

// dividend = quotient * divisor + remainder, and remainder < divisor.
struct U256Division {
  U256 quotient, remainder;
};
// Nothing if the divisor is zero.
std::optional<U256Division> divide(const U256& dividend, const U256& divisor);
std::optional<U256Division> divide(const U256& dividend, std::uint64_t divisor);

// a * b / c with the product in full, 512 bits: shares of an amount without rounding on the way.
// Nothing if c is zero or the quotient needs more than 256 bits; it fits whenever a or b is at
// most c. mul_div rounds down; what it loses is the remainder that mul_divide gives.
std::optional<U256Division> mul_divide(const U256& a, const U256& b, const U256& c);
std::optional<U256> mul_div(const U256& a, const U256& b, const U256& c);

}  // namespace clew
