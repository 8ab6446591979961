#include "base/base58.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/sha256.h"

// The conversion works on limbs of five digits (58^5 < 2^30) and four bytes.
namespace clew {
namespace {

constexpr std::string_view kAlphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::uint32_t kDigitsPerLimb = 5;
constexpr std::uint64_t kLimb = 58ULL * 58 * 58 * 58 * 58;
constexpr std::size_t kChecksumSize = 4;
// Conversion costs the square of the length. The longest text in use, an extended key, has 111.
constexpr std::size_t kTextMax = 512;

constexpr std::array<std::int8_t, 256> make_digits() {
  std::array<std::int8_t, 256> digits{};
  digits.fill(-1);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  return digits;
}
constexpr auto kDigits = make_digits();

// Adds one more limb below the number held in `limbs` (least significant first).
template <class Limb>
void shift_in(std::vector<Limb>& limbs, std::uint64_t factor, std::uint64_t base,
              std::uint64_t low) {
  for (auto& limb : limbs) {
    low += limb * factor;
    limb = static_cast<Limb>(low % base);
    low /= base;
  }
  while (low != 0) {
    limbs.push_back(static_cast<Limb>(low % base));
    low /= base;
  }
}

std::string base58_encode(ByteView bytes) {
  const auto zeros = static_cast<std::size_t>(
      std::ranges::find_if(bytes, [](std::uint8_t b) { return b != 0; }) - bytes.begin());
  std::vector<std::uint32_t> limbs;  // base 58^5
  limbs.reserve(bytes.size() / 3 + 1);
  std::size_t at = zeros;
  while (at < bytes.size()) {
    const std::size_t count = std::min<std::size_t>(bytes.size() - at, 4);
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
      value = value << 8 | bytes[at + i];
    shift_in(limbs, 1ULL << (8 * count), kLimb, value);
    at += count;
  }
  std::string text;
  text.reserve(zeros + limbs.size() * kDigitsPerLimb);
  for (auto limb : limbs) {
    for (std::uint32_t i = 0; i < kDigitsPerLimb; ++i, limb /= 58)
      text.push_back(kAlphabet[limb % 58]);
  }
  while (!text.empty() && text.back() == '1')
    text.pop_back();
  text.append(zeros, '1');
  std::ranges::reverse(text);
  return text;
}

std::optional<Bytes> base58_decode(std::string_view text) {
  if (text.size() > kTextMax) return std::nullopt;
  const std::size_t ones = std::min(text.find_first_not_of('1'), text.size());
  std::vector<std::uint32_t> limbs;  // base 2^32
  limbs.reserve(text.size() / 5 + 1);
  std::size_t at = ones;
  while (at < text.size()) {
    const std::size_t count = std::min<std::size_t>(text.size() - at, kDigitsPerLimb);
    std::uint64_t value = 0;
    std::uint64_t factor = 1;
    for (std::size_t i = 0; i < count; ++i) {
      const int digit = kDigits[static_cast<unsigned char>(text[at + i])];
      if (digit < 0) return std::nullopt;
      value = value * 58 + static_cast<std::uint64_t>(digit);
      factor *= 58;
    }
    shift_in(limbs, factor, 1ULL << 32, value);
    at += count;
  }
  Bytes bytes;
  bytes.reserve(ones + limbs.size() * 4);
  for (const auto limb : limbs)
    append_le(bytes, limb);
  while (!bytes.empty() && bytes.back() == 0)
    bytes.pop_back();
  bytes.insert(bytes.end(), ones, 0);
  std::ranges::reverse(bytes);
  return bytes;
}

}  // namespace

std::string base58check_encode(ByteView payload) {
  const Hash256 hash = double_sha256(payload);
  Bytes whole(payload.begin(), payload.end());
  whole.insert(whole.end(), hash.begin(), hash.begin() + kChecksumSize);
  return base58_encode(whole);
}

std::optional<Bytes> base58check_decode(std::string_view text) {
  auto bytes = base58_decode(text);
  if (!bytes || bytes->size() < kChecksumSize) return std::nullopt;
  const auto payload = ByteView(*bytes).first(bytes->size() - kChecksumSize);
  const Hash256 hash = double_sha256(payload);
  if (!std::equal(hash.begin(), hash.begin() + kChecksumSize, payload.end())) return std::nullopt;
  bytes->resize(payload.size());
  return bytes;
}

}  // namespace clew
