// The server over sockets: what only connections can show.
#include "serve/api_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "net/http_client.h"
#include "net/raw_peer_test.h"

namespace clew::serve {
namespace {

using net::test::RawConnection;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class ApiServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    options_.directory = ::testing::TempDir() + "/api-" + std::to_string(::getpid());
    std::filesystem::remove_all(options_.directory);
    options_.log_file = "/dev/null";
    options_.net.workers = 2;
    options_.net.request_bytes_max = 1000;
    options_.net.head_bytes_max = 4096;
    options_.net.answer_seconds = 10;
  }
  void TearDown() override {
    server_.reset();
    std::filesystem::remove_all(options_.directory);
  }
  void start() {
    auto server = ApiServer::start(options_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
    auto store = KeyStore::open(keys_path(options_.directory));
    ASSERT_TRUE(store);
    key_ = (*store)->make("test", Scope::read, 1)->text();
  }
  std::uint16_t port() const {
    const auto url = server_->url();
    return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  }
  std::string converse(const std::string& bytes) const {
    RawConnection connection(RawConnection::connect_to(port()));
    connection.write(bytes);
    return connection.read_all();
  }
  std::string head(const std::string& line, const std::string& more = {}) const {
    return line + " HTTP/1.1\r\nHost: x\r\nX-API-Key: " + key_ + "\r\n" + more + "\r\n";
  }

  ApiServerOptions options_;
  std::unique_ptr<ApiServer> server_;
  std::string key_;
};

TEST_F(ApiServerTest, AnswersOnOneConnection) {
  start();
  auto client = std::move(*net::HttpClient::open(server_->url(), {}));
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.send({.target = "/v1/chains", .headers = {{"X-API-Key", key_}}});
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, R"({"chains":[]})");
  }
  EXPECT_EQ(client.send({.target = "/v1/chains"})->status, 401);
  EXPECT_EQ(client.send({.method = "HEAD", .target = "/health"})->body, "");
  EXPECT_EQ(client.send({.method = "OPTIONS", .target = "/health"})->status, 204);
  EXPECT_EQ(client.send({.target = "/ready"})->status, 200);
}

TEST_F(ApiServerTest, RefusesLargeBodiesUnread) {
  start();
  const auto refused = converse(head("GET /v1/chains", "Content-Length: 1000000000\r\n"));
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(refused, HasSubstr("body-too-large"));
  const auto unknown =
      converse("GET /v1/chains HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n");
  EXPECT_THAT(unknown, StartsWith("HTTP/1.1 401"));
  const auto chunked = converse(head("GET /v1/chains", "Transfer-Encoding: chunked\r\n") +
                                "800\r\n" + std::string(0x800, 'x') + "\r\n");
  EXPECT_THAT(chunked, StartsWith("HTTP/1.1 413"));
  const auto expecting =
      converse(head("GET /v1/chains", "Content-Length: 1000000000\r\nExpect: 100-continue\r\n"));
  EXPECT_THAT(expecting, StartsWith("HTTP/1.1 413"));
}

// Who goes on sending gets the answer all the same.
TEST_F(ApiServerTest, AnswersThoseWhoKeepSending) {
  start();
  RawConnection connection(RawConnection::connect_to(port()));
  connection.write(head("GET /v1/chains", "Content-Length: 4000000\r\n"));
  connection.write(std::string(4'000'000, 'x'));
  EXPECT_THAT(connection.read_all(), StartsWith("HTTP/1.1 413"));
}

TEST_F(ApiServerTest, RefusesWhatIsNoRequest) {
  start();
  EXPECT_THAT(converse("nonsense\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(converse(head("GET /health", "X: " + std::string(5000, 'x') + "\r\n")),
              StartsWith("HTTP/1.1 431"));
  const auto nowhere = converse("GET /health HTTP/1.1\r\n\r\n");
  EXPECT_THAT(nowhere, StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(nowhere, HasSubstr("malformed-request"));
  const auto twice = converse(head("GET /health", "Content-Length: 1\r\nContent-Length: 2\r\n"));
  EXPECT_THAT(twice, StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(twice, HasSubstr("application/problem+json"));
  EXPECT_THAT(twice, HasSubstr("X-Request-Id: "));
}

TEST_F(ApiServerTest, WaitsOnlySoLongForARequest) {
  options_.net.read_seconds = 0.2;
  start();
  EXPECT_THAT(converse("GET /health HT"), StartsWith("HTTP/1.1 408"));
  EXPECT_THAT(converse(head("GET /v1/chains", "Content-Length: 10\r\n") + "x"),
              StartsWith("HTTP/1.1 408"));
}

TEST_F(ApiServerTest, SpeaksTlsAlone) {
  options_.net.tls_certificate = "/does/not/exist";
  EXPECT_EQ(ApiServer::start(options_).error().kind, ErrorKind::usage);
  options_.net.tls_key = "/does/not/exist";
  EXPECT_EQ(ApiServer::start(options_).error().kind, ErrorKind::io);
}

TEST_F(ApiServerTest, StopsWithoutWaitingForIdleConnections) {
  start();
  RawConnection idle(RawConnection::connect_to(port()));
  idle.write("GET /health HTTP/1.1\r\nHost: a\r\n\r\n");
  idle.read_until("\"}");
  const auto begun = std::chrono::steady_clock::now();
  server_->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(60));
  EXPECT_EQ(idle.read_all(), "");
}

}  // namespace
}  // namespace clew::serve
