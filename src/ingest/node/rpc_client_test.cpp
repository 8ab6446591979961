#include "ingest/node/rpc_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "ingest/node/fake_node_test.h"
#include "ingest/node/rpc_subscription.h"
#include "net/raw_peer_test.h"

namespace clew::ingest {
namespace {

using test::FakeNode;
using test::Json;
using ::testing::HasSubstr;
using ::testing::Not;

std::unique_ptr<RpcClient> client_of(const std::string& url, const RpcOptions& options = {}) {
  auto client = open_rpc(url, options);
  EXPECT_TRUE(client) << client.error().message;
  return std::move(*client);
}

Json result_of(const RpcEnvelope& answer) {
  return Json::parse(answer.text).at("result");
}

// Both transports must agree in everything that is not theirs.
class RpcClientOver : public ::testing::TestWithParam<const char*> {
 protected:
  std::unique_ptr<RpcClient> client(const FakeNode& node, const RpcOptions& options = {}) {
    return client_of(node.url(GetParam()), options);
  }
};
INSTANTIATE_TEST_SUITE_P(Transports, RpcClientOver, ::testing::Values("http", "ws"),
                         [](const auto& info) { return std::string(info.param); });

TEST_P(RpcClientOver, CallsAloneAndTogether) {
  FakeNode node;
  const auto rpc = client(node);
  const auto one = rpc->call(RpcCall{"eth_chainId"});
  ASSERT_TRUE(one) << one.error().message;
  EXPECT_EQ(result_of((*one)[0]), "eth_chainId");
  std::vector<RpcCall> calls;
  for (int i = 0; i < 100; ++i)
    calls.push_back({"method" + std::to_string(i)});
  const auto many = rpc->call(calls);
  ASSERT_TRUE(many) << many.error().message;
  ASSERT_EQ(many->size(), 100u);
  for (std::size_t i = 0; i < 100; ++i)
    EXPECT_EQ(result_of((*many)[i]), calls[i].method);
}

TEST_P(RpcClientOver, PassesOnWhatTheNodeSaysAboutACall) {
  FakeNode node;
  node.on_call = [](const std::string& method, const Json&) -> Json {
    if (method == "bad") return {{"error", {{"code", -32601}, {"message", "no such method"}}}};
    return nullptr;
  };
  const RpcCall calls[] = {{"bad"}, {"good"}};
  const auto answers = client(node)->call(calls);
  ASSERT_TRUE(answers) << answers.error().message;
  EXPECT_EQ((*answers)[0].error->code, -32601);
  EXPECT_TRUE((*answers)[1].null_result);
}

TEST_P(RpcClientOver, ServesManyThreads) {
  FakeNode node;
  const auto rpc = client(node);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 30; ++i) {
        const RpcCall calls[] = {{std::to_string(t)}, {std::to_string(i)}};
        const auto answers = rpc->call(calls);
        if (!answers || result_of((*answers)[0]) != calls[0].method ||
            result_of((*answers)[1]) != calls[1].method)
          ++wrong;
      }
    });
  }
  for (auto& thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_P(RpcClientOver, FindsMalformedAnswers) {
  const auto fault = [&](auto change) {
    FakeNode node;
    node.on_request = [&](int, const std::string& body) -> std::optional<net::Answer> {
      return net::Answer{.body = change(node.answers(body))};
    };
    node.on_message = change;
    const RpcCall calls[] = {{"a"}, {"b"}};
    const auto answers = client(node, {.client = {.answer_seconds = 5}})->call(calls);
    EXPECT_FALSE(answers);
    return answers ? RpcFault::stopped : answers.error().fault;
  };
  using Text = std::string;
  EXPECT_EQ(fault([](Text text) { return text.substr(0, text.size() / 2); }), RpcFault::malformed);
  EXPECT_EQ(fault([](Text text) { return text + "]"; }), RpcFault::malformed);
  EXPECT_EQ(fault([](Text) { return Text("<html>busy</html>"); }), RpcFault::malformed);
  EXPECT_EQ(fault([](Text text) {
              auto answers = Json::parse(text);
              answers.erase(1);
              return answers.dump();
            }),
            RpcFault::malformed);
  EXPECT_EQ(fault([](Text text) {
              auto answers = Json::parse(text);
              answers[1]["id"] = answers[0]["id"];
              return answers.dump();
            }),
            RpcFault::malformed);
}

TEST_P(RpcClientOver, GivesUpInTimeAndGoesOn) {
  FakeNode node(4);
  std::atomic<bool> slow = true;
  node.on_request = [&](int, const std::string& body) -> std::optional<net::Answer> {
    return net::Answer{.body = node.answers(body), .delay_seconds = slow ? 1.5 : 0};
  };
  node.on_message = [&](const std::string& answer) -> std::optional<std::string> {
    return slow ? "" : answer;
  };
  const auto rpc = client(node, {.client = {.answer_seconds = 0.2}});
  const auto late = rpc->call(RpcCall{"a"});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().fault, RpcFault::network);
  slow = false;
  const auto answers = rpc->call(RpcCall{"b"});
  EXPECT_TRUE(answers) << answers.error().message;
}

