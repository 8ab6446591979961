#include "base/u256.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace clew {
namespace {

__extension__ using Wide = unsigned __int128;

const std::string kMaxDecimal =
    "115792089237316195423570985008687907853269984665640564039457584007913129639935";

U256 number(std::string_view decimal) {
  const auto value = U256::from_decimal(decimal);
  EXPECT_TRUE(value) << decimal;
  return value.value_or(U256());
}

U256 wide(Wide value) {
  return U256(
      U256::Limbs{static_cast<std::uint64_t>(value), static_cast<std::uint64_t>(value >> 64)});
}

// Arithmetic as it is done on paper, on decimal text without leading zeros: the slow reference.
namespace paper {

std::string trimmed(std::string digits) {
  const auto first = digits.find_first_not_of('0');
  return first == std::string::npos ? "0" : digits.substr(first);
}

int compare(const std::string& a, const std::string& b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b) < 0 ? -1 : a.compare(b) > 0;
}

int digit(const std::string& a, std::size_t place) {
  return place < a.size() ? a[a.size() - 1 - place] - '0' : 0;
}

// From digits with the least first.
std::string text_of(std::string digits) {
  std::reverse(digits.begin(), digits.end());
  return trimmed(std::move(digits));
}

std::string add(const std::string& a, const std::string& b) {
  std::string sum;
  int carry = 0;
  for (std::size_t place = 0; place < std::max(a.size(), b.size()) + 1; ++place) {
    carry += digit(a, place) + digit(b, place);
    sum += static_cast<char>('0' + carry % 10);
    carry /= 10;
  }
  return text_of(sum);
}

std::string subtract(const std::string& a, const std::string& b) {  // a >= b
  std::string difference;
  int borrow = 0;
  for (std::size_t place = 0; place < a.size(); ++place) {
    const int left = digit(a, place) - digit(b, place) - borrow;
    borrow = left < 0 ? 1 : 0;
    difference += static_cast<char>('0' + left + 10 * borrow);
  }
  return text_of(difference);
}

std::string multiply(const std::string& a, const std::string& b) {
  std::vector<int> places(a.size() + b.size() + 1);
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < b.size(); ++j)
      places[i + j] += digit(a, i) * digit(b, j);
  std::string product;
  int carry = 0;
  for (const int place : places) {
    carry += place;
    product += static_cast<char>('0' + carry % 10);
    carry /= 10;
  }
  return text_of(product);
}

// Byte by byte from the limbs, so that it does not lean on U256's own text.
std::string from(const U256& value) {
  std::string digits(78, '0');  // least first
  for (std::size_t place = 32; place-- > 0;) {
    int carry = static_cast<int>(value.limbs()[place / 8] >> (8 * (place % 8)) & 0xff);
    for (char& c : digits) {
      carry += 256 * (c - '0');
      c = static_cast<char>('0' + carry % 10);
      carry /= 10;
    }
  }
  return text_of(digits);
}

// What a division must give back.
std::string recombined(const U256Division& division, const U256& divisor) {
  return add(multiply(from(division.quotient), from(divisor)), from(division.remainder));
}

bool fits(const std::string& text) {
  return compare(text, kMaxDecimal) <= 0;
}

}  // namespace paper

// Limbs near the edges where carries and estimated digits go wrong are as likely as random ones.
class Numbers {
 public:
  U256 next() {
    U256::Limbs limbs{};
    const std::size_t size = random_() % 5;
    for (std::size_t i = 0; i < size; ++i)
      limbs[i] = limb();
    return U256(limbs);
  }
  std::uint64_t limb() {
    switch (random_() % 6) {
      case 0:
        return 0;
      case 1:
        return random_() % 3;
      case 2:
        return ~std::uint64_t{0} - random_() % 3;
      case 3:
        return (std::uint64_t{1} << 63) - 1 + random_() % 3;
      case 4:
        return random_() >> (random_() % 64);
      default:
        return random_();
    }
  }

 private:
  std::mt19937_64 random_{11};
};

