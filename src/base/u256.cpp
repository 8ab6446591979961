#include "base/u256.h"

#include <algorithm>
#include <span>

namespace clew {
namespace {

__extension__ using Wide = unsigned __int128;
using Limbs = U256::Limbs;
using Product = std::array<std::uint64_t, 2 * U256::kLimbs>;

constexpr std::uint64_t kDecimalChunk = 10'000'000'000'000'000'000ULL;  // 10^19, the most that fits
constexpr int kDecimalChunkDigits = 19;

constexpr std::uint64_t low(Wide value) {
  return static_cast<std::uint64_t>(value);
}
constexpr std::uint64_t high(Wide value) {
  return static_cast<std::uint64_t>(value >> 64);
}

// value = value * factor + term; gives what does not fit.
std::uint64_t multiply_add(Limbs& value, std::uint64_t factor, std::uint64_t term) {
  for (auto& limb : value) {
    const Wide sum = static_cast<Wide>(limb) * factor + term;
    limb = low(sum);
    term = high(sum);
  }
  return term;
}

// value = value / divisor, of any length; gives the remainder. The divisor is not zero.
std::uint64_t divide_by_limb(std::span<std::uint64_t> value, std::uint64_t divisor) {
  std::uint64_t remainder = 0;
  for (std::size_t i = value.size(); i-- > 0;) {
    if (remainder == 0) {  // one instruction where two limbs by one need a call
      remainder = value[i] % divisor;
      value[i] /= divisor;
      continue;
    }
    const Wide dividend = static_cast<Wide>(remainder) << 64 | value[i];
    value[i] = low(dividend / divisor);
    remainder = low(dividend) - value[i] * divisor;
  }
  return remainder;
}

Product multiply(const Limbs& a, const Limbs& b) {
  Product product{};
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const Wide sum = static_cast<Wide>(a[i]) * b[j] + product[i + j] + carry;
      product[i + j] = low(sum);
      carry = high(sum);
    }
    product[i + b.size()] = carry;
  }
  return product;
}

template <std::size_t kSize>
std::size_t significant(const std::array<std::uint64_t, kSize>& limbs) {
  std::size_t size = kSize;
  while (size > 0 && limbs[size - 1] == 0)
    --size;
  return size;
}

// Left by less than 64 bits, from the top down, so that `to` may be `from`.
void shift_left(std::span<const std::uint64_t> from, int bits, std::span<std::uint64_t> to) {
  for (std::size_t i = from.size(); i-- > 0;) {
    const std::uint64_t below = i == 0 || bits == 0 ? 0 : from[i - 1] >> (64 - bits);
    to[i] = from[i] << bits | below;
  }
}

// Estimates one digit of the quotient from the top three limbs of the dividend and the top two of
// the divisor: at most one too large.
std::uint64_t estimate_digit(const std::uint64_t* top, std::uint64_t first, std::uint64_t second) {
  const Wide dividend = static_cast<Wide>(top[0]) << 64 | top[-1];
  Wide digit = dividend / first;
  Wide rest = dividend - digit * first;
  while (high(digit) != 0 || digit * second > (rest << 64 | top[-2])) {
    --digit;
    rest += first;
    if (high(rest) != 0) break;
  }
  return low(digit);
}

// at[0 .. divisor.size()] -= digit * divisor; true if that went below zero.
bool subtract_multiple(std::uint64_t* at, std::span<const std::uint64_t> divisor,
                       std::uint64_t digit) {
  std::uint64_t carry = 0, borrow = 0;
  for (std::size_t i = 0; i < divisor.size(); ++i) {
    const Wide multiple = static_cast<Wide>(digit) * divisor[i] + carry;
    carry = high(multiple);
    const Wide difference = static_cast<Wide>(at[i]) - low(multiple) - borrow;
    at[i] = low(difference);
    borrow = high(difference) & 1;
  }
  const Wide difference = static_cast<Wide>(at[divisor.size()]) - carry - borrow;
  at[divisor.size()] = low(difference);
  return high(difference) != 0;
}

void add_back(std::uint64_t* at, std::span<const std::uint64_t> divisor) {
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < divisor.size(); ++i) {
    const Wide sum = static_cast<Wide>(at[i]) + divisor[i] + carry;
    at[i] = low(sum);
    carry = high(sum);
  }
  at[divisor.size()] += carry;
}

// Long division: Knuth, The Art of Computer Programming, volume 2, 4.3.1, algorithm D. The
// divisor is not zero. Gives the quotient and leaves the remainder in `dividend`.
Product divide_in_place(Product& dividend, const Limbs& divisor) {
  Product quotient{};
  const std::size_t size = significant(divisor);
  if (size == 1) {
    quotient = dividend;
    dividend = {divide_by_limb(quotient, divisor[0])};
    return quotient;
  }
  // Both are shifted until the divisor's top bit is set; the dividend may need a limb more.
  const int shift = std::countl_zero(divisor[size - 1]);
  Limbs scaled{};
  shift_left(std::span(divisor).first(size), shift, scaled);
  std::array<std::uint64_t, std::tuple_size_v<Product> + 1> rest{};
  std::copy(dividend.begin(), dividend.end(), rest.begin());
  shift_left(rest, shift, rest);
  const auto by = std::span<const std::uint64_t>(scaled).first(size);
  const std::size_t length = std::max(size, std::min(significant(rest), rest.size() - 1));
  for (std::size_t j = length - size + 1; j-- > 0;) {
    std::uint64_t digit = estimate_digit(&rest[j + size], by[size - 1], by[size - 2]);
    if (subtract_multiple(&rest[j], by, digit)) {
      --digit;
      add_back(&rest[j], by);
    }
    quotient[j] = digit;
  }
  dividend = {};
  for (std::size_t i = 0; i < size; ++i) {
    const std::uint64_t above = shift == 0 ? 0 : rest[i + 1] << (64 - shift);
    dividend[i] = rest[i] >> shift | above;
  }
  return quotient;
}