TEST_P(RpcClientOver, ComesBackAfterTheNodeWent) {
  auto node = std::make_unique<FakeNode>();
  const auto rpc = client(*node);
  ASSERT_TRUE(rpc->call(RpcCall{"a"}));
  for (const auto& peer : node->peers())
    peer->reset();
  // A WebSocket may learn of it while it asks; then the next call goes over a new one.
  if (!rpc->call(RpcCall{"b"})) {
    EXPECT_TRUE(rpc->call(RpcCall{"b"}));
  }
  node->stop();
  const auto gone = rpc->call(RpcCall{"c"});
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().fault, RpcFault::network);
  EXPECT_THAT(gone.error().message, HasSubstr("127.0.0.1"));
}

TEST_P(RpcClientOver, EndsWhenTold) {
  std::atomic<bool> stop = false;
  FakeNode node;
  node.on_request = [&](int, const std::string&) -> std::optional<net::Answer> {
    stop = true;
    return net::Answer{.body = "{}", .delay_seconds = 5};
  };
  node.on_message = [&](const std::string&) -> std::optional<std::string> {
    stop = true;
    return "";
  };
  const auto rpc = client(node, {.client = {.stop = &stop}});
  const auto answers = rpc->call(RpcCall{"a"});
  ASSERT_FALSE(answers);
  EXPECT_EQ(answers.error().fault, RpcFault::stopped);
}

TEST(RpcOverHttp, TellsHttpStatuses) {
  FakeNode node;
  int status = 0;
  node.on_request = [&](int, const std::string&) -> std::optional<net::Answer> {
    return net::Answer{.status = status,
                       .headers = {{"Retry-After", "7"}},
                       .body = R"({"Success":false,"Error":"too much","StatusCode":403})"};
  };
  const auto rpc = client_of(node.url());
  for (const int each : {403, 429, 500, 503}) {
    status = each;
    const auto answers = rpc->call(RpcCall{"a"});
    ASSERT_FALSE(answers);
    EXPECT_EQ(answers.error().fault, RpcFault::status);
    EXPECT_EQ(answers.error().status, each);
    EXPECT_EQ(answers.error().retry_after_seconds, 7);
    EXPECT_THAT(answers.error().message, HasSubstr(std::to_string(each)));
  }
}

TEST(RpcOverHttp, TakesErrorsThatComeWithAStatus) {
  // As Bitcoin's node answers to a block that it has not.
  FakeNode node;
  node.on_request = [&](int, const std::string& body) -> std::optional<net::Answer> {
    const Json error{{"code", -5}, {"message", "Block not found"}};
    const Json answer{{"result", nullptr}, {"error", error}, {"id", Json::parse(body).at("id")}};
    return net::Answer{.status = 500, .body = answer.dump()};
  };
  const auto answers = client_of(node.url())->call(RpcCall{"getblock"});
  ASSERT_TRUE(answers) << answers.error().message;
  EXPECT_EQ((*answers)[0].error->code, -5);
}

TEST(RpcOverHttp, FindsAnswersThatBreakOff) {
  FakeNode node;
  node.on_request = [&](int, const std::string& body) -> std::optional<net::Answer> {
    return net::Answer{.body = node.answers(body), .reset_after = 10};
  };
  const auto answers = client_of(node.url())->call(RpcCall{"a"});
  ASSERT_FALSE(answers);
  EXPECT_EQ(answers.error().fault, RpcFault::network);
}

