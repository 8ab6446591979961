// Bech32 (BIP 173) and Bech32m (BIP 350), and the segwit addresses written in them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace clew::bitcoin {

enum class Bech32Form : std::uint8_t { bech32, bech32m };

struct Bech32 {
  std::string prefix;  // human-readable part, lower case
  Bytes values;        // 5 bits each, without the checksum
  Bech32Form form{};
};
// `prefix` must be lower case, every value below 32.
std::string encode_bech32(const Bech32& content);
// Nothing if the text is longer than 90 characters, of mixed case or fails both checksums.
std::optional<Bech32> decode_bech32(std::string_view text);

struct WitnessProgram {
  std::uint8_t version = 0;  // 0 to 16
  Bytes bytes;               // 2 to 40; 20 or 32 for version 0
};
std::string encode_segwit(std::string_view prefix, std::uint8_t version, ByteView program);
// Nothing unless version, length and form of checksum belong together and padding is zero.
std::optional<WitnessProgram> decode_segwit(std::string_view text, std::string_view prefix);

}  // namespace clew::bitcoin
