// For tests: a node served by net::Server, whose answers the test decides.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "net/server.h"

namespace clew::ingest::test {

using Json = nlohmann::json;

// Over HTTP at "/", over a WebSocket at the same place. Answers each call with its method's name,
// unless the test says otherwise.
class FakeNode {
 public:
  // The result of a call, or {"error": ...}.
  using Call = std::function<Json(const std::string& method, const Json& params)>;
  // Instead of all that: a whole HTTP answer to the n-th request (from 0), or nothing.
  using Request = std::function<std::optional<net::Answer>(int request, const std::string& body)>;

  Call on_call = [](const std::string& method, const Json&) { return Json(method); };
  Request on_request;
  // Of a WebSocket message: what to send instead of the answer.
  std::function<std::optional<std::string>(const std::string& answer)> on_message;

  explicit FakeNode(unsigned threads = 2) {
    net::Route route{.path = "/", .handler = [this](const net::Request& request) {
                       return answer(request.body);
                     }};
    route.websocket =
        net::WebSocketEvents{.opened =
                                 [this](const net::WebSocketPeerPtr& peer, const net::Request&) {
                                   const std::lock_guard lock(mutex_);
                                   peers_.push_back(peer);
                                 },
                             .message =
                                 [this](const net::WebSocketPeerPtr& peer, std::string_view text) {
                                   std::string out = answers(std::string(text));
                                   if (on_message) {
                                     if (auto other = on_message(out)) out = *other;
                                   }
                                   if (!out.empty()) peer->send(std::move(out));
                                 }};
    auto started = net::Server::start({.threads = threads}, {std::move(route)});
    EXPECT_TRUE(started);
    server_ = std::move(*started);
  }
  ~FakeNode() { stop(); }

  void stop() { server_->stop(); }
  std::string url(std::string_view scheme = "http") const { return server_->url(scheme); }
  int requests() const { return requests_; }
  std::vector<net::WebSocketPeerPtr> peers() {
    const std::lock_guard lock(mutex_);
    return peers_;
  }

  // What an honest node answers to a request's body.
  std::string answers(const std::string& body) {
    const Json request = Json::parse(body);
    if (request.is_object()) return answer_one(request).dump();
    Json all = Json::array();
    for (const Json& call : request)
      all.push_back(answer_one(call));
    return all.dump();
  }

 private:
  net::Answer answer(const std::string& body) {
    const int number = requests_++;
    if (on_request) {
      if (auto other = on_request(number, body)) return *other;
    }
    return {.body = answers(body)};
  }
  Json answer_one(const Json& call) {
    Json answer{{"jsonrpc", "2.0"}, {"id", call.at("id")}};
    const Json result = on_call(call.at("method"), call.at("params"));
    const bool failed = result.is_object() && result.contains("error");
    answer[failed ? "error" : "result"] = failed ? result.at("error") : result;
    return answer;
  }

  std::atomic<int> requests_ = 0;
  std::mutex mutex_;
  std::vector<net::WebSocketPeerPtr> peers_;
  std::unique_ptr<net::Server> server_;
};

}  // namespace clew::ingest::test