TEST(U256, BeginsAtZeroAndTellsItsSize) {
  EXPECT_TRUE(U256().is_zero());
  EXPECT_EQ(U256(), U256(0));
  EXPECT_EQ(U256().bit_length(), 0);
  EXPECT_EQ(U256(1).bit_length(), 1);
  EXPECT_EQ(U256(U256::Limbs{0, 0, 1, 0}).bit_length(), 129);
  EXPECT_EQ(U256::max().bit_length(), 256);
  EXPECT_EQ(U256(7).to_u64(), 7U);
  for (std::size_t i = 1; i < 4; ++i) {
    U256::Limbs limbs{5, 0, 0, 0};
    limbs[i] = 1;
    EXPECT_EQ(U256(limbs).to_u64(), std::nullopt);
    EXPECT_FALSE(U256(limbs).is_zero());
    EXPECT_EQ(U256(limbs).low_u64(), 5U);
  }
}

TEST(U256, WorksAtCompileTime) {
  static_assert(U256(2) < U256(U256::Limbs{0, 1, 0, 0}));
  static_assert(checked_add(U256(2), U256(3)) == U256(5));
  static_assert(!checked_sub(U256(2), U256(3)));
  static_assert(U256::wrapping_sub(U256(0), U256(1)) == U256::max());
  static_assert(U256::max().bit_length() == 256);
}

TEST(U256, ReadsAndWritesBigEndianBytes) {
  EXPECT_EQ(U256::from_big_endian({}), U256());
  EXPECT_EQ(U256::from_big_endian(Bytes{0x12, 0x34}), U256(0x1234));
  Bytes bytes(32);
  for (std::size_t i = 0; i < 32; ++i)
    bytes[i] = static_cast<std::uint8_t>(i + 1);
  const auto value = U256::from_big_endian(bytes);
  ASSERT_TRUE(value);
  EXPECT_EQ(value->limbs()[3], 0x0102030405060708U);
  EXPECT_EQ(value->limbs()[0], 0x191a1b1c1d1e1f20U);
  EXPECT_EQ(to_hex(value->to_big_endian()), to_hex(bytes));
  EXPECT_EQ(U256::from_big_endian(Bytes(33)), std::nullopt);
}

TEST(U256, ReadsAndWritesQuantities) {
  const std::pair<const char*, U256> pairs[] = {
      {"0x0", U256()},
      {"0x1a", U256(26)},
      {"0xffffffffffffffff", U256(~0ULL)},
      {"0x10000000000000000", U256(U256::Limbs{0, 1, 0, 0})},
      {"0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", U256::max()}};
  for (const auto& [text, value] : pairs) {
    EXPECT_EQ(U256::from_quantity(text), value) << text;
    EXPECT_EQ(value.to_quantity(), text);
  }
  EXPECT_EQ(U256::from_quantity("0xAbC"), U256(0xabc));
}

TEST(U256, RefusesWhatIsNoQuantity) {
  for (const std::string text : {"",      "0",    "0x",   "1a",   "x1",   "0X1",  "0x00",  "0x01",
                                 "-0x1",  "+0x1", "0x-1", "0x+1", " 0x1", "0x1 ", "0x1g",  "0x 1",
                                 "0x0x1", "0x1.", "0x/",  "0x:",  "0x@",  "0x`",  "0x\xff"}) {
    EXPECT_EQ(U256::from_quantity(text), std::nullopt) << text;
  }
  EXPECT_EQ(U256::from_quantity("0x1" + std::string(64, '0')), std::nullopt);
  EXPECT_EQ(U256::from_quantity("0x" + std::string(1'000'000, 'f')), std::nullopt);
  EXPECT_EQ(U256::from_quantity(std::string_view("0x1\0", 4)), std::nullopt);
}

TEST(U256, ReadsAndWritesDecimals) {
  const std::pair<std::string, U256> pairs[] = {
      {"0", U256()},
      {"9", U256(9)},
      {"10000000000000000000", U256(10'000'000'000'000'000'000ULL)},
      {"18446744073709551616", U256(U256::Limbs{0, 1, 0, 0})},
      {"100000000000000000000000000000000000000",
       wide(Wide{10'000'000'000'000'000'000ULL} * Wide{10'000'000'000'000'000'000ULL})},
      {kMaxDecimal, U256::max()}};
  for (const auto& [text, value] : pairs) {
    EXPECT_EQ(U256::from_decimal(text), value) << text;
    EXPECT_EQ(value.to_decimal(), text);
  }
  EXPECT_EQ(U256::from_decimal("007"), U256(7));
  EXPECT_EQ(U256::from_decimal(std::string(1000, '0') + kMaxDecimal), U256::max());
}

