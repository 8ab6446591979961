#include "serve/routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "serve/service_fixture_test.h"

namespace clew::serve {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Route route(std::string method, std::string path, std::vector<PathParameter> parameters = {}) {
  return {.method = method,
          .path = path,
          .needs = Scope::read,
          .operation = method + path,
          .parameters = std::move(parameters),
          .response = {{"type", "object"}},
          .handler = [](const Call&) { return Reply{}; }};
}

TEST(Routes, MatchPathsAndMethods) {
  const PathParameter id{"id", "", {{"type", "string"}}};
  const auto routes =
      Routes::of({route("GET", "/a/{id}/b", {id}), route("POST", "/a/{id}/b", {id})});
  ASSERT_TRUE(routes) << routes.error().message;
  const auto match = routes->match("GET", "/a/x%2Fy/b");
  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(match.parameters.at("id"), "x/y");
  EXPECT_THAT(match.methods, ElementsAre("GET", "HEAD", "POST", "OPTIONS"));
  EXPECT_EQ(routes->match("HEAD", "/a/x/b").route, match.route);
  EXPECT_EQ(routes->match("PUT", "/a/x/b").route, nullptr);
  for (const char* path :
       {"", "/", "/a", "/a//b", "/a/x/b/", "//a/x/b", "/a/%/b", "/a/%4/b", "a/x/b"})
    EXPECT_TRUE(routes->match("GET", path).methods.empty()) << path;
}

TEST(Routes, RefuseContradictions) {
  const auto why = [](std::vector<Route> routes) {
    const auto made = Routes::of(std::move(routes));
    return made ? "" : made.error().message;
  };
  const PathParameter id{"id", "", {}};
  EXPECT_THAT(why({route("GET", "/a"), route("GET", "/a")}), HasSubstr("twice"));
  EXPECT_THAT(why({route("GET", "/{id}", {id}), route("GET", "/{x}", {{"x", "", {}}})}),
              HasSubstr("twice"));
  EXPECT_THAT(why({route("GET", "/{id}")}), HasSubstr("not described"));
  EXPECT_THAT(why({route("GET", "/a", {id})}), HasSubstr("not in the path"));
  auto foreign = route("GET", "/a");
  foreign.response = {{"pattern", "x"}};
  EXPECT_THAT(why({foreign}), HasSubstr("/pattern, which is not understood"));
}

class OpenApi : public test::ServiceFixture {};

// What is promised and what is answered are one table; this holds the form of the promise.
TEST_F(OpenApi, DescribesEveryRoute) {
  const auto document = document_of(get("/openapi.json"));
  EXPECT_EQ(document["openapi"], "3.1.0");
  std::set<std::string> described;
  for (const auto& [path, methods] : document["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) {
      described.insert(path + ' ' + method);
      EXPECT_TRUE(operation["responses"].contains("200")) << path;
      EXPECT_FALSE(operation["summary"].get<std::string>().empty()) << path;
      const bool open = operation["security"].empty();
      EXPECT_EQ(operation["responses"].contains("401"), !open) << path;
    }
  }
  EXPECT_THAT(described,
              ElementsAre("/health get", "/metrics get", "/openapi.json get", "/ready get",
                          "/v1/chains get", "/v1/chains/{chain} get", "/v1/tron/anomalies post"));
}

TEST_F(OpenApi, AnswersKeepTheirSchemas) {
  for (const Route& route : routes_->all()) {
    if (route.method != "GET" || !route.parameters.empty() || route.path == "/metrics") continue;
    const auto answer = get(route.path, key_of_[Scope::admin]);
    ASSERT_EQ(answer.status, 200) << route.path;
    EXPECT_EQ(answer.content_type, route.content_type);
    const auto faults = check_schema(route.response, nlohmann::json::parse(*answer.body));
    EXPECT_TRUE(faults.empty()) << route.path << faults.front().pointer;
  }
}

}  // namespace
}  // namespace clew::serve