Limbs low_half(const Product& product) {
  return {product[0], product[1], product[2], product[3]};
}

std::optional<U256Division> divide_product(Product& dividend, const U256& divisor) {
  if (divisor.is_zero()) return std::nullopt;
  const Product quotient = divide_in_place(dividend, divisor.limbs());
  if (significant(quotient) > U256::kLimbs) return std::nullopt;
  return U256Division{U256(low_half(quotient)), U256(low_half(dividend))};
}

// The digit's value, or 16.
unsigned hex_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return 16;
}

}  // namespace

std::optional<U256> U256::from_big_endian(ByteView bytes) {
  if (bytes.size() > 8 * kLimbs) return std::nullopt;
  U256 value;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::size_t place = bytes.size() - 1 - i;
    value.limbs_[place / 8] |= std::uint64_t{bytes[i]} << (8 * (place % 8));
  }
  return value;
}

std::array<std::uint8_t, 32> U256::to_big_endian() const {
  std::array<std::uint8_t, 32> bytes;
  for (std::size_t place = 0; place < bytes.size(); ++place)
    bytes[31 - place] = static_cast<std::uint8_t>(limbs_[place / 8] >> (8 * (place % 8)));
  return bytes;
}

std::optional<U256> U256::from_quantity(std::string_view text) {
  if (!text.starts_with("0x")) return std::nullopt;
  text.remove_prefix(2);
  if (text.empty() || text.size() > 64) return std::nullopt;
  if (text.front() == '0' && text.size() > 1) return std::nullopt;
  U256 value;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const unsigned digit = hex_value(text[i]);
    if (digit > 15) return std::nullopt;
    const std::size_t place = text.size() - 1 - i;
    value.limbs_[place / 16] |= std::uint64_t{digit} << (4 * (place % 16));
  }
  return value;
}

std::string U256::to_quantity() const {
  const int digits = std::max(1, (bit_length() + 3) / 4);
  std::string text = "0x";
  for (int place = digits; place-- > 0;)
    text +=
        "0123456789abcdef"[limbs_[static_cast<std::size_t>(place / 16)] >> (4 * (place % 16)) & 15];
  return text;
}

std::optional<U256> U256::from_decimal(std::string_view text) {
  if (text.empty()) return std::nullopt;
  U256 value;
  while (!text.empty()) {
    std::uint64_t chunk = 0, scale = 1;
    const std::size_t digits = std::min<std::size_t>(text.size(), kDecimalChunkDigits);
    for (const char c : text.substr(0, digits)) {
      if (c < '0' || c > '9') return std::nullopt;
      chunk = 10 * chunk + static_cast<std::uint64_t>(c - '0');
      scale *= 10;
    }
    if (multiply_add(value.limbs_, scale, chunk) != 0) return std::nullopt;
    text.remove_prefix(digits);
  }
  return value;
}

std::string U256::to_decimal() const {
  char digits[80];  // 2^256 has 78
  char* const end = digits + sizeof digits;
  char* at = end;
  Limbs rest = limbs_;
  for (std::size_t size = significant(rest); size != 0; size = significant(rest)) {
    std::uint64_t chunk = divide_by_limb(std::span(rest).first(size), kDecimalChunk);
    const bool last = significant(rest) == 0;
    for (int i = 0; last ? chunk != 0 : i < kDecimalChunkDigits; ++i) {
      *--at = static_cast<char>('0' + chunk % 10);
      chunk /= 10;
    }
  }
  if (at == end) *--at = '0';
  return {at, end};
}

std::optional<U256> checked_mul(const U256& a, std::uint64_t b) {
  Limbs product = a.limbs();
  if (multiply_add(product, b, 0) != 0) return std::nullopt;
  return U256(product);
}

std::optional<U256> checked_mul(const U256& a, const U256& b) {
  const Product product = multiply(a.limbs(), b.limbs());
  if (significant(product) > U256::kLimbs) return std::nullopt;
  return U256(low_half(product));
}

std::optional<U256Division> divide(const U256& dividend, const U256& divisor) {
  Product wide{};
  std::copy(dividend.limbs().begin(), dividend.limbs().end(), wide.begin());
  return divide_product(wide, divisor);
}

std::optional<U256Division> divide(const U256& dividend, std::uint64_t divisor) {
  if (divisor == 0) return std::nullopt;
  Limbs quotient = dividend.limbs();
  const std::uint64_t remainder = divide_by_limb(quotient, divisor);
  return U256Division{U256(quotient), U256(remainder)};
}

std::optional<U256Division> mul_divide(const U256& a, const U256& b, const U256& c) {
  const auto a64 = a.to_u64(), b64 = b.to_u64(), c64 = c.to_u64();
  if (a64 && b64 && c64 && *c64 != 0) {  // what most shares are made of
    const Wide product = static_cast<Wide>(*a64) * *b64;
    const Wide quotient = product / *c64;
    const std::uint64_t remainder = low(product) - low(quotient) * *c64;
    return U256Division{U256(Limbs{low(quotient), high(quotient)}), U256(remainder)};
  }
  Product product = multiply(a.limbs(), b.limbs());
  return divide_product(product, c);
}

std::optional<U256> mul_div(const U256& a, const U256& b, const U256& c) {
  const auto division = mul_divide(a, b, c);
  return division ? std::optional(division->quotient) : std::nullopt;
}

}  // namespace clew
