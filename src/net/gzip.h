// Packed bodies (RFC 1952).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace clew::net {

// Unpacks a whole gzip text of any number of members. data if it is damaged, cut off, or unpacks to
// more than `bytes_max`, of which no more is ever in memory. Keeps kBodySlack behind the text.
Result<std::string> gunzip(std::string_view packed, std::size_t bytes_max);

// Packs into one member, at a level where speed and size are balanced. io if there is no memory.
Result<std::string> gzip(std::string_view text);

}  // namespace clew::net
