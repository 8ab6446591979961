// Moments as people and documents write them, in UTC.
#pragma once

#include <cstdint>
#include <string>

namespace clew {

// "2020-09-13T12:26:40Z" (ISO 8601), of seconds since 1970.
std::string time_iso(std::int64_t seconds);
// "2020-09-13 12:26:40".
std::string time_text(std::int64_t seconds);

}  // namespace clew