TEST(U256, RefusesWhatIsNoDecimal) {
  for (const std::string text : {"", " ", "-1", "+1", "1 ", " 1", "1.0", "1e3", "0x1", "1,000", "a",
                                 "/", ":", "12345678901234567890x", "\xff"}) {
    EXPECT_EQ(U256::from_decimal(text), std::nullopt) << text;
  }
  std::string above = kMaxDecimal;
  above.back() = '6';
  EXPECT_EQ(U256::from_decimal(above), std::nullopt);
  EXPECT_EQ(U256::from_decimal(kMaxDecimal + "0"), std::nullopt);
  EXPECT_EQ(U256::from_decimal(std::string(1'000'000, '9')), std::nullopt);
}

TEST(U256, TextsGiveTheNumberBack) {
  Numbers numbers;
  for (int i = 0; i < 300; ++i) {
    const U256 value = numbers.next();
    const std::string decimal = value.to_decimal();
    ASSERT_EQ(decimal, paper::from(value));
    ASSERT_EQ(U256::from_decimal(decimal), value);
    ASSERT_EQ(U256::from_quantity(value.to_quantity()), value);
    ASSERT_EQ(U256::from_big_endian(value.to_big_endian()), value);
  }
}

TEST(U256, ComparesAndAddsAsOnPaper) {
  Numbers numbers;
  for (int i = 0; i < 1000; ++i) {
    const U256 a = numbers.next(), b = i % 10 == 0 ? a : numbers.next();
    const std::string as = paper::from(a), bs = paper::from(b);
    const int order = paper::compare(as, bs);
    ASSERT_EQ(a < b, order < 0);
    ASSERT_EQ(a > b, order > 0);
    ASSERT_EQ(a == b, order == 0);

    const std::string sum = paper::add(as, bs);
    const auto added = checked_add(a, b);
    ASSERT_EQ(added.has_value(), paper::fits(sum)) << as << " + " << bs;
    if (added) {
      ASSERT_EQ(paper::from(*added), sum);
    }
    const auto taken = checked_sub(a, b);
    ASSERT_EQ(taken.has_value(), order >= 0);
    if (taken) {
      ASSERT_EQ(paper::from(*taken), paper::subtract(as, bs));
    }
    ASSERT_EQ(U256::wrapping_sub(U256::wrapping_add(a, b), b), a);
    ASSERT_EQ(U256::wrapping_add(U256::wrapping_sub(a, b), b), a);
  }
}

TEST(U256, MultipliesAsOnPaper) {
  Numbers numbers;
  for (int i = 0; i < 1000; ++i) {
    const U256 a = numbers.next(), b = numbers.next(), small(numbers.limb());
    for (const U256& factor : {b, small}) {
      const std::string product = paper::multiply(paper::from(a), paper::from(factor));
      const auto got = checked_mul(a, factor);
      ASSERT_EQ(got.has_value(), paper::fits(product)) << product;
      if (got) {
        ASSERT_EQ(paper::from(*got), product);
      }
    }
    ASSERT_EQ(checked_mul(a, small.low_u64()), checked_mul(a, small));
  }
}

TEST(U256, DividesAsOnPaper) {
  Numbers numbers;
  for (int i = 0; i < 1000; ++i) {
    const U256 a = numbers.next(), b = numbers.next(), small(numbers.limb());
    for (const U256& divisor : {b, small}) {
      const auto got = divide(a, divisor);
      ASSERT_EQ(got.has_value(), !divisor.is_zero());
      if (!got) continue;
      ASSERT_LT(got->remainder, divisor);
      ASSERT_EQ(paper::recombined(*got, divisor), paper::from(a));
    }
    const auto by_limb = divide(a, small.low_u64());
    ASSERT_EQ(by_limb.has_value(), !small.is_zero());
    if (!by_limb) continue;
    ASSERT_EQ(by_limb->quotient, divide(a, small)->quotient);
    ASSERT_EQ(by_limb->remainder, divide(a, small)->remainder);
  }
}

