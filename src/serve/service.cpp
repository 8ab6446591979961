#include "serve/service.h"

#include <strings.h>

#include <algorithm>
#include <cmath>

#include "net/gzip.h"
#include "serve/client_network.h"
#include "serve/negotiation.h"

namespace clew::serve {
namespace {

using net::Answer;
using net::Headers;
using net::Request;
using enum ProblemKind;

constexpr std::size_t kIdMax = 64;
constexpr std::size_t kPackFrom = 1024;  // less is not worth the work
constexpr std::string_view kNoRoute = "none";

bool is_well_formed_id(std::string_view id) {
  return !id.empty() && id.size() <= kIdMax && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

// Of a known set, as it becomes a label of metrics.
std::string_view known_method(std::string_view method) {
  constexpr std::array<std::string_view, 7> kKnown = {"GET",   "HEAD",   "POST",   "PUT",
                                                      "PATCH", "DELETE", "OPTIONS"};
  const auto found = std::ranges::find(kKnown, method);
  return found == kKnown.end() ? "other" : *found;
}

// A key in either header; what is given twice and differs is nobody's.
std::optional<ApiKey> key_of(const Headers& headers) {
  constexpr std::string_view kBearer = "Bearer ";
  std::optional<std::string_view> text;
  for (const auto& [name, value] : headers) {
    std::string_view given = value;
    if (strcasecmp(name.c_str(), "Authorization") == 0) {
      if (strncasecmp(value.c_str(), kBearer.data(), kBearer.size()) != 0) return std::nullopt;
      given.remove_prefix(kBearer.size());
    } else if (strcasecmp(name.c_str(), "X-API-Key") != 0) {
      continue;
    }
    if (text && *text != given) return std::nullopt;
    text = given;
  }
  return text ? parse_api_key(*text) : std::nullopt;
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words)
    text += (text.empty() ? "" : ", ") + word;
  return text;
}

tl::unexpected<Problem> retry_later(ProblemKind kind, std::string detail, double seconds) {
  auto problem = refuse(kind, std::move(detail));
  const auto whole = static_cast<long>(std::ceil(std::min(seconds, 86'400.0)));
  problem.value().headers = {{"Retry-After", std::to_string(std::max(1L, whole))}};
  return problem;
}

tl::unexpected<Problem> too_much_to_do() {
  return retry_later(overloaded, "As many requests as may be are being answered", 1);
}

}  // namespace

class ServedExchange final : public net::Exchange {
 public:
  ServedExchange(Service& service, const std::string& client)
      : service_(service), client_(client), begun_(service.parts_.clock.now()) {
    id_ = random_hex(16).value_or("none");
  }
  ~ServedExchange() override {
    if (!at_work_) return;
    --service_.at_work_;
    service_.parts_.metrics.end_work();
  }

  std::optional<Answer> admit(const Request& head) override;
  std::optional<Answer> start() override;
  Answer handle(Request request) override;
  Answer refuse(int status) override;
  void drop() override;

 private:
  Outcome<std::optional<Answer>> let_in(const Request& head);
  Outcome<void> limit_client();
  Outcome<void> authenticate(const Headers& headers);
  Outcome<void> check_scope() const;
  Outcome<void> check_form(const Request& head) const;
  Outcome<Answer> run(std::string_view body);
  Answer allowed_methods() const;
  Answer told(const Problem& problem);
  Answer finished(Answer answer, std::string_view problem = {}, std::string_view cause = {});
  LogLine line() const;
  std::string_view pattern() const { return match_.route ? match_.route->path : kNoRoute; }

  Service& service_;
  const std::string client_;
  const double begun_;
  std::string id_, method_, key_id_;
  std::optional<Scope> scope_;  // of the key; nothing: no key was needed
  Match match_;
  bool packs_ = false, at_work_ = false;
  std::atomic<bool> given_up_ = false;  // nobody waits for the handler any longer
  std::atomic<bool> told_ = false;      // counted and logged
};

std::optional<Answer> ServedExchange::admit(const Request& head) {
  const auto* id = net::find_header(head.headers, "X-Request-Id");
  if (id != nullptr && is_well_formed_id(*id)) id_ = *id;
  method_ = head.method;
  packs_ = accepts_gzip(head.headers);
  auto outcome = let_in(head);
  if (!outcome) return told(outcome.error());
  if (!*outcome) return std::nullopt;
  return finished(std::move(**outcome));
}

// Nothing is an answer yet: the body is to be read.
Outcome<std::optional<Answer>> ServedExchange::let_in(const Request& head) {
  match_ = service_.parts_.routes.match(head.method, head.path());
  if (auto calm = limit_client(); !calm) return tl::unexpected(calm.error());
  // Whoever has no key is not even told which paths there are.
  if (!match_.open) {
    if (auto known = authenticate(head.headers); !known) return tl::unexpected(known.error());
  }
  if (!head.target.starts_with('/'))
    return serve::refuse(malformed_request, "The target is not a path");
  if (match_.methods.empty()) return serve::refuse(not_found, "The path leads nowhere");
  if (match_.route == nullptr && head.method == "OPTIONS") return allowed_methods();
  if (match_.route == nullptr) {
    auto problem = serve::refuse(wrong_method, "The path has " + listed(match_.methods));
    problem.value().headers = {{"Allow", listed(match_.methods)}};
    return problem;
  }
  if (auto covered = check_scope(); !covered) return tl::unexpected(covered.error());
  if (auto fit = check_form(head); !fit) return tl::unexpected(fit.error());
  if (match_.route->at_once) return run({});
  // Takes none yet: bodies that come slowly must not keep others out.
  if (service_.at_work_ >= service_.limits_.at_work_max) return too_much_to_do();
  return std::nullopt;
}

// Before the key is looked up, so that nobody can try many.
Outcome<void> ServedExchange::limit_client() {
  if (match_.route != nullptr && match_.route->unlimited) return {};
  if (const auto wait = service_.client_rates_.take(client_network(client_)))
    return retry_later(too_many_requests, "The address asked more often than it may", *wait);
  return {};
}

Outcome<void> ServedExchange::authenticate(const Headers& headers) {
  const auto nobody = [] {
    auto problem = serve::refuse(no_key, "Send a key as Authorization: Bearer or X-API-Key");
    problem.value().headers = {{"WWW-Authenticate", "Bearer realm=\"clew\""}};
    return problem;
  };
  const auto key = key_of(headers);
  if (!key) return nobody();
  auto found = service_.parts_.keys.find(*key);
  if (!found) {
    auto problem = problem_of(std::move(found).error());
    problem.kind = not_ready;  // whoever it is, it is not the client's fault
    return tl::unexpected(std::move(problem));
  }
  if (!*found) return nobody();
  key_id_ = (*found)->id;
  scope_ = (*found)->scope;
  if (const auto wait = service_.key_rates_.take(key_id_))
    return retry_later(too_many_requests, "The key asked more often than it may", *wait);
  return {};
}

Outcome<void> ServedExchange::check_scope() const {
  const Scope needed = match_.route->needs;
  if (needed == Scope::open || (scope_ && *scope_ >= needed)) return {};
  return serve::refuse(scope_too_small, "This needs the scope " + std::string(name(needed)));
}

Outcome<void> ServedExchange::check_form(const Request& head) const {
  const Route& route = *match_.route;
  if (!accepts(head.headers, route.content_type))
    return serve::refuse(not_acceptable, "The answer comes as " + route.content_type);
  if (!route.request.is_null() && !sends_json(head.headers))
    return serve::refuse(wrong_media_type, "The body must be application/json in UTF-8, unpacked");
  std::vector<Fault> faults;
  if (head.target.find('?') != std::string::npos)
    faults.push_back({"query", "there are no query parameters here"});
  for (const auto& parameter : route.parameters) {
    const auto value = match_.parameters.find(parameter.name);
    for (auto& fault : check_schema(parameter.schema, nlohmann::json(value->second)))
      faults.push_back({parameter.name, std::move(fault.detail)});
  }
  if (faults.empty()) return {};
  auto problem = serve::refuse(invalid_fields, "See errors");
  problem.value().errors = std::move(faults);
  return problem;
}

std::optional<Answer> ServedExchange::start() {
  if (++service_.at_work_ > service_.limits_.at_work_max) {
    --service_.at_work_;
    return told(too_much_to_do().value());
  }
  at_work_ = true;
  service_.parts_.metrics.begin_work();
  return std::nullopt;
}

Answer ServedExchange::allowed_methods() const {
  return {.status = 204, .content_type = "", .headers = {{"Allow", listed(match_.methods)}}};
}

Answer ServedExchange::handle(Request request) {
  auto answer = run(request.body);
  return answer ? finished(std::move(*answer)) : told(answer.error());
}

Outcome<Answer> ServedExchange::run(std::string_view body) {
  const Route& route = *match_.route;
  nlohmann::json document;
  if (!route.request.is_null()) {
    auto read = read_json(body);
    if (!read) {
      auto problem = serve::refuse(not_json, "See errors");
      problem.value().errors = {std::move(read).error()};
      return problem;
    }
    document = std::move(*read);
    if (auto faults = check_schema(route.request, document); !faults.empty()) {
      auto problem = serve::refuse(invalid_fields, "See errors");
      problem.value().errors = std::move(faults);
      return problem;
    }
  }
  const Call call{match_.parameters, std::move(document),
                  net::Deadline(service_.limits_.answer_seconds, &given_up_)};
  auto reply = route.handler(call);
  if (!reply) return tl::unexpected(std::move(reply).error());
  Answer answer{.status = reply->status, .content_type = route.content_type};
  if (reply->body.size() >= kPackFrom) answer.headers.push_back({"Vary", "Accept-Encoding"});
  if (packs_ && reply->body.size() >= kPackFrom) {
    if (auto packed = net::gzip(reply->body)) {
      answer.headers.push_back({"Content-Encoding", "gzip"});
      reply->body = std::move(*packed);
    }
  }
  answer.body = std::move(reply->body);
  return answer;
}

Answer ServedExchange::refuse(int status) {
  given_up_ = true;
  Problem problem{.kind = kind_of_status(status)};
  if (problem.kind == internal)
    problem.detail = "The server's log says when, under the id of this request";
  else if (problem.kind == body_too_large)
    problem.detail =
        "It may have " + std::to_string(service_.limits_.body_bytes_max) + " bytes at most";
  else
    problem.detail = "The connection ends with this answer";
  return told(problem);
}

// Told in the log, where somebody may look for it; not counted, as no answer was given.
void ServedExchange::drop() {
  given_up_ = true;
  if (method_.empty() || told_.exchange(true)) return;  // its head has not arrived: no request yet
  auto unanswered = line();
  unanswered.cause = "the server stopped before there was an answer";
  service_.parts_.log.write(unanswered);
}

Answer ServedExchange::told(const Problem& problem) {
  return finished(problem_answer(problem, id_), info_of(problem.kind).name, problem.cause);
}

Answer ServedExchange::finished(Answer answer, std::string_view problem, std::string_view cause) {
  answer.headers.push_back({"X-Request-Id", id_});
  answer.headers.push_back({"Cache-Control", "no-store"});
  answer.headers.push_back({"X-Content-Type-Options", "nosniff"});
  if (told_.exchange(true)) return answer;  // too late: it was refused meanwhile
  const auto& parts = service_.parts_;
  auto answered = line();
  answered.status = answer.status;
  answered.bytes = answer.body->size();
  answered.problem = problem;
  answered.cause = cause;
  parts.metrics.count(answered.method, answered.route, answered.status, answered.seconds, problem);
  parts.log.write(answered);
  return answer;
}

// Of who asked for what until now.
LogLine ServedExchange::line() const {
  Clock& clock = service_.parts_.clock;
  return {.date = clock.date(),
          .id = id_,
          .method = known_method(method_),
          .route = pattern(),
          .key = key_id_,
          .seconds = clock.now() - begun_};
}

std::shared_ptr<net::Exchange> Service::begin(const std::string& client) {
  return std::make_shared<ServedExchange>(*this, client);
}

}  // namespace clew::serve