TEST(RpcOverHttp, KeepsSecretsToItself) {
  FakeNode node;
  node.on_request = [](int, const std::string&) -> std::optional<net::Answer> {
    return net::Answer{.status = 401};
  };
  auto url = node.url() + "/?key=secretkey";
  url.insert(7, "user:secretword@");
  const auto answers =
      client_of(url, {.client = {.headers = {{"X-Key", "secrethead"}}}})->call(RpcCall{"a"});
  ASSERT_FALSE(answers);
  EXPECT_THAT(answers.error().message, Not(HasSubstr("secret")));
}

TEST(RpcOverWebSocket, IsNotConfusedByWhatNobodyAsked) {
  FakeNode node;
  const auto rpc = client_of(node.url("ws"));
  ASSERT_TRUE(rpc->call(RpcCall{"a"}));
  node.peers().front()->send(R"({"id":1,"result":"late"})");
  node.peers().front()->send(R"({"method":"eth_subscription","params":{}})");
  const auto answers = rpc->call(RpcCall{"b"});
  ASSERT_TRUE(answers) << answers.error().message;
  EXPECT_EQ(result_of((*answers)[0]), "b");
}

TEST(RpcSubscription, TellsWhatComes) {
  FakeNode node;
  const auto heads = RpcSubscription::open(node.url("ws"), {});
  ASSERT_TRUE(heads) << heads.error().message;
  EXPECT_FALSE((*heads)->next(0.01)->has_value());
  const std::string note = R"({"method":"eth_subscription","params":{"result":{"number":"0x1"}}})";
  for (int i = 0; i < 3; ++i)
    node.peers().front()->send(note);
  for (int i = 0; i < 3; ++i) {
    const auto head = (*heads)->next(10);
    ASSERT_TRUE(head) << head.error().message;
    ASSERT_TRUE(*head);
    EXPECT_EQ(**head, note);
    EXPECT_GE((*head)->capacity(), note.size() + net::kBodySlack);
  }
}

TEST(RpcSubscription, EndsWithAReason) {
  FakeNode node;
  const auto heads = RpcSubscription::open(node.url("ws"), {});
  ASSERT_TRUE(heads);
  const std::string note = R"({"method":"eth_subscription","params":{"result":{}}})";
  node.peers().front()->send(note);
  node.peers().front()->close();
  EXPECT_EQ((*heads)->next(10).value(), note);
  const auto end = (*heads)->next(10);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().kind, ErrorKind::network);

  const auto half = RpcSubscription::open(node.url("ws"), {});
  node.peers().back()->send(note.substr(0, 20));
  EXPECT_EQ((*half)->next(10).error().kind, ErrorKind::data);
}

TEST(RpcSubscription, SaysWhyThereIsNone) {
  FakeNode node;
  node.on_call = [](const std::string&, const Json&) -> Json {
    return {{"error", {{"code", -32601}, {"message", "no subscriptions here"}}}};
  };
  const auto refused = RpcSubscription::open(node.url("ws"), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unsupported);
  EXPECT_THAT(refused.error().message, HasSubstr("no subscriptions here"));
  EXPECT_EQ(RpcSubscription::open("ws://127.0.0.1:1", {}).error().kind, ErrorKind::network);
}

TEST(RpcSubscription, IsBounded) {
  FakeNode node;
  const auto heads = RpcSubscription::open(node.url("ws"), {});
  ASSERT_TRUE(heads);
  for (int i = 0; i < 5000; ++i)
    node.peers().front()->send(R"({"method":"eth_subscription","params":{"result":{}}})");
  int taken = 0;
  for (;;) {
    const auto head = (*heads)->next(10);
    if (!head) {
      EXPECT_EQ(head.error().kind, ErrorKind::data);
      break;
    }
    // Whoever takes them in time misses none.
    if (++taken == 1) std::this_thread::sleep_for(std::chrono::milliseconds(300));
    ASSERT_LT(taken, 5001);
    if (taken == 5000) break;
  }
}

}  // namespace
}  // namespace clew::ingest
