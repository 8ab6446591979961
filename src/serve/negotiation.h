// What forms a client sends and takes (RFC 9110, 8 and 12.5).
#pragma once

#include <string_view>

#include "net/http.h"

namespace clew::serve {

// Whether `type` ("application/json") is among what Accept allows; all is, if it is not there.
bool accepts(const net::Headers& headers, std::string_view type);
bool accepts_gzip(const net::Headers& headers);
// Whether the body is JSON in UTF-8 and not packed.
bool sends_json(const net::Headers& headers);

}  // namespace clew::serve
