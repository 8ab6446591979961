// Well-formed UTF-8 (RFC 3629): overlong forms, surrogates and codes past U+10FFFF are not.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace clew {

struct Utf8Character {
  std::uint32_t code = 0;
  std::size_t size = 0;  // bytes
};
// The character at the start of a text; nothing if there is none or it is not well-formed.
std::optional<Utf8Character> first_character(std::string_view text);

bool valid_utf8(std::string_view text);
// With U+FFFD in place of every byte that is not part of a well-formed character.
std::string to_valid_utf8(std::string_view text);
// The start of a well-formed text, at most so many bytes and no half character.
std::string_view cut_utf8(std::string_view text, std::size_t bytes_max);
// Words of strangers for a message: one line, with "..." where it was cut.
std::string one_line(std::string_view text, std::size_t bytes_max);

}  // namespace clew
