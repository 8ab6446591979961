#include "net/exchange.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "net/http_client.h"
#include "net/raw_peer_test.h"

namespace clew::net {
namespace {

using test::RawConnection;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// What the exchanges of a test were asked.
struct Seen {
  std::atomic<int> begun = 0, handled = 0, refused = 0, dropped = 0;
  std::atomic<bool> go_on = false;  // for those that wait
};

// Answers by the path: /no is refused by its head, /wait waits, /throw throws, others are echoed.
class TestExchange final : public Exchange {
 public:
  explicit TestExchange(Seen& seen) : seen_(seen) { ++seen_.begun; }
  std::optional<Answer> admit(const Request& head) override {
    if (head.path() == "/no") return Answer{.status = 403, .body = "refused"};
    return std::nullopt;
  }
  Answer handle(Request request) override {
    ++seen_.handled;
    if (request.path() == "/throw") throw std::runtime_error("x");
    while (request.path() == "/wait" && !seen_.go_on)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return {.body = "echo " + request.body};
  }
  void drop() override { ++seen_.dropped; }
  Answer refuse(int status) override {
    ++seen_.refused;
    return {.status = status, .body = "refused with " + std::to_string(status)};
  }

 private:
  Seen& seen_;
};

std::unique_ptr<Server> serve(Seen& seen, const ServerOptions& options) {
  auto server = start_service(options, [&seen](const std::string& client) {
    EXPECT_EQ(client, "127.0.0.1");
    return std::make_shared<TestExchange>(seen);
  });
  EXPECT_TRUE(server) << server.error().message;
  return std::move(*server);
}

std::string converse(const Server& server, const std::string& bytes) {
  RawConnection connection(RawConnection::connect_to(server.port()));
  connection.write(bytes);
  return connection.read_all();
}

TEST(Exchange, RefusesByTheHeadWithoutReadingTheBody) {
  Seen seen;
  const auto server = serve(seen, {.workers = 1});
  const auto refused =
      converse(*server, "POST /no HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n");
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 403"));
  EXPECT_THAT(refused, HasSubstr("Connection: close"));
  EXPECT_EQ(seen.handled, 0);
  RawConnection kept(RawConnection::connect_to(server->port()));
  kept.write("GET /no HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(kept.read_until("refused"), HasSubstr("Connection: keep-alive"));
}

TEST(Exchange, GivesLeaveToSendOnlyWhenAdmitted) {
  Seen seen;
  const auto server = serve(seen, {.request_bytes_max = 100});
  const auto head = [](const std::string& path, const std::string& length) {
    return "POST " + path +
           " HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: " + length + "\r\n\r\n";
  };
  EXPECT_THAT(converse(*server, head("/no", "5")), StartsWith("HTTP/1.1 403"));
  EXPECT_THAT(converse(*server, head("/", "101")), StartsWith("HTTP/1.1 413"));
  RawConnection connection(RawConnection::connect_to(server->port()));
  connection.write(head("/", "5"));
  EXPECT_EQ(connection.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  connection.write("hello");
  EXPECT_THAT(connection.read_until("echo hello"), EndsWith("echo hello"));
}

TEST(Exchange, AnswersOthersWhileWorkersAreBusy) {
  Seen seen;
  const auto server = serve(seen, {.workers = 1});
  RawConnection waiting(RawConnection::connect_to(server->port()));
  waiting.write("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(converse(*server, "GET /no HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
              EndsWith("refused"));
  seen.go_on = true;
  EXPECT_THAT(waiting.read_until("echo "), EndsWith("echo "));
}

TEST(Exchange, GivesUpWaitingForAnAnswer) {
  Seen seen;
  const auto server = serve(seen, {.workers = 1, .answer_seconds = 0.1});
  EXPECT_THAT(converse(*server, "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"),
              EndsWith("refused with 504"));
  seen.go_on = true;
  EXPECT_THAT(converse(*server, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
              EndsWith("echo "));
}

TEST(Exchange, TurnsExceptionsIntoRefusals) {
  Seen seen;
  for (const unsigned workers : {0u, 1u}) {
    const auto server = serve(seen, {.workers = workers});
    EXPECT_THAT(converse(*server, "GET /throw HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
                EndsWith("refused with 500"));
  }
}

TEST(Exchange, LimitsTheTimeToReadARequest) {
  Seen seen;
  const auto server = serve(seen, {.read_seconds = 0.1});
  EXPECT_THAT(converse(*server, "GET / HTTP/1.1\r\nHost: a\r\nX: "), EndsWith("refused with 408"));
  EXPECT_THAT(converse(*server, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx"),
              EndsWith("refused with 408"));
}

TEST(Exchange, LimitsTheHead) {
  Seen seen;
  const auto server = serve(seen, {.head_bytes_max = 1000});
  EXPECT_THAT(
      converse(*server, "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(2000, 'x') + "\r\n\r\n"),
      EndsWith("refused with 431"));
}

TEST(Exchange, StopsAfterWhatIsRunning) {
  Seen seen;
  auto server = serve(seen, {.workers = 1, .grace_seconds = 60});
  RawConnection waiting(RawConnection::connect_to(server->port()));
  waiting.write("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  while (seen.handled == 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    seen.go_on = true;
  });
  server->stop();
  later.join();
  EXPECT_THAT(waiting.read_all(), EndsWith("echo "));
}

TEST(Exchange, StopsThoughSomeWaitForAWorker) {
  Seen seen;
  auto server = serve(seen, {.workers = 1, .grace_seconds = 0.05});
  RawConnection first(RawConnection::connect_to(server->port()));
  RawConnection second(RawConnection::connect_to(server->port()));
  first.write("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  second.write("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  while (seen.handled == 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    seen.go_on = true;
  });
  server->stop();
  later.join();
  EXPECT_LE(seen.handled, 2);
  EXPECT_EQ(seen.dropped, 2);
  EXPECT_EQ(seen.refused, 0);
}

}  // namespace
}  // namespace clew::net