void expect_share(const U256& a, const U256& b, const U256& c) {
  const auto got = mul_divide(a, b, c);
  ASSERT_EQ(mul_div(a, b, c).has_value(), got.has_value());
  if (c.is_zero()) {
    ASSERT_FALSE(got);
    return;
  }
  const std::string product = paper::multiply(paper::from(a), paper::from(b));
  // The quotient fits if the product is below 2^256 c.
  const std::string limit = paper::multiply(paper::add(kMaxDecimal, "1"), paper::from(c));
  ASSERT_EQ(got.has_value(), paper::compare(product, limit) < 0) << product;
  if (!got) return;
  ASSERT_LT(got->remainder, c);
  ASSERT_EQ(paper::recombined(*got, c), product);
  ASSERT_EQ(mul_div(a, b, c), got->quotient);
}

TEST(U256, TakesSharesAsOnPaper) {
  Numbers numbers;
  for (int i = 0; i < 2000; ++i) {
    SCOPED_TRACE(i);
    expect_share(numbers.next(), numbers.next(), numbers.next());
    if (HasFatalFailure()) return;
  }
  expect_share(U256::max(), U256::max(), U256::max());
  expect_share(U256::max(), U256::max(), U256(1));
  expect_share(U256(~0ULL), U256(~0ULL), U256(1));
}

TEST(U256, SmallNumbersFollowTheMachine) {
  Numbers numbers;
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t a = numbers.limb(), b = numbers.limb(), c = numbers.limb();
    ASSERT_EQ(checked_add(U256(a), U256(b)), wide(Wide{a} + b));
    ASSERT_EQ(checked_mul(U256(a), b), wide(Wide{a} * b));
    if (c == 0) continue;
    ASSERT_EQ(divide(U256(a), c)->quotient, U256(a / c));
    ASSERT_EQ(divide(U256(a), c)->remainder, U256(a % c));
    ASSERT_EQ(mul_div(U256(a), U256(b), U256(c)), wide(Wide{a} * b / c));
    ASSERT_EQ(mul_divide(U256(a), U256(b), U256(c))->remainder, wide(Wide{a} * b % c));
  }
}

// A random dividend meets the rare branches of algorithm D once in 2^63: these were made for them.
TEST(U256, DividesWhereAnEstimatedDigitIsTooLarge) {
  const std::uint64_t top = 1ULL << 63;
  const U256 dividends[] = {U256({0, 0, top, top - 1}), U256({3, 0, top, 0}),
                            U256({0, ~1ULL, top, 0}), U256({0, 0, 0, top})};
  const U256 divisors[] = {U256({~0ULL, 0, top, 0}), U256({1, 0, top >> 2, 0}),
                           U256({~0ULL, top, 0, 0}), U256({~0ULL, ~0ULL, top, 0})};
  for (const U256& dividend : dividends) {
    for (const U256& divisor : divisors) {
      expect_share(dividend, U256(1), divisor);
      expect_share(dividend, U256::max(), divisor);
    }
  }
}

// A whole split in any proportion: shares rounded down never exceed it, and lose less than one
// unit each.
TEST(U256, SharesOfAnAmountAddUpToItWithinAUnitEach) {
  Numbers numbers;
  for (int i = 0; i < 500; ++i) {
    std::vector<U256> parts;
    U256 total;
    for (int k = 0; k < 7; ++k) {
      const U256 part = numbers.next();
      const auto sum = checked_add(total, part);
      if (!sum) continue;
      total = *sum;
      parts.push_back(part);
    }
    if (total.is_zero()) continue;
    const U256 amount = numbers.next();
    U256 shared;
    for (const U256& part : parts) {
      const auto share = mul_div(amount, part, total);
      ASSERT_TRUE(share);
      shared = *checked_add(shared, *share);
    }
    ASSERT_LE(shared, amount);
    ASSERT_LT(*checked_sub(amount, shared), U256(parts.size()));
  }
}

TEST(U256, ReadsWhatItWroteAsNumber) {
  EXPECT_EQ(number("1000000000000000000").to_quantity(), "0xde0b6b3a7640000");  // one ether
}

}  // namespace
}  // namespace clew
