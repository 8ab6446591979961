// Compact targets, proof of work and accumulated work. 256-bit numbers are four 64-bit words, the
// least significant first.
#include <openssl/evp.h>

#include "base/sha256.h"
#include "chain/bitcoin/block.h"

namespace clew::bitcoin {
namespace {

using Word = std::uint64_t;
using Number = std::array<Word, 4>;

bool less(const Number& a, const Number& b) {
  for (int i = 3; i >= 0; --i) {
    if (a[i] != b[i]) return a[i] < b[i];
  }
  return false;
}

void add(Number& sum, const Number& more) {
  bool carry = false;
  for (int i = 0; i < 4; ++i) {
    const Word partial = sum[i] + more[i];
    const bool over = partial < sum[i];
    sum[i] = partial + static_cast<Word>(carry);
    carry = over || (carry && sum[i] == 0);
  }
}

void subtract(Number& from, const Number& less) {
  bool borrow = false;
  for (int i = 0; i < 4; ++i) {
    const Word partial = from[i] - less[i];
    const bool under = partial > from[i];
    const bool next = under || (borrow && partial == 0);
    from[i] = partial - static_cast<Word>(borrow);
    borrow = next;
  }
}

// The bit that falls out at the top.
bool shift_left_one(Number& n) {
  const bool out = n[3] >> 63 != 0;
  for (int i = 3; i > 0; --i)
    n[i] = n[i] << 1 | n[i - 1] >> 63;
  n[0] <<= 1;
  return out;
}

Number divide(Number dividend, const Number& divisor) {
  Number quotient{}, rest{};
  for (int bit = 0; bit < 256; ++bit) {
    const bool top = shift_left_one(dividend);
    const bool over = shift_left_one(rest);
    rest[0] |= static_cast<Word>(top);
    shift_left_one(quotient);
    if (over || !less(rest, divisor)) {
      subtract(rest, divisor);
      quotient[0] |= 1;
    }
  }
  return quotient;
}

// The target as Bitcoin Core's arith_uint256::SetCompact reads it: one byte of length, then a
// signed mantissa of three. Nothing if it is negative, zero or beyond 256 bits.
std::optional<Number> decode_target(std::uint32_t bits) {
  const std::uint32_t length = bits >> 24;
  const std::uint32_t mantissa = bits & 0x007fffff;
  const std::uint32_t value = length < 3 ? mantissa >> 8 * (3 - length) : mantissa;
  if (value == 0 || (bits & 0x00800000) != 0) return std::nullopt;
  Number target{};
  const std::uint32_t shift = length < 3 ? 0 : length - 3;  // bytes
  for (std::uint32_t i = 0; i < 3; ++i) {
    const Word byte = value >> 8 * i & 0xff;
    const std::uint32_t at = shift + i;
    if (byte == 0) continue;
    if (at >= 32) return std::nullopt;
    target[at / 8] |= byte << 8 * (at % 8);
  }
  return target;
}

Number number_of(const Hash256& hash) {
  Number n;
  std::memcpy(n.data(), hash.data(), hash.size());
  return n;
}

// scrypt with N = 1024, r = 1, p = 1, the header being password and salt.
std::optional<Hash256> scrypt(ByteView header) {
  constexpr std::uint64_t kMemoryMax = 1 << 20;  // 128 KiB are needed
  Hash256 out;
  const auto* password = reinterpret_cast<const char*>(header.data());
  if (EVP_PBE_scrypt(password, header.size(), header.data(), header.size(), 1024, 1, 1, kMemoryMax,
                     out.data(), out.size()) != 1) {
    return std::nullopt;
  }
  return out;
}

}  // namespace

Work work_of(std::uint32_t bits) {
  const auto target = decode_target(bits);
  if (!target) return {};
  // 2^256 / (target + 1) = (2^256 - target - 1) / (target + 1) + 1, which fits in 256 bits.
  Number rest = *target;
  for (Word& word : rest)
    word = ~word;
  Number divisor = *target;
  add(divisor, {1, 0, 0, 0});
  Number work = divide(rest, divisor);
  add(work, {1, 0, 0, 0});
  return work;
}

void add_work(Work& sum, const Work& more) {
  add(sum, more);
}

bool less_work(const Work& a, const Work& b) {
  return less(a, b);
}

bool proof_of_work_holds(ByteView raw_header, const ChainParams& chain) {
  if (raw_header.size() != kHeaderSize) return false;
  const auto target = decode_target(load_le<std::uint32_t>(raw_header.data() + 72));
  const auto limit = decode_target(chain.pow_limit_bits);
  if (!target || !limit || less(*limit, *target)) return false;
  if (chain.proof_of_work == ProofOfWork::sha256d) {
    return !less(*target, number_of(double_sha256(raw_header)));
  }
  const auto hash = scrypt(raw_header);
  return hash && !less(*target, number_of(*hash));
}

}  // namespace clew::bitcoin
