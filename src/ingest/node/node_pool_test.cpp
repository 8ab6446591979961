#include "ingest/node/node_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <thread>

#include "ingest/node/fake_node_test.h"
#include "ingest/node/request_limit.h"

namespace clew::ingest {
namespace {

using test::FakeNode;
using test::Json;
using ::testing::HasSubstr;

// Time that passes only when somebody sleeps.
class FakeClock final : public Clock {
 public:
  double now() override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  double date() override { return 1e9 + now(); }
  void sleep(double seconds) override {
    const std::lock_guard lock(mutex_);
    now_ += seconds;
  }

 private:
  std::mutex mutex_;
  double now_ = 100;
};

// A node without a network: `behave` decides about each request, by its number from 0.
class ScriptedNode final : public RpcClient {
 public:
  using Behave = std::function<RpcResult<std::string>(int request)>;
  ScriptedNode(std::string name, Behave behave)
      : url_(*net::parse_url("http://" + name)), behave_(std::move(behave)) {}

  RpcResult<RpcAnswers> call(std::span<const RpcCall> calls) override {
    auto text = behave_(requests_++);
    if (!text) return tl::unexpected(text.error());
    auto shared = std::make_shared<const std::string>(std::move(*text));
    RpcEnvelope answer{.text = *shared, .has_result = true};
    if (shared->starts_with("slow")) answer.error = RpcError{-32005, "limit exceeded"};
    if (shared->starts_with("wrong")) answer.error = RpcError{-32602, "invalid params"};
    return RpcAnswers(shared, std::vector<RpcEnvelope>(calls.size(), answer));
  }
  const net::Url& url() const override { return url_; }

 private:
  net::Url url_;
  Behave behave_;
  std::atomic<int> requests_ = 0;
};

ScriptedNode::Behave always(const std::string& text) {
  return [text](int) { return text; };
}
tl::unexpected<RpcFailure> failure(RpcFault fault, int status = 0,
                                   std::optional<double> retry_after = {}) {
  return tl::unexpected(RpcFailure{.fault = fault,
                                   .message = "http://x: it failed",
                                   .status = status,
                                   .retry_after_seconds = retry_after});
}

class NodePoolTest : public ::testing::Test {
 protected:
  NodePool pool(std::vector<ScriptedNode::Behave> nodes) {
    std::vector<std::unique_ptr<RpcClient>> clients;
    for (auto& behave : nodes) {
      clients.push_back(std::make_unique<ScriptedNode>("node" + std::to_string(clients.size()),
                                                       std::move(behave)));
    }
    options.clock = &clock;
    if (!options.random) options.random = [] { return ~std::uint64_t{0}; };  // the longest rests
    return NodePool(std::move(clients), options);
  }
  std::string ask(NodePool& pool) {
    const RpcCall call{"a"};
    const auto served = pool.call(std::span(&call, 1));
    return served ? std::string(served->answers[0].text) : served.error().message;
  }

