// What HTTP/1.1 carries (RFC 9110, RFC 9112), for the client and the server alike.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace clew::net {

struct Header {
  std::string name, value;
};
using Headers = std::vector<Header>;

// The first of that name, in any case; null if there is none.
const std::string* find_header(const Headers& headers, std::string_view name);

struct Request {
  std::string method = "GET";
  std::string target = "/";  // path and query, percent-encoded
  Headers headers;
  std::string body;

  std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
};

struct Response {
  int status = 200;
  Headers headers;
  // Of an answer that the client read: unpacked, and with kBodySlack bytes of capacity behind it,
  // so that parsers which read ahead can work in place.
  std::string body;
};
constexpr std::size_t kBodySlack = 64;

// "429 Too Many Requests"
std::string status_text(int status);

// Seconds from `now` (of the epoch) that the server asks to stay away: Retry-After, a number of
// seconds or a date (RFC 9110, 10.2.3). Nothing if it does not say, or not so that it makes sense.
std::optional<double> retry_after_seconds(const Headers& headers, double now);

// data if a name or value could end the line it is on and smuggle in others.
Result<void> check_headers(const Headers& headers);

}  // namespace clew::net
