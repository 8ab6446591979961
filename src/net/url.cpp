#include "net/url.h"

#include <algorithm>
#include <charconv>

#include "base/bytes.h"

namespace clew::net {
namespace {

constexpr std::size_t kUrlMax = 8192;

tl::unexpected<Error> bad(const std::string& what) {
  return fail(ErrorKind::usage, "not a URL: " + what);
}

bool is_printable(char c) {
  return c > ' ' && c < 0x7f;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

std::uint16_t default_port(const Url& url) {
  return url.secure() ? 443 : 80;
}

bool is_host_character(char c, bool in_brackets) {
  if (in_brackets) return c == ':' || c == '.' || hex_digit(c) != kNotHex;
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

// [v6]:port or name:port
Result<void> read_host(std::string_view text, Url& url) {
  const bool in_brackets = text.starts_with('[');
  const std::size_t close = in_brackets ? text.find(']') : text.find(':');
  if (in_brackets && close == text.npos) return bad("no ] after the address");
  url.host = lower(in_brackets ? text.substr(1, close - 1) : text.substr(0, close));
  if (url.host.empty()) return bad("no host");
  if (url.host.size() > 253) return bad("the host's name is too long");
  if (!std::ranges::all_of(url.host, [&](char c) { return is_host_character(c, in_brackets); }))
    return bad("a host is a name of letters, digits, points and hyphens, or an address");
  if (in_brackets && url.host.find(':') == url.host.npos) return bad("no address in brackets");
  auto rest = close == text.npos ? std::string_view() : text.substr(close + (in_brackets ? 1 : 0));
  url.port = default_port(url);
  if (rest.empty()) return {};
  if (rest[0] != ':') return bad("something other than a port follows the host");
  rest.remove_prefix(1);
  const char* end = rest.data() + rest.size();
  const auto [stop, code] = std::from_chars(rest.data(), end, url.port);
  if (code != std::errc() || stop != end || url.port == 0)
    return bad("a port is a number from 1 to 65535");
  return {};
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  if (text.size() > kUrlMax) return bad("too long");
  if (!std::ranges::all_of(text, is_printable))
    return bad("it has spaces, control characters or letters beyond ASCII");
  const auto colon = text.find("://");
  if (colon == text.npos) return bad("it begins with http://, https://, ws:// or wss://");
  Url url;
  url.scheme = lower(text.substr(0, colon));
  if (url.scheme != "http" && url.scheme != "https" && !url.websocket())
    return bad("its scheme is none of http, https, ws, wss");
  text.remove_prefix(colon + 3);

  text = text.substr(0, text.find('#'));
  const auto path = text.find_first_of("/?");
  if (path != text.npos) {
    url.target = text.substr(path);
    if (url.target[0] == '?') url.target.insert(0, "/");
    text = text.substr(0, path);
  }
  if (const auto at = text.rfind('@'); at != text.npos) {
    url.userinfo = percent_decoded(text.substr(0, at));
    if (!url.userinfo) return bad("a % in user or password without two hexadecimal digits");
    text.remove_prefix(at + 1);
  }
  CLEW_CHECK(read_host(text, url));
  return url;
}

bool Url::loopback() const {
  const bool v4 = host.starts_with("127.") && std::ranges::all_of(host, [](char c) {
                    return c == '.' || (c >= '0' && c <= '9');
                  });
  return v4 || host == "::1" || host == "localhost";
}

std::string Url::root() const {
  std::string path = target;
  while (path.ends_with('/'))
    path.pop_back();
  return path;
}

std::string Url::authority() const {
  std::string out = host.find(':') == host.npos ? host : "[" + host + "]";
  if (port != default_port(*this)) out += ":" + std::to_string(port);
  return out;
}

std::string Url::shown() const {
  return scheme + "://" + authority() + (target == "/" ? "" : "/...");
}

std::string percent_encoded(std::string_view text) {
  static constexpr std::string_view kUnreserved = "-._~";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain || kUnreserved.find(c) != kUnreserved.npos) {
      out += c;
      continue;
    }
    constexpr char kDigits[] = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return out;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const auto high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
    if (high == kNotHex || low == kNotHex) return std::nullopt;
    out += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return out;
}

}  // namespace clew::net
