#include "serve/routes.h"

namespace clew::serve {
namespace {

Json problem_responses(const Route& route) {
  std::map<int, std::string> by_status;
  for (const ProblemKind kind : problems_of(route)) {
    const ProblemInfo& info = info_of(kind);
    auto& words = by_status[info.status];
    words += (words.empty() ? "" : ", or: ") + std::string(info.title);
  }
  Json responses = Json::object();
  for (const auto& [status, words] : by_status) {
    Json response = {
        {"description", words},
        {"content",
         {{"application/problem+json", {{"schema", {{"$ref", "#/components/schemas/Problem"}}}}}}}};
    if (status == 429 || status == 503) {
      response["headers"] = {{"Retry-After",
                              {{"description", "Seconds after which to ask again"},
                               {"schema", {{"type", "integer"}, {"minimum", 1}}}}}};
    }
    responses[std::to_string(status)] = std::move(response);
  }
  return responses;
}

Json security_of(const Route& route) {
  if (route.needs == Scope::open) return Json::array();
  const auto scopes = Json::array({std::string(name(route.needs))});
  return Json::array({Json{{"bearer", scopes}}, Json{{"key", scopes}}});
}

Json operation_of(const Route& route) {
  Json operation = {{"operationId", route.operation},
                    {"summary", route.summary},
                    {"description", route.description},
                    {"security", security_of(route)}};
  if (!route.parameters.empty()) {
    auto parameters = Json::array();
    for (const auto& one : route.parameters) {
      parameters.push_back({{"name", one.name},
                            {"in", "path"},
                            {"required", true},
                            {"description", one.description},
                            {"schema", one.schema}});
    }
    operation["parameters"] = std::move(parameters);
  }
  if (!route.request.is_null()) {
    Json content = {{"schema", route.request}};
    if (!route.request_example.is_null()) content["example"] = route.request_example;
    operation["requestBody"] = {{"required", true}, {"content", {{"application/json", content}}}};
  }
  auto responses = problem_responses(route);
  Json content = Json::object();
  content[route.content_type] = {{"schema", route.response}};
  responses["200"] = {{"description", "The answer"}, {"content", content}};
  operation["responses"] = std::move(responses);
  return operation;
}

Json security_schemes() {
  return {{"bearer",
           {{"type", "http"},
            {"scheme", "bearer"},
            {"description", "Authorization: Bearer clew_…, a key made by `clew keys add`"}}},
          {"key",
           {{"type", "apiKey"},
            {"in", "header"},
            {"name", "X-API-Key"},
            {"description", "The same key in a header of its own"}}}};
}

}  // namespace

Json openapi(const std::vector<Route>& routes, const std::string& version) {
  Json paths = Json::object();
  for (const Route& route : routes) {
    std::string method = route.method;
    for (char& c : method)
      c = static_cast<char>(c - 'A' + 'a');
    paths[route.path][method] = operation_of(route);
  }
  return {
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "Chainclew"},
        {"version", version},
        {"description",
         "Follows money on public ledgers. Every answer carries X-Request-Id, which takes the "
         "request's own if it is 1 to 64 letters, digits, dots, hyphens or underscores."}}},
      {"paths", std::move(paths)},
      {"components",
       {{"securitySchemes", security_schemes()}, {"schemas", {{"Problem", problem_schema()}}}}}};
}

}  // namespace clew::serve
