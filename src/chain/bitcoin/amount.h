// Amounts as nodes print them: coins in decimal text.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace clew::bitcoin {

// Satoshi of a JSON number in coins ("0.1", "25.00004160", "1e-8"), exactly and without floating
// point. Nothing if the text is not a number by RFC 8259, is finer than one satoshi, or does not
// fit in 64 bits.
std::optional<std::int64_t> parse_coins(std::string_view text);

}  // namespace clew::bitcoin
