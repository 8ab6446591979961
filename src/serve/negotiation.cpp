#include "serve/negotiation.h"

#include <strings.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string>

namespace clew::serve {
namespace {

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

// The next part up to `end`, taken off the front.
std::string_view take(std::string_view& text, char end) {
  const auto at = std::min(text.find(end), text.size());
  const auto part = trimmed(text.substr(0, at));
  text.remove_prefix(std::min(at + 1, text.size()));
  return part;
}

// Of "name;q=0.5": the name, and whether its weight is more than 0.
struct Choice {
  std::string_view name;
  bool wanted = true;
};
Choice read_choice(std::string_view text) {
  Choice choice{take(text, ';')};
  while (!text.empty()) {
    const auto parameter = take(text, ';');
    if (parameter.size() < 2 || !same(parameter.substr(0, 2), "q=")) continue;
    double weight = 0;
    const auto value = parameter.substr(2);
    const auto code = std::from_chars(value.data(), value.data() + value.size(), weight).ec;
    choice.wanted = code == std::errc() && weight > 0;
  }
  return choice;
}

// What the most precise of the choices says for which `precision` is more than 0.
template <class Precision>
bool chosen(const net::Headers& headers, std::string_view header, bool by_default,
            Precision precision) {
  bool wanted = by_default;
  int best = 0;
  for (const auto& [name, value] : headers) {
    if (!same(name, header)) continue;
    wanted = best > 0 && wanted;  // what is said leaves out what is not
    std::string_view rest = value;
    while (!rest.empty()) {
      const Choice choice = read_choice(take(rest, ','));
      const int fits = precision(choice.name);
      if (fits <= best) continue;
      best = fits;
      wanted = choice.wanted;
    }
  }
  return wanted;
}

}  // namespace

bool accepts(const net::Headers& headers, std::string_view type) {
  const auto family = std::string(type.substr(0, type.find('/') + 1)) + "*";
  type = type.substr(0, type.find(';'));
  return chosen(headers, "Accept", true, [&](std::string_view name) {
    if (same(name, type)) return 3;
    if (same(name, family)) return 2;
    return name == "*/*" || name.empty() ? 1 : 0;
  });
}

bool accepts_gzip(const net::Headers& headers) {
  return chosen(headers, "Accept-Encoding", false, [](std::string_view name) {
    return same(name, "gzip") || same(name, "x-gzip") ? 2 : (name == "*" ? 1 : 0);
  });
}

bool sends_json(const net::Headers& headers) {
  if (const auto* packed = net::find_header(headers, "Content-Encoding");
      packed != nullptr && !same(trimmed(*packed), "identity"))
    return false;
  const auto* type = net::find_header(headers, "Content-Type");
  if (type == nullptr) return false;
  std::string_view rest = *type;
  if (!same(take(rest, ';'), "application/json")) return false;
  while (!rest.empty()) {
    const auto parameter = take(rest, ';');
    if (same(parameter.substr(0, 8), "charset=") && !same(parameter.substr(8), "utf-8") &&
        !same(parameter.substr(8), "\"utf-8\""))
      return false;
  }
  return true;
}

}  // namespace clew::serve
