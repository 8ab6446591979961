// For tests: a service with keys of every scope and its log in a file, without sockets.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "serve/api.h"
#include "serve/clock_test.h"
#include "serve/service.h"

namespace clew::serve::test {

// Beside the server's own routes: one that takes a body, and one for admins.
inline Routes test_routes(const std::string& directory) {
  auto routes = make_api({.directory = directory,
                          .version = "test",
                          .metrics = [] { return "metrics\n"; },
                          .check = [] { return Result<void>(); }})
                    ->all();
  const Json number = {{"type", "integer"}, {"minimum", 0}};
  Json schema = {{"type", "object"},
                 {"required", Json::array({"count"})},
                 {"properties", {{"count", number}}},
                 {"additionalProperties", false}};
  routes.push_back({.method = "POST",
                    .path = "/test/echo",
                    .needs = Scope::write,
                    .operation = "echo",
                    .request = schema,
                    .response = schema,
                    .handler = [](const Call& call) {
                      return Reply{200,
                                   call.body.dump() +
                                       std::string(call.body["count"].get<std::size_t>(), ' ')};
                    }});
  routes.push_back(
      {.method = "DELETE",
       .path = "/test/echo",
       .needs = Scope::admin,
       .operation = "fail",
       .response = schema,
       .handler = [](const Call&) -> Outcome<Reply> {
         return tl::unexpected(problem_of({ErrorKind::corrupt, "/secret/path is damaged"}));
       }});
  return *Routes::of(std::move(routes));
}

class ServiceFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = ::testing::TempDir() + "/service-" + std::to_string(::getpid());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    routes_ = test_routes(folder_);
    keys_ = std::move(*KeyStore::open(folder_ + "/keys.sqlite"));
    for (const Scope scope : {Scope::read, Scope::write, Scope::admin})
      key_of_[scope] = keys_->make(std::string(name(scope)), scope, 1)->text();
    restart({});
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void restart(const ServiceLimits& limits) {
    log_ = std::move(*RequestLog::open(folder_ + "/log"));
    service_ = std::make_unique<Service>(Service::Parts{*routes_, *keys_, metrics_, *log_, clock_},
                                         limits);
  }

  std::shared_ptr<net::Exchange> begin() { return service_->begin(client_); }
  net::Answer ask(net::Request request, const std::string& key = {}) {
    if (!key.empty()) request.headers.push_back({"Authorization", "Bearer " + key});
    const auto exchange = begin();
    if (auto refused = exchange->admit(request)) return *refused;
    if (auto refused = exchange->start()) return *refused;
    return exchange->handle(std::move(request));
  }
  net::Answer get(const std::string& target, const std::string& key = {}) {
    return ask({.target = target}, key);
  }
  net::Answer echo(const std::string& body, net::Headers headers = {}) {
    headers.push_back({"Content-Type", "application/json"});
    return ask({"POST", "/test/echo", std::move(headers), body}, key_of_[Scope::write]);
  }
  static Json document_of(const net::Answer& answer) { return Json::parse(*answer.body); }
  static std::string header_of(const net::Answer& answer, const char* name) {
    const auto* value = net::find_header(answer.headers, name);
    return value != nullptr ? *value : "";
  }
  std::string log_text() const {
    std::ifstream file(folder_ + "/log");
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::string folder_, client_ = "192.0.2.1";
  HandClock clock_;
  Metrics metrics_;
  std::optional<Routes> routes_;
  std::unique_ptr<KeyStore> keys_;
  std::unique_ptr<RequestLog> log_;
  std::unique_ptr<Service> service_;
  std::map<Scope, std::string> key_of_;
};

}  // namespace clew::serve::test
