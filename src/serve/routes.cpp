#include "serve/routes.h"

#include <algorithm>
#include <optional>
#include <set>

namespace clew::serve {
namespace {

using Parameters = std::map<std::string, std::string, std::less<>>;

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const auto end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const auto byte = i + 2 < text.size() ? from_hex(text.substr(i + 1, 2)) : std::nullopt;
    if (!byte) return std::nullopt;
    out += static_cast<char>(byte->front());
    i += 2;
  }
  return out;
}

bool fits(const Route& route, std::string_view path, Parameters& parameters) {
  const auto pattern = segments_of(route.path), given = segments_of(path);
  if (pattern.size() != given.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (!is_parameter(pattern[i])) {
      if (pattern[i] != given[i]) return false;
      continue;
    }
    auto value = decoded(given[i]);
    if (!value || value->empty()) return false;
    parameters[std::string(pattern[i].substr(1, pattern[i].size() - 2))] = std::move(*value);
  }
  return true;
}

// With the names of parameters left out: what two routes must not share.
std::string shape_of(const Route& route) {
  std::string shape = route.method;
  for (const auto segment : segments_of(route.path))
    shape.append("/").append(is_parameter(segment) ? "{}" : segment);
  return shape;
}

Result<void> check_route(const Route& route) {
  const auto wrong = [&](const std::string& what) {
    return fail(ErrorKind::usage, route.method + " " + route.path + ": " + what);
  };
  if (!route.path.starts_with('/')) return wrong("the path does not begin with a slash");
  if (!route.handler) return wrong("nobody answers");
  if (route.at_once && !route.request.is_null()) return wrong("at once, and with a body");
  if (route.unlimited && !(route.at_once && route.needs == Scope::open))
    return wrong("unlimited, and not open and at once");
  std::size_t found = 0;
  for (const auto segment : segments_of(route.path)) {
    if (!is_parameter(segment)) continue;
    ++found;
    const auto name = segment.substr(1, segment.size() - 2);
    if (std::ranges::none_of(route.parameters, [&](const auto& one) { return one.name == name; }))
      return wrong("the parameter " + std::string(name) + " is not described");
  }
  if (found != route.parameters.size()) return wrong("a parameter is not in the path");
  for (const Json* schema : {&route.request, &route.response}) {
    if (schema->is_null()) continue;
    if (const auto foreign = foreign_keyword(*schema); !foreign.empty())
      return wrong("its schema has " + foreign + ", which is not understood");
  }
  return {};
}

}  // namespace

Reply json_reply(const Json& document) {
  return {200, document.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

Result<Routes> Routes::of(std::vector<Route> routes) {
  std::set<std::string> shapes, operations;
  for (const Route& route : routes) {
    CLEW_CHECK(check_route(route));
    if (!shapes.insert(shape_of(route)).second || !operations.insert(route.operation).second)
      return fail(ErrorKind::usage, route.method + " " + route.path + ": is there twice");
  }
  Routes table;
  table.routes_ = std::move(routes);
  return table;
}

Match Routes::match(std::string_view method, std::string_view path) const {
  Match match;
  if (!path.starts_with('/')) return match;
  bool open = true;
  for (const Route& route : routes_) {
    Parameters parameters;
    if (!fits(route, path, parameters)) continue;
    match.methods.push_back(route.method);
    if (route.method == "GET") match.methods.emplace_back("HEAD");
    open = open && route.needs == Scope::open;
    if (method == route.method || (method == "HEAD" && route.method == "GET")) {
      match.route = &route;
      match.parameters = std::move(parameters);
    }
  }
  match.open = open && !match.methods.empty();
  if (!match.methods.empty()) match.methods.emplace_back("OPTIONS");
  return match;
}

std::vector<ProblemKind> problems_of(const Route& route) {
  using enum ProblemKind;
  std::set<ProblemKind> kinds(route.problems.begin(), route.problems.end());
  kinds.insert({malformed_request, wrong_method, not_acceptable, request_too_slow, head_too_large,
                invalid_fields, internal});
  if (route.needs != Scope::open) kinds.insert({no_key, scope_too_small, not_ready});
  if (!route.unlimited) kinds.insert(too_many_requests);
  if (!route.at_once) kinds.insert({body_too_large, overloaded, answer_too_slow});
  if (!route.request.is_null()) kinds.insert({not_json, wrong_media_type});
  return {kinds.begin(), kinds.end()};
}

}  // namespace clew::serve
