// Byte sequences, 256-bit hashes and their text forms.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace clew {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

// A 32-byte digest in the order in which the hash function wrote it.
using Hash256 = std::array<std::uint8_t, 32>;
using Hash160 = std::array<std::uint8_t, 20>;

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// Lower-case hexadecimal, in memory order.
std::string to_hex(ByteView bytes);
// Nothing if the text has odd length or a character that is not hexadecimal.
std::optional<Bytes> from_hex(std::string_view text);
// The same into text.size() / 2 bytes at hand; of an odd length the last character is left out.
bool hex_into(std::string_view text, std::uint8_t* out);
// What a character stands for, or kNotHex.
constexpr std::uint8_t kNotHex = 0xff;
std::uint8_t hex_digit(char c);

// Bitcoin shows block hashes and txids with their bytes reversed.
std::string to_display(const Hash256& hash);
std::optional<Hash256> hash_from_display(std::string_view text);

// Unaligned little-endian loads and stores.
template <class T>
T load_le(const std::uint8_t* p) {
  T value;
  std::memcpy(&value, p, sizeof value);
  return value;
}
template <class T>
void append_le(Bytes& out, T value) {
  const auto* p = reinterpret_cast<const std::uint8_t*>(&value);
  out.insert(out.end(), p, p + sizeof value);
}

}  // namespace clew
