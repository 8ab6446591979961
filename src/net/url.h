// Addresses of servers (RFC 3986, the part that HTTP and WebSocket use).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace clew::net {

struct Url {
  std::string scheme;  // http, https, ws or wss
  std::string host;    // a name in lower case, or an address; IPv6 without its brackets
  std::uint16_t port = 0;
  std::string target = "/";             // path and query, still percent-encoded
  std::optional<std::string> userinfo;  // "user:password", decoded; a secret

  // The target as what other paths go behind: without a slash at its end.
  std::string root() const;
  bool secure() const { return scheme == "https" || scheme == "wss"; }
  bool websocket() const { return scheme == "ws" || scheme == "wss"; }
  // Of this very machine: 127.0.0.0/8, ::1 or localhost.
  bool loopback() const;
  // What a Host header says: without the port if it is the scheme's own.
  std::string authority() const;
  // For messages: where it leads, without what may be a secret. Providers put keys into the path
  // and the query, so of these only that they are there: "https://node.example/...".
  std::string shown() const;
};

// Names the flaw but not the text, which may hold a secret.
Result<Url> parse_url(std::string_view text);

// For what goes into a path or a query (RFC 3986, 2.1): all but the unreserved characters.
std::string percent_encoded(std::string_view text);
// Nothing if a % is not followed by two hexadecimal digits.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace clew::net
