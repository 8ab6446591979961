#include "serve/api.h"

#include <chrono>
#include <memory>
#include <mutex>

#include "serve/anomaly_route.h"
#include "serve/chains.h"
#include "serve/json_shapes.h"

namespace clew::serve {
namespace {

using enum ProblemKind;

Json status_schema(const char* status) {
  return object_shape({{"status", {{"type", "string"}, {"const", status}}}});
}

Outcome<Reply> reply(Result<Json> document) {
  if (!document) return tl::unexpected(problem_of(std::move(document).error()));
  return json_reply(*document);
}

// Asks at most once a second, because whoever has no key can make it ask.
class Readiness {
 public:
  explicit Readiness(const ApiParts& parts) : parts_(parts) {}

  Outcome<Reply> operator()() {
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (!asked_ || now - *asked_ > std::chrono::seconds(1)) {
      outcome_ = ask();
      asked_ = now;
    }
    if (outcome_) return json_reply({{"status", "ready"}});
    auto problem = problem_of(outcome_.error());
    problem.kind = not_ready;
    return tl::unexpected(std::move(problem));
  }

 private:
  Result<void> ask() const {
    CLEW_CHECK(parts_.check());
    CLEW_CHECK(describe_chains(parts_.directory));
    return {};
  }

  const ApiParts parts_;
  std::mutex mutex_;
  std::optional<std::chrono::steady_clock::time_point> asked_;
  Result<void> outcome_;
};

void add_own(std::vector<Route>& routes, const ApiParts& parts,
             const std::shared_ptr<std::string>& document) {
  routes.push_back({.method = "GET",
                    .path = "/health",
                    .needs = Scope::open,
                    .operation = "health",
                    .summary = "Whether the server is alive",
                    .description = "Answered even while it has too much to do.",
                    .response = status_schema("alive"),
                    .at_once = true,
                    .unlimited = true,
                    .handler = [](const Call&) {
                      return json_reply({{"status", "alive"}});
                    }});
  auto readiness = std::make_shared<Readiness>(parts);
  routes.push_back(
      {.method = "GET",
       .path = "/ready",
       .needs = Scope::open,
       .operation = "ready",
       .summary = "Whether the server can answer",
       .description = "That the ledgers and the database of keys can be read and there is room for "
                      "requests. Looked at no more than once a second.",
       .response = status_schema("ready"),
       .problems = {not_ready},
       .handler = [readiness](const Call&) { return (*readiness)(); }});
  routes.push_back({.method = "GET",
                    .path = "/openapi.json",
                    .needs = Scope::open,
                    .operation = "openapi",
                    .summary = "This document",
                    .description = "OpenAPI 3.1, made from the table that answers requests.",
                    .response = {{"type", "object"}},
                    .at_once = true,
                    .handler = [document](const Call&) {
                      return Reply{200, *document};
                    }});
  routes.push_back({.method = "GET",
                    .path = "/metrics",
                    .needs = Scope::read,
                    .operation = "metrics",
                    .summary = "What the server counts of itself",
                    .description = "In Prometheus' text format.",
                    .content_type = "text/plain; version=0.0.4; charset=utf-8",
                    .response = {{"type", "string"}},
                    .at_once = true,
                    .handler = [metrics = parts.metrics](const Call&) {
                      return Reply{200, metrics()};
                    }});
}

void add_chains(std::vector<Route>& routes, const ApiParts& parts) {
  routes.push_back(
      {.method = "GET",
       .path = "/v1/chains",
       .needs = Scope::read,
       .operation = "listChains",
       .summary = "The ledgers there are",
       .description = "Each with what it holds and the state that was read.",
       .response = object_shape({{"chains", {{"type", "array"}, {"items", chain_schema()}}}}),
       .handler = [directory = parts.directory](const Call&) -> Outcome<Reply> {
         auto chains = describe_chains(directory);
         if (!chains) return reply(std::move(chains));
         return json_reply({{"chains", std::move(*chains)}});
       }});
  routes.push_back({.method = "GET",
                    .path = "/v1/chains/{chain}",
                    .needs = Scope::read,
                    .operation = "getChain",
                    .summary = "One ledger",
                    .description = "What it holds and the state that was read.",
                    .parameters = {{"chain",
                                    "Its name",
                                    {{"type", "string"}, {"minLength", 1}, {"maxLength", 100}}}},
                    .response = chain_schema(),
                    .problems = {not_found},
                    .handler = [directory = parts.directory](const Call& call) -> Outcome<Reply> {
                      auto chain = describe_chain(directory, call.parameters.at("chain"));
                      if (chain && chain->is_null())
                        return refuse(not_found, "There is no ledger of that name");
                      return reply(std::move(chain));
                    }});
}

}  // namespace

Result<Routes> make_api(const ApiParts& parts) {
  auto document = std::make_shared<std::string>();
  std::vector<Route> routes;
  add_own(routes, parts, document);
  add_chains(routes, parts);
  routes.push_back(anomaly_route(parts.tron_anomalies));
  CLEW_TRY(table, Routes::of(std::move(routes)));
  *document = openapi(table.all(), parts.version).dump();
  return table;
}

}  // namespace clew::serve