  FakeClock clock;
  PoolOptions options;
};

TEST_F(NodePoolTest, GoesToAnotherNode) {
  for (const auto fault : {RpcFault::network, RpcFault::malformed, RpcFault::status}) {
    auto both = pool({[&](int) { return failure(fault, 503); }, always("second")});
    EXPECT_EQ(ask(both), "second");
    EXPECT_EQ(ask(both), "second");
    const auto report = both.report();
    EXPECT_EQ(report[0].requests, 1u);  // left in peace meanwhile
    EXPECT_EQ(report[0].failures + report[0].refusals, 1u);
    EXPECT_EQ(report[0].last_failure, "http://x: it failed");
    EXPECT_EQ(report[1].requests, 2u);
    EXPECT_EQ(report[1].bytes, 12u);
  }
}

TEST_F(NodePoolTest, WaitsLongerAfterEachFailure) {
  std::vector<double> asked;
  options.patience_seconds = 1000;
  options.rest_seconds_first = 1;
  options.rest_seconds_max = 10;
  auto one = pool({[&](int request) -> RpcResult<std::string> {
    asked.push_back(clock.now());
    if (request < 6) return failure(RpcFault::network);
    return "well again";
  }});
  EXPECT_EQ(ask(one), "well again");
  ASSERT_EQ(asked.size(), 7u);
  const double rests[] = {1, 2, 4, 8, 10, 10};
  for (std::size_t i = 0; i < 6; ++i)
    EXPECT_NEAR(asked[i + 1] - asked[i], rests[i], 1e-6) << i;
}

TEST_F(NodePoolTest, DrawsTheRestFromAllThatIsAllowed) {
  std::uint64_t draw = 0;
  options.random = [&] { return draw; };
  options.rest_seconds_first = 8;
  for (const auto& [given, rest] :
       {std::pair(std::uint64_t{0}, 0.0), {std::uint64_t{1} << 63, 4.0}}) {
    draw = given;
    auto one = pool({[&](int request) -> RpcResult<std::string> {
      if (request == 0) return failure(RpcFault::network);
      return "well";
    }});
    const double begin = clock.now();
    EXPECT_EQ(ask(one), "well");
    EXPECT_NEAR(clock.now() - begin, rest, 1e-6);
  }
}

TEST_F(NodePoolTest, StaysAwayAsLongAsTheNodeSays) {
  options.random = [] { return std::uint64_t{0}; };
  const auto rest_after = [&](double retry_after) {
    auto one = pool({[=](int request) -> RpcResult<std::string> {
      if (request == 0) return failure(RpcFault::status, 429, retry_after);
      return "well";
    }});
    const double begin = clock.now();
    EXPECT_EQ(ask(one), "well");
    return clock.now() - begin;
  };
  options.patience_seconds = 1000;
  EXPECT_NEAR(rest_after(17), 17, 1e-6);
  EXPECT_NEAR(rest_after(1e9), options.retry_after_seconds_max, 1e-6);
}

TEST_F(NodePoolTest, SurvivesAStormOfRefusals) {
  options.patience_seconds = 1e6;
  auto one = pool({[](int request) -> RpcResult<std::string> {
    if (request % 3 != 0) return failure(RpcFault::status, 429);
    return "through";
  }});
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(ask(one), "through");
  EXPECT_EQ(one.report()[0].refusals, 98u);
  EXPECT_LE(one.report()[0].concurrency, 2);
}

TEST_F(NodePoolTest, TakesALimitInAnAnswerForARefusal) {
  auto both = pool({always("slow down"), always("second")});
  EXPECT_EQ(ask(both), "second");
  EXPECT_EQ(both.report()[0].refusals, 1u);
  EXPECT_THAT(both.report()[0].last_failure, HasSubstr("limit exceeded"));
}

TEST_F(NodePoolTest, PassesOnErrorsThatAreTheCallers) {
  auto both = pool({always("wrong"), always("second")});
  EXPECT_EQ(ask(both), "wrong");
  EXPECT_EQ(both.report()[0].refusals, 0u);
}

TEST_F(NodePoolTest, GivesUpWhenPatienceEnds) {
  options.patience_seconds = 60;
  auto both = pool({[](int) { return failure(RpcFault::network); },
                    [](int) { return failure(RpcFault::status, 503); }});
  const double begin = clock.now();
  const RpcCall call{"a"};
  const auto served = both.call(std::span(&call, 1));
  ASSERT_FALSE(served);
  EXPECT_EQ(served.error().kind, ErrorKind::network);
  EXPECT_THAT(served.error().message, HasSubstr("it failed; http"));
  EXPECT_NEAR(clock.now() - begin, 60, 0.1);
}

TEST_F(NodePoolTest, BenchesTheLiar) {
  auto both = pool({always("lie"), always("truth")});
  const RpcCall call{"a"};
  const auto lie = both.call(std::span(&call, 1));
  ASSERT_TRUE(lie);
  ASSERT_EQ(lie->node, 0u);
  both.bench(lie->node, "block 7: the receipts do not fit their root");
  both.bench(lie->node, "another reason");
  EXPECT_EQ(both.in_play(), 1u);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(ask(both), "truth");
  EXPECT_EQ(both.report()[0].bench, "block 7: the receipts do not fit their root");
  EXPECT_TRUE(both.bench_unless_last(0, "found by another thread"));
  EXPECT_FALSE(both.bench_unless_last(1, "the last one"));
  EXPECT_EQ(both.in_play(), 1u);
  EXPECT_TRUE(both.benched(0) && !both.benched(1));
  both.bench(1, "it lies too");
  EXPECT_THAT(ask(both), HasSubstr("do not fit their root; http://node1 is not asked"));
}

TEST_F(NodePoolTest, RestsWhoIsBehind) {
  options.rest_seconds_first = 1;
  auto both = pool({always("first"), always("second")});
  EXPECT_EQ(ask(both), "first");
  both.rest(0, "its head is behind");
  EXPECT_EQ(ask(both), "second");
  EXPECT_EQ(both.report()[0].last_failure, "http://node0: its head is behind");
  EXPECT_EQ(both.in_play(), 2u);
}

TEST_F(NodePoolTest, BenchesAnAddressThatWasNeverRight) {
  auto both = pool({[](int) { return failure(RpcFault::status, 401); }, always("second")});
  EXPECT_EQ(ask(both), "second");
  EXPECT_EQ(both.in_play(), 1u);
  auto late = pool({[](int request) -> RpcResult<std::string> {
    if (request == 1) return failure(RpcFault::status, 401);
    return "well";
  }});
  EXPECT_EQ(ask(late), "well");
  EXPECT_EQ(ask(late), "well");
  EXPECT_EQ(late.in_play(), 1u);
}

TEST_F(NodePoolTest, GivesUpWhoWasNeverReachedIfToldTo) {
  options.first_tries_max = 3;
  options.patience_seconds = 60;
  auto gone = pool({[](int) { return failure(RpcFault::network); }});
  const double begin = clock.now();
  const RpcCall call{"a"};
  const auto served = gone.call(std::span(&call, 1));
  ASSERT_FALSE(served);
  EXPECT_EQ(served.error().kind, ErrorKind::network);
  EXPECT_LT(clock.now() - begin, 2);
  EXPECT_EQ(gone.report()[0].requests, 3u);
  // One that has answered may be away for a while.
  auto away = pool({[](int request) -> RpcResult<std::string> {
    if (request > 0 && request < 6) return failure(RpcFault::network);
    return "well";
  }});
  EXPECT_EQ(ask(away), "well");
  EXPECT_EQ(ask(away), "well");
}

TEST_F(NodePoolTest, AsksOneNodeIfToldTo) {
  auto both = pool({always("first"), always("second")});
  const RpcCall call{"a"};
  for (int i = 0; i < 3; ++i) {
    const auto served = both.call(std::span(&call, 1), 1);
    ASSERT_TRUE(served);
    EXPECT_EQ(served->answers[0].text, "second");
    EXPECT_EQ(served->node, 1u);
  }
  both.bench(1, "lies");
  EXPECT_FALSE(both.call(std::span(&call, 1), 1));
  EXPECT_EQ(both.call(std::span(&call, 1), 2).error().kind, ErrorKind::usage);
}

TEST_F(NodePoolTest, HearsAllAtOnce) {
  std::atomic<bool> go_on = false;
  {
    auto four =
        pool({[&](int) -> RpcResult<std::string> {
                while (!go_on)
                  std::this_thread::sleep_for(std::chrono::milliseconds(1));
                return "late";
              },
              always("second"), [](int) { return failure(RpcFault::network); }, always("fourth")});
    const RpcCall call{"a"};
    for (int round = 0; round < 3; ++round) {
      const auto heard = four.call_each(std::span(&call, 1), 0.1);
      ASSERT_EQ(heard.size(), 2u) << round;
      EXPECT_EQ(heard[0].node, 1u);
      EXPECT_EQ(heard[0].answers[0].text, "second");
      EXPECT_EQ(heard[1].node, 3u);
    }
    auto report = four.report();
    EXPECT_EQ(report[0].requests, 1u);  // not asked again while it thinks
    EXPECT_EQ(report[2].failures, 1u);  // and left in peace
    four.bench(1, "lies");
    go_on = true;
    while (four.report()[0].bytes == 0)
      std::this_thread::yield();
    const auto heard = four.call_each(std::span(&call, 1), 20);
    ASSERT_EQ(heard.size(), 2u);
    EXPECT_EQ(heard[0].answers[0].text, "late");
    go_on = false;
    four.call_each(std::span(&call, 1), 0.01);
    go_on = true;
  }  // waits for the late one
}

TEST_F(NodePoolTest, EndsWhenTold) {
  std::atomic<bool> stop = false;
  options.stop = &stop;
  auto one = pool({[&](int) {
    stop = true;
    return failure(RpcFault::network);
  }});
  const RpcCall call{"a"};
  EXPECT_EQ(one.call(std::span(&call, 1)).error().kind, ErrorKind::stopped);
  auto stopping = pool({[](int) { return failure(RpcFault::stopped); }});
  stop = false;
  EXPECT_EQ(stopping.call(std::span(&call, 1)).error().kind, ErrorKind::stopped);
  EXPECT_EQ(stopping.report()[0].failures, 0u);
}

// Counts how many requests run at the same time.
struct Crowd {
  std::mutex mutex;
  int inside = 0, most = 0;
  void pass() {
    {
      const std::lock_guard lock(mutex);
      most = std::max(most, ++inside);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const std::lock_guard lock(mutex);
    --inside;
  }
};

TEST_F(NodePoolTest, GrowsToItsLimitAndNoFurther) {
  Crowd crowd;
  options.concurrency_first = 2;
  options.concurrency_max = 5;
  auto one = pool({[&](int) -> RpcResult<std::string> {
    crowd.pass();
    return "well";
  }});
  std::vector<std::thread> threads;
  for (int t = 0; t < 12; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 30; ++i)
        EXPECT_EQ(ask(one), "well");
    });
  }
  for (auto& thread : threads)
    thread.join();
  EXPECT_LE(crowd.most, 5);
  EXPECT_GT(crowd.most, 2);
  EXPECT_EQ(one.report()[0].concurrency, 5);
  EXPECT_EQ(one.report()[0].requests, 360u);
}

