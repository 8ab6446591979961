#include "serve/problem.h"

#include <algorithm>
#include <array>

#include "base/json_text.h"

namespace clew::serve {
namespace {

using enum ProblemKind;

// In the order of ProblemKind.
constexpr std::array<ProblemInfo, 18> kProblems = {{
    {malformed_request, "malformed-request", 400,
     "The request is not HTTP as the server speaks it"},
    {not_json, "not-json", 400, "The body is not JSON as the server takes it"},
    {no_key, "no-key", 401, "A valid API key is needed"},
    {scope_too_small, "scope-too-small", 403, "The API key's scope does not cover this"},
    {not_found, "not-found", 404, "There is no such thing"},
    {wrong_method, "wrong-method", 405, "The path has no such method"},
    {not_acceptable, "not-acceptable", 406, "The answer has no form that the client accepts"},
    {request_too_slow, "request-too-slow", 408, "The request did not arrive in time"},
    {body_too_large, "body-too-large", 413, "The body is too large"},
    {wrong_media_type, "wrong-media-type", 415,
     "The body has a form that the server does not take"},
    {invalid_fields, "invalid-fields", 422, "Some of the request's values are not valid"},
    {too_many_requests, "too-many-requests", 429, "More is asked than the rate allows"},
    {head_too_large, "head-too-large", 431, "The request's header is too large"},
    {internal, "internal", 500, "The server failed"},
    {provider_failed, "provider-failed", 502, "A provider that the answer needs failed"},
    {not_ready, "not-ready", 503, "The server cannot answer now"},
    {overloaded, "overloaded", 503, "The server has too much to do"},
    {answer_too_slow, "answer-too-slow", 504, "The answer takes too long"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kProblems.size(); ++i) {
    if (static_cast<std::size_t>(kProblems[i].kind) != i) return false;
  }
  return true;
}
static_assert(in_order());

}  // namespace

std::span<const ProblemInfo> all_problems() {
  return kProblems;
}

const ProblemInfo& info_of(ProblemKind kind) {
  return kProblems[static_cast<std::size_t>(kind)];
}

Problem problem_of(Error error) {
  Problem problem;
  problem.cause = std::move(error.message);
  switch (error.kind) {
    case ErrorKind::network:
      problem.kind = provider_failed;
      problem.detail = "Asking again later may help";
      break;
    case ErrorKind::busy:
    case ErrorKind::stopped:
      problem.kind = not_ready;
      problem.detail = "Asking again later may help";
      break;
    default:
      problem.detail = "The server's log says why, under the id of this request";
  }
  return problem;
}

ProblemKind kind_of_status(int status) {
  const auto found = std::ranges::find(kProblems, status, &ProblemInfo::status);
  return found == kProblems.end() ? internal : found->kind;
}

std::string type_uri(const ProblemInfo& info) {
  return "urn:chainclew:problem:" + std::string(info.name);
}

net::Answer problem_answer(const Problem& problem, const std::string& request_id) {
  const ProblemInfo& info = info_of(problem.kind);
  std::string text;
  JsonText json(text);
  const auto put = [&](std::string_view key, std::string_view value) {
    json.key(key);
    json.string(value);
  };
  json.open_object();
  put("type", type_uri(info));
  put("title", info.title);
  json.key("status");
  json.number(static_cast<std::uint64_t>(info.status));
  put("detail", problem.detail);
  put("instance", "urn:chainclew:request:" + request_id);
  if (!problem.errors.empty()) {
    json.key("errors");
    json.open_array();
    for (const auto& fault : problem.errors) {
      json.open_object();
      put("pointer", fault.pointer);
      put("detail", fault.detail);
      json.close_object();
    }
    json.close_array();
  }
  json.close_object();
  auto headers = problem.headers;
  if (info.status == 503 && net::find_header(headers, "Retry-After") == nullptr)
    headers.push_back({"Retry-After", "1"});
  return {.status = info.status,
          .content_type = "application/problem+json",
          .headers = std::move(headers),
          .body = std::move(text)};
}

Json problem_schema() {
  const Json text = {{"type", "string"}};
  return {
      {"type", "object"},
      {"description", "Problem details (RFC 9457)"},
      {"required", Json::array({"type", "title", "status", "detail", "instance"})},
      {"properties",
       {{"type", text},
        {"title", text},
        {"status", {{"type", "integer"}}},
        {"detail", text},
        {"instance", {{"type", "string"}, {"description", "Names the request, as its id does"}}},
        {"errors",
         {{"type", "array"},
          {"maxItems", kFaultsMax},
          {"items",
           {{"type", "object"},
            {"required", Json::array({"pointer", "detail"})},
            {"properties",
             {{"pointer",
               {{"type", "string"},
                {"description", "JSON pointer into the body, or the name of a parameter"}}},
              {"detail", text}}},
            {"additionalProperties", false}}}}}}},
      {"additionalProperties", false}};
}

}  // namespace clew::serve
