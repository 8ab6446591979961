#include "serve/service.h"

#include <gmock/gmock.h>

#include "net/gzip.h"
#include "serve/service_fixture_test.h"

namespace clew::serve {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ServiceTest : public test::ServiceFixture {
 protected:
  // A request that lacks nothing but a key.
  static net::Request whole_request(const Route& route) {
    net::Request request{.method = route.method, .target = route.path};
    for (auto at = request.target.find('{'); at != std::string::npos; at = request.target.find('{'))
      request.target.replace(at, request.target.find('}') - at + 1, "x");
    if (!route.request.is_null()) {
      request.headers = {{"Content-Type", "application/json"}};
      request.body = R"({"count":1})";
    }
    return request;
  }
};

// From the table, so that no route can be forgotten.
TEST_F(ServiceTest, EveryRouteDeniesByDefault) {
  const auto revoked = keys_->make("gone", Scope::admin, 1)->text();
  ASSERT_TRUE(keys_->revoke("gone", 2));
  std::string wrong = key_of_[Scope::admin];
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  std::vector<std::string> open;
  for (const Route& route : routes_->all()) {
    const auto request = whole_request(route);
    if (route.needs == Scope::open) {
      open.push_back(route.path);
      EXPECT_LT(ask(request).status, 400) << route.path;
      continue;
    }
    for (const auto& key :
         {std::string(), revoked, wrong, std::string("clew_x"), std::string(" ")}) {
      const auto answer = ask(request, key);
      EXPECT_EQ(answer.status, 401) << route.method << ' ' << route.path << ' ' << key;
      EXPECT_EQ(header_of(answer, "WWW-Authenticate"), "Bearer realm=\"clew\"");
    }
    for (const auto& [scope, key] : key_of_) {
      const auto answer = ask(request, key);
      EXPECT_EQ(answer.status == 403, scope < route.needs) << route.path << ' ' << name(scope);
      EXPECT_NE(answer.status, 401);
    }
  }
  EXPECT_THAT(open, ::testing::ElementsAre("/health", "/ready", "/openapi.json"));
}

TEST_F(ServiceTest, TellsNobodyWithoutKeyWhichPathsThereAre) {
  EXPECT_EQ(get("/nowhere").status, 401);
  EXPECT_EQ(get("/nowhere", key_of_[Scope::read]).status, 404);
  EXPECT_EQ(get("*", key_of_[Scope::read]).status, 400);
  EXPECT_EQ(get("/v1/chains/", key_of_[Scope::read]).status, 404);
  EXPECT_EQ(get("/v1/chains/%2e%2e", key_of_[Scope::read]).status, 404);
  EXPECT_EQ(get("/v1/chains/%zz", key_of_[Scope::read]).status, 404);
}

TEST_F(ServiceTest, TakesTheKeyFromEitherHeader) {
  const auto& key = key_of_[Scope::read];
  const auto asked = [&](net::Headers headers) {
    return ask({"GET", "/v1/chains", std::move(headers), ""}).status;
  };
  EXPECT_EQ(asked({{"X-API-Key", key}}), 200);
  EXPECT_EQ(asked({{"authorization", "bearer " + key}}), 200);
  EXPECT_EQ(asked({{"X-API-Key", key}, {"Authorization", "Bearer " + key}}), 200);
  EXPECT_EQ(asked({{"X-API-Key", key}, {"Authorization", "Bearer " + key_of_[Scope::admin]}}), 401);
  EXPECT_EQ(asked({{"Authorization", "Basic " + key}}), 401);
}

TEST_F(ServiceTest, SaysWhatIsWrongWithFields) {
  auto answer = echo(R"({"count":-1,"x":1})");
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(answer.content_type, "application/problem+json");
  auto document = document_of(answer);
  EXPECT_EQ(document["type"], "urn:chainclew:problem:invalid-fields");
  EXPECT_EQ(document["status"], 422);
  EXPECT_EQ(document["errors"][0]["pointer"], "/count");
  EXPECT_EQ(document["errors"][1]["pointer"], "/x");
  EXPECT_EQ(document["instance"], "urn:chainclew:request:" + header_of(answer, "X-Request-Id"));
  answer = echo(R"({"count":1,"count":2})");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(document_of(answer)["errors"][0]["pointer"], "/count");
  for (const char* body : {"", "{", R"({"count":NaN})", R"({"count":1e999})"})
    EXPECT_EQ(echo(body).status, 400) << body;
  EXPECT_EQ(echo(std::string(100'000, '[')).status, 400);
  EXPECT_EQ(echo(R"({"count":"1"})").status, 422);
  EXPECT_EQ(get("/v1/chains?x=1", key_of_[Scope::read]).status, 422);
}

// Every problem that is told fits the schema that is promised.
TEST_F(ServiceTest, ProblemsAreAsDocumented) {
  for (const ProblemInfo& info : all_problems()) {
    const Problem problem{.kind = info.kind, .detail = "x", .errors = {{"/a", "b"}}};
    const auto answer = problem_answer(problem, "id");
    EXPECT_EQ(answer.status, info.status);
    EXPECT_EQ(header_of(answer, "Retry-After"), info.status == 503 ? "1" : "") << info.name;
    const auto faults = check_schema(problem_schema(), nlohmann::json::parse(*answer.body));
    EXPECT_TRUE(faults.empty()) << info.name << faults.front().pointer;
  }
}

// With nothing that would mend it soon.
TEST_F(ServiceTest, SaysWhenToComeBackToWhatIsNotSet) {
  const auto answer = ask({"POST",
                           "/v1/tron/anomalies",
                           {{"Content-Type", "application/json"}},
                           R"({"address":"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"})"},
                          key_of_[Scope::read]);
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(header_of(answer, "Retry-After"), "60");
}

TEST_F(ServiceTest, NegotiatesForms) {
  const auto& key = key_of_[Scope::write];
  EXPECT_EQ(ask({"GET", "/v1/chains", {{"Accept", "text/html"}}, ""}, key).status, 406);
  EXPECT_EQ(ask({"POST", "/test/echo", {{"Content-Type", "text/plain"}}, "{}"}, key).status, 415);
  EXPECT_EQ(ask({"POST", "/test/echo", {}, "{}"}, key).status, 415);
  const auto wrong = ask({"PUT", "/test/echo", {}, ""}, key);
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(header_of(wrong, "Allow"), "POST, DELETE, OPTIONS");
  const auto options = ask({"OPTIONS", "/health", {}, ""});
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(header_of(options, "Allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(ask({"HEAD", "/health", {}, ""}).status, 200);
  EXPECT_EQ(ask({"POST", "/health", {}, ""}).status, 405);
}

TEST_F(ServiceTest, PacksWhatIsWorthIt) {
  const auto packed = echo(R"({"count":5000})", {{"Accept-Encoding", "gzip"}});
  EXPECT_EQ(header_of(packed, "Content-Encoding"), "gzip");
  EXPECT_EQ(header_of(packed, "Vary"), "Accept-Encoding");
  const auto text = net::gunzip(*packed.body, 1 << 20);
  ASSERT_TRUE(text);
  EXPECT_EQ(text->size(), std::string(R"({"count":5000})").size() + 5000);
  EXPECT_LT(packed.body->size(), 200u);
  EXPECT_EQ(header_of(echo(R"({"count":5000})"), "Content-Encoding"), "");
  EXPECT_EQ(header_of(echo(R"({"count":5})", {{"Accept-Encoding", "gzip"}}), "Content-Encoding"),
            "");
}

TEST_F(ServiceTest, LimitsTheRateOfAKey) {
  restart({.rate_per_second = 0.5, .rate_burst = 2});
  const auto& key = key_of_[Scope::read];
  EXPECT_EQ(get("/v1/chains", key).status, 200);
  EXPECT_EQ(get("/nowhere", key).status, 404) << "whatever is asked counts";
  const auto refused = get("/v1/chains", key);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(header_of(refused, "Retry-After"), "2");
  EXPECT_EQ(get("/v1/chains", key_of_[Scope::write]).status, 200);
  EXPECT_EQ(get("/health").status, 200);
  clock_.time += 2;
  EXPECT_EQ(get("/v1/chains", key).status, 200);
}

TEST_F(ServiceTest, LimitsTheRateOfAnAddressWhateverItsKey) {
  restart({.address_rate_per_second = 0.5, .address_rate_burst = 3});
  const auto& key = key_of_[Scope::read];
  EXPECT_EQ(get("/v1/chains", key).status, 200);
  EXPECT_EQ(get("/v1/chains").status, 401);
  EXPECT_EQ(get("/openapi.json").status, 200);
  for (const auto& given : {std::string(), std::string("wrong"), key_of_[Scope::write]}) {
    const auto refused = get("/v1/chains", given);
    EXPECT_EQ(refused.status, 429) << given;
    EXPECT_EQ(document_of(refused)["type"], "urn:chainclew:problem:too-many-requests");
    EXPECT_EQ(header_of(refused, "Retry-After"), "2");
  }
  EXPECT_EQ(get("/ready").status, 429);
  EXPECT_EQ(get("/openapi.json").status, 429);
  EXPECT_EQ(get("/health").status, 200) << "who restarts what is not alive must not be misled";
  client_ = "192.0.2.2";
  EXPECT_EQ(get("/v1/chains", key).status, 200) << "others are not concerned";
  clock_.time += 2;
  client_ = "::ffff:192.0.2.1";
  EXPECT_EQ(get("/v1/chains", key).status, 200);
  EXPECT_EQ(get("/v1/chains", key).status, 429);
}

TEST_F(ServiceTest, TakesNothingOfAKeyForWhatTheAddressMayNot) {
  restart({.rate_per_second = 0.01,
           .rate_burst = 2,
           .address_rate_per_second = 0.01,
           .address_rate_burst = 1});
  const auto& key = key_of_[Scope::read];
  EXPECT_EQ(get("/v1/chains", key).status, 200);
  EXPECT_EQ(get("/v1/chains", key).status, 429);
  client_ = "192.0.2.2";
  EXPECT_EQ(get("/v1/chains", key).status, 200);
}

TEST_F(ServiceTest, RefusesMoreThanItCanDo) {
  restart({.at_work_max = 1});
  const net::Request request{.target = "/v1/chains",
                             .headers = {{"X-API-Key", key_of_[Scope::read]}}};
  auto first = begin();
  auto late = begin(), slow = begin();
  EXPECT_FALSE(slow->admit(request));
  EXPECT_FALSE(late->admit(request));
  EXPECT_FALSE(first->admit(request));
  EXPECT_EQ(ask(request).status, 200) << "those whose bodies are still to come take no place";
  EXPECT_FALSE(first->start());
  EXPECT_EQ(late->start().value_or(net::Answer{}).status, 503);
  const auto refused = ask(request);
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(header_of(refused, "Retry-After"), "1");
  EXPECT_EQ(get("/health").status, 200) << "alive all the same";
  EXPECT_THAT(metrics_.text(), HasSubstr("clew_requests_at_work 1\n"));
  first.reset();
  EXPECT_EQ(ask(request).status, 200);
  EXPECT_THAT(metrics_.text(), HasSubstr("clew_requests_at_work 0\n"));
}

TEST_F(ServiceTest, NamesRequests) {
  const auto id_of = [&](const std::string& id) {
    return header_of(ask({"GET", "/health", {{"X-Request-Id", id}}, ""}), "X-Request-Id");
  };
  EXPECT_EQ(id_of("order-66.a_b"), "order-66.a_b");
  for (const auto& wrong :
       {std::string(), std::string("a b"), std::string(65, 'a'), std::string("\"")}) {
    EXPECT_EQ(id_of(wrong).size(), 32u) << wrong;
    EXPECT_NE(id_of(wrong), id_of(wrong));
  }
}

TEST_F(ServiceTest, TellsClientsNothingOfItsInside) {
  const auto answer = ask({"DELETE", "/test/echo", {}, ""}, key_of_[Scope::admin]);
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(*answer.body, Not(HasSubstr("secret")));
  EXPECT_THAT(log_text(), HasSubstr("/secret/path is damaged"));
}

TEST_F(ServiceTest, LogsAndCountsWithoutSecrets) {
  ask({"GET", "/v1/chains/hidden-name", {{"X-Request-Id", "one"}}, ""}, key_of_[Scope::read]);
  const auto line = Json::parse(log_text());
  EXPECT_EQ(line["time"], "2020-09-13T12:26:40.000Z");
  EXPECT_EQ(line["id"], "one");
  EXPECT_EQ(line["method"], "GET");
  EXPECT_EQ(line["route"], "/v1/chains/{chain}");
  EXPECT_EQ(line["status"], 404);
  EXPECT_EQ(line["key"], parse_api_key(key_of_[Scope::read])->id);
  EXPECT_EQ(line["problem"], "not-found");
  ask({"canary\n", "/canary?canary=1", {{"Authorization", "Bearer canary"}}, "canary"});
  const auto metrics = metrics_.text();
  for (const auto& text : {log_text(), metrics}) {
    EXPECT_THAT(text, Not(HasSubstr("canary")));
    EXPECT_THAT(text, Not(HasSubstr("hidden-name")));
    for (const auto& [scope, key] : key_of_)
      EXPECT_THAT(text, Not(HasSubstr(parse_api_key(key)->secret)));
  }
  EXPECT_THAT(metrics, HasSubstr("clew_requests_total{method=\"GET\",route=\"/v1/chains/{chain}\","
                                 "status=\"404\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("clew_refusals_total{problem=\"no-key\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("clew_request_seconds_count{route=\"none\"} 1\n"));
}

TEST_F(ServiceTest, CountsARequestOnceThatCameTooLate) {
  const net::Request request{.target = "/v1/chains",
                             .headers = {{"X-API-Key", key_of_[Scope::read]}}};
  const auto exchange = begin();
  ASSERT_FALSE(exchange->admit(request));
  EXPECT_EQ(exchange->refuse(504).status, 504);
  exchange->handle(request);
  EXPECT_EQ(Json::parse(log_text())["status"], 504);
}

// As when the server stops by force: nobody got an answer, so that none may be told.
TEST_F(ServiceTest, LogsWhatIsDroppedWithoutAStatus) {
  const net::Request request{.target = "/v1/chains",
                             .headers = {{"X-API-Key", key_of_[Scope::read]}}};
  const auto exchange = begin();
  ASSERT_FALSE(exchange->admit(request));
  const auto before = metrics_.text();
  exchange->drop();
  exchange->handle(request);
  const auto line = Json::parse(log_text());
  EXPECT_FALSE(line.contains("status"));
  EXPECT_FALSE(line.contains("bytes"));
  EXPECT_FALSE(line.contains("problem"));
  EXPECT_EQ(line["route"], "/v1/chains");
  EXPECT_EQ(line["key"], parse_api_key(key_of_[Scope::read])->id);
  EXPECT_THAT(line.value("cause", ""), HasSubstr("stopped"));
  EXPECT_EQ(metrics_.text(), before);
  begin()->drop();  // of a request that had not arrived
  EXPECT_EQ(Json::parse(log_text()), line);
}

TEST_F(ServiceTest, TellsHandlersThatNobodyWaits) {
  std::shared_ptr<net::Exchange> exchange;
  bool before = true, after = false;
  auto all = routes_->all();
  all.push_back({.method = "GET",
                 .path = "/test/wait",
                 .needs = Scope::open,
                 .operation = "wait",
                 .response = {{"type", "object"}},
                 .handler = [&](const Call& call) {
                   before = call.deadline.stopped();
                   exchange->refuse(504);
                   after = call.deadline.stopped();
                   return Reply{};
                 }});
  routes_.emplace(*Routes::of(std::move(all)));
  exchange = begin();
  ASSERT_FALSE(exchange->admit({.target = "/test/wait"}));
  exchange->handle({.target = "/test/wait"});
  EXPECT_FALSE(before);
  EXPECT_TRUE(after);
}

}  // namespace
}  // namespace clew::serve