TEST(RequestLimit, RisesSlowlyAndFallsFast) {
  RequestLimit limit(4, 100);
  while (limit.has_room())
    limit.begin();
  // One more for as many good answers as run at once: 4 + 5 + ... + 9 of them from 4 to 10.
  int answers = 0;
  for (; limit.limit() < 10; ++answers) {
    limit.end_well();
    while (limit.has_room())
      limit.begin();
  }
  EXPECT_NEAR(answers, 39, 5);
  while (limit.running() > 0)
    limit.end_neutral();
  const double high = limit.limit();
  std::vector<std::uint64_t> tickets;
  while (limit.has_room())
    tickets.push_back(limit.begin());
  for (const auto ticket : tickets)
    limit.end_overloaded(ticket);  // one event, though seen by all
  EXPECT_NEAR(limit.limit(), high / 2, 1e-9);
  for (int i = 0; i < 20; ++i)
    limit.end_overloaded(limit.begin());
  EXPECT_EQ(limit.limit(), 1);
  EXPECT_TRUE(limit.has_room());
}

TEST(RequestLimit, DoesNotGrowUnused) {
  RequestLimit limit(10, 100);
  for (int i = 0; i < 1000; ++i) {
    limit.begin();
    limit.end_well();
  }
  EXPECT_EQ(limit.limit(), 10);
}

