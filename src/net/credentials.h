// What a client shows to be let in (RFC 7617).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace clew::net {

// "Basic dXNlcjpwYXNzd29yZA==" of "user:password".
std::string basic_authorization(std::string_view userinfo);

// The line in a cookie file, "user:password". not_found or io if it cannot be read, data if it is
// empty, too long for a cookie or has control characters.
Result<std::string> read_cookie(const std::string& path);

}  // namespace clew::net
