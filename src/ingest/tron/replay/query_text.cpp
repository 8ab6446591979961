#include "ingest/tron/replay/query_text.h"

#include "net/url.h"

namespace clew::replay {
namespace {

std::string snake_case(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool capital = c >= 'A' && c <= 'Z';
    if (capital) out += '_';
    out += capital ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

}  // namespace

std::optional<QueryText> read_query(std::string_view target) {
  QueryText out;
  const auto mark = target.find('?');
  std::string_view rest = mark == target.npos ? std::string_view() : target.substr(mark + 1);
  while (!rest.empty()) {
    const auto end = rest.find('&');
    const std::string_view part = rest.substr(0, end);
    rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
    if (part.empty()) continue;
    const auto equals = part.find('=');
    const auto name = net::percent_decoded(part.substr(0, equals));
    const auto value =
        equals == part.npos ? std::string() : net::percent_decoded(part.substr(equals + 1));
    if (!name || !value || !out.emplace(snake_case(*name), *value).second) return std::nullopt;
  }
  return out;
}

}  // namespace clew::replay
