#include "base/bytes.h"

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

}  // namespace

std::uint8_t hex_digit(char c) {
  return kNibbles[static_cast<std::uint8_t>(c)];
}

bool hex_into(std::string_view text, std::uint8_t* out) {
  std::uint8_t seen = 0;  // collects kNotHex, so that the loop has no branch
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    const std::uint8_t high = kNibbles[static_cast<std::uint8_t>(text[i])];
    const std::uint8_t low = kNibbles[static_cast<std::uint8_t>(text[i + 1])];
    seen |= high | low;
    *out++ = static_cast<std::uint8_t>(high << 4 | low);
  }
  return seen <= 0x0f;
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
