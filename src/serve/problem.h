// What a client is told when it gets no answer: problem details (RFC 9457), one table for all.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/server.h"
#include "serve/schema.h"

namespace clew::serve {

enum class ProblemKind : std::uint8_t {
  malformed_request,
  not_json,
  no_key,
  scope_too_small,
  not_found,
  wrong_method,
  not_acceptable,
  request_too_slow,
  body_too_large,
  wrong_media_type,
  invalid_fields,
  too_many_requests,
  head_too_large,
  internal,
  provider_failed,
  not_ready,
  overloaded,
  answer_too_slow,
};

struct ProblemInfo {
  ProblemKind kind;
  std::string_view name;  // "invalid-fields": ends the type's URI
  int status;
  std::string_view title;
};
std::span<const ProblemInfo> all_problems();
const ProblemInfo& info_of(ProblemKind kind);

struct Problem {
  ProblemKind kind = ProblemKind::internal;
  std::string detail;  // of this occurrence; may be shown to anybody
  std::vector<Fault> errors;
  net::Headers headers;
  std::string cause;  // for the log alone
};
template <class T>
using Outcome = tl::expected<T, Problem>;

inline tl::unexpected<Problem> refuse(ProblemKind kind, std::string detail) {
  return tl::unexpected(Problem{.kind = kind, .detail = std::move(detail)});
}
// An error of our own rooms. What may name files goes to the log and not to the client.
Problem problem_of(Error error);
// The kind that the server's own refusals (net/exchange.h) stand for.
ProblemKind kind_of_status(int status);

// "urn:chainclew:problem:invalid-fields"
std::string type_uri(const ProblemInfo& info);
// With Retry-After wherever the status is 503, of a second if the problem does not say.
net::Answer problem_answer(const Problem& problem, const std::string& request_id);
// Of all problems' documents.
Json problem_schema();

}  // namespace clew::serve