TEST(NodePool, KnowsRefusalsByTheirWords) {
  EXPECT_TRUE(asks_to_slow_down({-32005, "anything"}));
  EXPECT_TRUE(asks_to_slow_down({429, "x"}));
  EXPECT_TRUE(asks_to_slow_down({-32000, "Too Many Requests"}));
  EXPECT_TRUE(asks_to_slow_down({-32016, "over compute unit capacity"}));
  EXPECT_FALSE(asks_to_slow_down({-32601, "the method trace_block does not exist"}));
  EXPECT_FALSE(asks_to_slow_down({-32000, "header not found"}));
}

// Real sockets, several nodes, each bad in its own way, many threads: all is answered, and right.
TEST(NodePool, SurvivesBadNodes) {
  FakeNode resetting, halving, refusing, honest;
  resetting.on_request = [&](int number, const std::string& body) -> std::optional<net::Answer> {
    return net::Answer{.body = resetting.answers(body),
                       .reset_after = number % 2 ? std::optional<std::size_t>(5) : std::nullopt};
  };
  halving.on_request = [&](int number, const std::string& body) -> std::optional<net::Answer> {
    if (number % 3 != 0) return std::nullopt;
    const auto whole = halving.answers(body);
    return net::Answer{.body = whole.substr(0, whole.size() / 2)};
  };
  refusing.on_request = [](int number, const std::string&) -> std::optional<net::Answer> {
    if (number % 2 != 0) return std::nullopt;
    return net::Answer{.status = 429};
  };
  std::vector<std::unique_ptr<RpcClient>> clients;
  for (const FakeNode* node : {&resetting, &halving, &refusing, &honest})
    clients.push_back(std::move(*open_rpc(node->url())));
  NodePool pool(std::move(clients), {.rest_seconds_first = 0.001, .rest_seconds_max = 0.01});
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const RpcCall calls[] = {{"a" + std::to_string(t)}, {"b" + std::to_string(i)}};
        const auto served = pool.call(calls);
        if (!served || Json::parse(served->answers[0].text)["result"] != calls[0].method ||
            Json::parse(served->answers[1].text)["result"] != calls[1].method)
          ++wrong;
      }
    });
  }
  for (auto& thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0);
  const auto report = pool.report();
  EXPECT_GT(report[0].failures, 0u);
  EXPECT_GT(report[1].failures, 0u);
  EXPECT_GT(report[2].refusals, 0u);
  EXPECT_EQ(report[3].failures, 0u);
}

}  // namespace
}  // namespace clew::ingest
