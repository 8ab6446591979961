#include "net/http.h"

#include <strings.h>
#include <time.h>

#include <algorithm>
#include <charconv>

namespace clew::net {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

// token of RFC 9110, 5.6.2
bool is_token(char c) {
  const bool alphanumeric =
      (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return alphanumeric ||
         (c != 0 && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}

bool is_field_value(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= ' ' && byte != 0x7f);
}

const char* reason(int status) {
  switch (status) {
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "";
  }
}

}  // namespace

const std::string* find_header(const Headers& headers, std::string_view name) {
  const auto found = std::ranges::find_if(
      headers, [&](const Header& header) { return same_name(header.name, name); });
  return found == headers.end() ? nullptr : &found->value;
}

std::string status_text(int status) {
  const std::string_view words = reason(status);
  return std::to_string(status) + (words.empty() ? "" : " ") + std::string(words);
}

std::optional<double> retry_after_seconds(const Headers& headers, double now) {
  const std::string* value = find_header(headers, "Retry-After");
  if (value == nullptr) return std::nullopt;
  unsigned seconds = 0;
  const char* end = value->data() + value->size();
  if (const auto [stop, code] = std::from_chars(value->data(), end, seconds);
      code == std::errc() && stop == end)
    return seconds;
  tm date{};
  if (const char* rest = strptime(value->c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date);
      rest == nullptr || *rest != 0)
    return std::nullopt;
  return std::max(0.0, static_cast<double>(timegm(&date)) - now);
}

Result<void> check_headers(const Headers& headers) {
  for (const Header& header : headers) {
    if (header.name.empty() || !std::ranges::all_of(header.name, is_token))
      return fail(ErrorKind::usage, "a header's name has characters that it may not have");
    if (!std::ranges::all_of(header.value, is_field_value))
      return fail(ErrorKind::usage, "the header " + header.name + " has control characters");
  }
  return {};
}

}  // namespace clew::net
