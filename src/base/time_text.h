// Moments as people and documents write them, in UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace clew {

// "2020-09-13T12:26:40Z" (ISO 8601), of seconds since 1970.
std::string time_iso(std::int64_t seconds);
// "2020-09-13 12:26:40".
std::string time_text(std::int64_t seconds);

// Seconds since 1970 of "2020-09-13" (its first), "2020-09-13T12:26", "2020-09-13T12:26:40" (either
// with a blank for the T) or "2020-09-13T12:26:40Z". Nothing of any other spelling, nor of a day or
// a time of day that there is not.
std::optional<std::int64_t> parse_time(std::string_view text);

}  // namespace clew
