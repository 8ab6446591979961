// Base58Check: base 58 without 0, O, I and l, over the payload and the first four bytes of its
// double SHA-256. https://en.bitcoin.it/wiki/Base58Check_encoding
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace clew {

std::string base58check_encode(ByteView payload);
// Without the 4 bytes of the checksum. Nothing if it is wrong, a character is none of base 58, or
// the text is longer than any that is in use.
std::optional<Bytes> base58check_decode(std::string_view text);

}  // namespace clew
