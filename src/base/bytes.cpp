#include "base/bytes.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <algorithm>
#include <bit>

namespace clew {

static_assert(std::endian::native == std::endian::little, "load_le and append_le copy bytes as is");

namespace {

constexpr char kDigits[] = "0123456789abcdef";

constexpr std::array<std::uint8_t, 256> make_nibbles() {
  std::array<std::uint8_t, 256> table{};
  table.fill(kNotHex);
  for (std::uint8_t i = 0; i < 10; ++i)
    table['0' + i] = i;
  for (std::uint8_t i = 0; i < 6; ++i) {
    table['a' + i] = static_cast<std::uint8_t>(10 + i);
    table['A' + i] = static_cast<std::uint8_t>(10 + i);
  }
  return table;
}
constexpr auto kNibbles = make_nibbles();

bool scalar_hex_into(std::string_view text, std::uint8_t* out) {
  std::uint8_t seen = 0;  // collects kNotHex, so that the loop has no branch
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    const std::uint8_t high = kNibbles[static_cast<std::uint8_t>(text[i])];
    const std::uint8_t low = kNibbles[static_cast<std::uint8_t>(text[i + 1])];
    seen |= high | low;
    *out++ = static_cast<std::uint8_t>(high << 4 | low);
  }
  return seen <= 0x0f;
}

#if defined(__SSE2__)  // every x86-64 has it

constexpr std::size_t kHexVector = 16;  // characters at a time

// What sixteen characters stand for; more than 15 for one that is not hexadecimal. Digits wrap
// around to the end of the range, where saturation cuts off what is below them; letters of either
// case end up above ten (W. Mula, "Parsing hex numbers with validation", 2022).
__m128i nibbles_of(__m128i text) {
  const __m128i shifted = _mm_add_epi8(text, _mm_set1_epi8(static_cast<char>(0xff - '9')));
  const __m128i digits = _mm_sub_epi8(_mm_subs_epu8(shifted, _mm_set1_epi8(6)),
                                      _mm_set1_epi8(static_cast<char>(0xf0)));
  const __m128i upper = _mm_and_si128(text, _mm_set1_epi8(static_cast<char>(0xdf)));
  const __m128i letters = _mm_adds_epu8(_mm_sub_epi8(upper, _mm_set1_epi8('A')), _mm_set1_epi8(10));
  return _mm_min_epu8(digits, letters);
}

// Pairs of nibbles as bytes, one in each 16-bit word.
__m128i bytes_of(__m128i nibbles) {
  const __m128i joined = _mm_or_si128(_mm_slli_epi16(nibbles, 4), _mm_srli_epi16(nibbles, 8));
  return _mm_and_si128(joined, _mm_set1_epi16(0xff));
}

// Of at least kHexVector characters.
bool vector_hex_into(std::string_view text, std::uint8_t* out) {
  const auto load = [](const char* at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  };
  const char* at = text.data();
  const char* const end = at + text.size() / 2 * 2;
  __m128i largest = _mm_setzero_si128();
  for (; end - at >= 2 * static_cast<std::ptrdiff_t>(kHexVector); at += 2 * kHexVector) {
    const __m128i first = nibbles_of(load(at)), second = nibbles_of(load(at + kHexVector));
    largest = _mm_max_epu8(largest, _mm_max_epu8(first, second));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out),
                     _mm_packus_epi16(bytes_of(first), bytes_of(second)));
    out += kHexVector;
  }
  const auto decode = [&](const char* from, std::uint8_t* to) {
    const __m128i nibbles = nibbles_of(load(from));
    largest = _mm_max_epu8(largest, nibbles);
    const __m128i bytes = bytes_of(nibbles);
    _mm_storel_epi64(reinterpret_cast<__m128i*>(to), _mm_packus_epi16(bytes, bytes));
  };
  if (end - at >= static_cast<std::ptrdiff_t>(kHexVector)) {
    decode(at, out);
    at += kHexVector;
    out += kHexVector / 2;
  }
  // The last characters together with some that are done.
  if (at != end) decode(end - kHexVector, out - (kHexVector - (end - at)) / 2);
  const __m128i too_large = _mm_subs_epu8(largest, _mm_set1_epi8(15));
  return _mm_movemask_epi8(_mm_cmpeq_epi8(too_large, _mm_setzero_si128())) == 0xffff;
}

#endif

}  // namespace

std::uint8_t hex_digit(char c) {
  return kNibbles[static_cast<std::uint8_t>(c)];
}

bool hex_into(std::string_view text, std::uint8_t* out) {
#if defined(__SSE2__)
  if (text.size() >= kHexVector) return vector_hex_into(text, out);
#endif
  return scalar_hex_into(text, out);
}

std::string to_hex(ByteView bytes) {
  std::string text(bytes.size() * 2, '\0');
  char* out = text.data();
  for (const std::uint8_t byte : bytes) {
    *out++ = kDigits[byte >> 4];
    *out++ = kDigits[byte & 15];
  }
  return text;
}

std::optional<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes bytes(text.size() / 2);
  if (!hex_into(text, bytes.data())) return std::nullopt;
  return bytes;
}

std::string to_display(const Hash256& hash) {
  Hash256 reversed;
  std::reverse_copy(hash.begin(), hash.end(), reversed.begin());
  return to_hex(reversed);
}

std::optional<Hash256> hash_from_display(std::string_view text) {
  Hash256 hash;
  if (text.size() != 2 * hash.size() || !hex_into(text, hash.data())) return std::nullopt;
  std::reverse(hash.begin(), hash.end());
  return hash;
}

}  // namespace clew
