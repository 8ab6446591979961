#include "ingest/simulate/ethereum/keys.h"

#include <cassert>
#include <cstring>
#include <span>

#include "base/keccak.h"
#include "ingest/simulate/rng.h"

namespace clew::simulate::ethereum {
namespace {

// The field, the group's order and the generator.
constexpr U256 kPrime(U256::Limbs{0xfffffffefffffc2f, ~0ULL, ~0ULL, ~0ULL});
constexpr U256 kOrder(U256::Limbs{0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe,
                                  ~0ULL});
constexpr U256 kHalfOrder(U256::Limbs{0xdfe92f46681b20a0, 0x5d576e7357a4501d, ~0ULL,
                                      0x7fffffffffffffff});
constexpr CurvePoint kGenerator{U256(U256::Limbs{0x59f2815b16f81798, 0x029bfcdb2dce28d9,
                                                 0x55a06295ce870b07, 0x79be667ef9dcbbac}),
                                U256(U256::Limbs{0x9c47d08ffb10d4b8, 0xfd17b448a6855419,
                                                 0x5da4fbfc0e1108a8, 0x483ada7726a3c465})};
constexpr std::size_t kStrides = 128;
constexpr std::size_t kNonces = 64;

U256 add(const U256& a, const U256& b, const U256& modulus) {
  bool overflow = false;
  const U256 sum = U256::wrapping_add(a, b, &overflow);
  return overflow || sum >= modulus ? U256::wrapping_sub(sum, modulus) : sum;
}
U256 subtract(const U256& a, const U256& b, const U256& modulus) {
  const U256 difference = U256::wrapping_sub(a, b);
  return a < b ? U256::wrapping_add(difference, modulus) : difference;
}
U256 multiply(const U256& a, const U256& b, const U256& modulus) {
  return mul_divide(a, b, modulus)->remainder;
}

// Fermat: a^(modulus - 2).
U256 invert(const U256& a, const U256& modulus) {
  const U256 exponent = U256::wrapping_sub(modulus, U256(2));
  U256 result(1);
  for (int bit = 255; bit >= 0; --bit) {
    const auto place = static_cast<std::size_t>(bit);
    result = multiply(result, result, modulus);
    if ((exponent.limbs()[place / 64] >> (place % 64) & 1) != 0)
      result = multiply(result, a, modulus);
  }
  return result;
}

// Every number by its inverse, with one inversion for all (Montgomery's trick); none may be zero.
void invert_all(std::span<U256> numbers, const U256& modulus) {
  std::vector<U256> products;
  U256 product(1);
  for (const U256& number : numbers) {
    products.push_back(product);
    product = multiply(product, number, modulus);
  }
  U256 inverse = invert(product, modulus);
  for (std::size_t i = numbers.size(); i-- > 0;) {
    const U256 next = multiply(inverse, numbers[i], modulus);
    numbers[i] = multiply(inverse, products[i], modulus);
    inverse = next;
  }
}

CurvePoint on_line(const CurvePoint& a, const CurvePoint& b, const U256& slope) {
  const U256 x = subtract(subtract(multiply(slope, slope, kPrime), a.x, kPrime), b.x, kPrime);
  return {x, subtract(multiply(slope, subtract(a.x, x, kPrime), kPrime), a.y, kPrime)};
}

CurvePoint twice(const CurvePoint& a) {
  const U256 square = multiply(a.x, a.x, kPrime);
  const U256 slope = multiply(add(add(square, square, kPrime), square, kPrime),
                              invert(add(a.y, a.y, kPrime), kPrime), kPrime);
  return on_line(a, a, slope);
}

// a + b[i] for every i; no b[i] may be a or -a.
std::vector<CurvePoint> sums(const CurvePoint& a, std::span<const CurvePoint> b) {
  std::vector<U256> inverses;
  for (const CurvePoint& point : b) {
    assert(point.x != a.x);
    inverses.push_back(subtract(point.x, a.x, kPrime));
  }
  invert_all(inverses, kPrime);
  std::vector<CurvePoint> result;
  for (std::size_t i = 0; i < b.size(); ++i) {
    const U256 slope = multiply(subtract(b[i].y, a.y, kPrime), inverses[i], kPrime);
    result.push_back(on_line(a, b[i], slope));
  }
  return result;
}

CurvePoint generator_times(const U256& factor) {
  CurvePoint power = kGenerator, sum{};
  bool started = false;
  for (std::size_t bit = 0; bit < static_cast<std::size_t>(factor.bit_length()); ++bit) {
    if (bit != 0) power = twice(power);
    if ((factor.limbs()[bit / 64] >> (bit % 64) & 1) == 0) continue;
    sum = started ? sums(sum, {&power, 1}).front() : power;
    started = true;
  }
  return sum;
}

// Well above every number of strides, well below the order.
U256 random_scalar(Rng& rng) {
  return U256(U256::Limbs{rng.next(), rng.next(), rng.next(), rng.next() >> 1 | 1});
}

Address address_of(const CurvePoint& point) {
  Bytes bytes;
  for (const U256& part : {point.x, point.y}) {
    const auto digits = part.to_big_endian();
    bytes.insert(bytes.end(), digits.begin(), digits.end());
  }
  const Hash256 hash = keccak256(bytes);
  Address address;
  std::memcpy(address.data(), hash.data() + hash.size() - address.size(), address.size());
  return address;
}

}  // namespace

Keys::Keys(std::uint64_t seed) {
  strides_ = {kGenerator, twice(kGenerator)};
  while (strides_.size() < kStrides)
    strides_.push_back(sums(strides_.back(), {&kGenerator, 1}).front());
  Rng rng(seed ^ 0x6b657973);
  base_ = random_scalar(rng);
  last_ = generator_times(base_);
  make_nonces(rng.next());
}

void Keys::make_nonces(std::uint64_t seed) {
  Rng rng(seed);
  const U256 first = random_scalar(rng);
  std::vector<U256> inverses;
  for (std::size_t i = 1; i <= kNonces; ++i)
    inverses.push_back(add(first, U256(i), kOrder));
  invert_all(inverses, kOrder);
  const auto points = sums(generator_times(first), std::span(strides_).first(kNonces));
  for (std::size_t i = 0; i < kNonces; ++i) {
    // A coordinate of the field that is not below the order is as rare as a lucky guess.
    assert(points[i].x < kOrder);
    nonces_.push_back({inverses[i], points[i].x, (points[i].y.low_u64() & 1) != 0});
  }
}

void Keys::extend() {
  const auto points = sums(last_, strides_);
  for (const CurvePoint& point : points)
    addresses_.push_back(address_of(point));
  last_ = points.back();
}

U256 Keys::private_key(KeyNumber key) const {
  return add(base_, U256(std::uint64_t{key} + 1), kOrder);
}

Address Keys::address(KeyNumber key) {
  while (addresses_.size() <= key)
    extend();
  return addresses_[key];
}

Signature Keys::sign(KeyNumber key, const Hash256& digest) const {
  const Nonce& nonce = nonces_[(digest[0] ^ key) % nonces_.size()];
  const U256 number = divide(*U256::from_big_endian(digest), kOrder)->remainder;
  const U256 sum = add(number, multiply(nonce.r, private_key(key), kOrder), kOrder);
  Signature signature{nonce.r, multiply(nonce.inverse, sum, kOrder), nonce.y_odd};
  if (signature.s > kHalfOrder) {
    signature.s = subtract(U256(), signature.s, kOrder);
    signature.y_odd = !signature.y_odd;
  }
  return signature;
}

}  // namespace clew::simulate::ethereum
