#include "net/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

std::unique_ptr<Server> serve(std::vector<Route> routes, const ServerOptions& options = {}) {
  auto server = Server::start(options, std::move(routes));
  EXPECT_TRUE(server) << server.error().message;
  return std::move(*server);
}

Route hello() {
  return {.method = "GET", .path = "/", .handler = [](const Request&) {
            return Answer{.content_type = "text/plain", .body = "hello"};
          }};
}

std::string converse(const Server& server, const std::string& bytes) {
  RawConnection connection(RawConnection::connect_to(server.port()));
  connection.write(bytes);
  return connection.read_all();
}

HttpClient client_of(const Server& server, ClientOptions options = {}) {
  return std::move(*HttpClient::open(server.url(), std::move(options)));
}

TEST(Server, AnswersByRoute) {
  const auto server = serve({hello(), {.path = "/blocks/*", .handler = [](const Request& request) {
                                         return Answer{.body = std::string(request.path())};
                                       }}});
  auto client = client_of(*server);
  EXPECT_EQ(client.send({})->body, "hello");
  EXPECT_EQ(client.send({.target = "/?x=1"})->body, "hello");
  EXPECT_EQ(client.send({.target = "/blocks/12?full"})->body, "/blocks/12");
  EXPECT_EQ(client.send({.target = "/else"})->status, 404);
  EXPECT_EQ(client.post("{}")->status, 405);
  const auto head = client.send({.method = "HEAD"});
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->body, "");
  EXPECT_EQ(*find_header(head->headers, "Content-Length"), "5");
}

TEST(Server, KeepsConnectionsAsAsked) {
  const auto server = serve({hello()});
  const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n";
  const auto two = converse(*server, get + "\r\n" + get + "Connection: close\r\n\r\n");
  EXPECT_THAT(two, HasSubstr("hello"));
  EXPECT_THAT(two.substr(two.find("hello") + 5), EndsWith("hello"));
  EXPECT_THAT(converse(*server, "GET / HTTP/1.0\r\n\r\n"), EndsWith("hello"));
}

TEST(Server, RefusesWhatItCannotRead) {
  const auto server = serve({hello()}, {.request_bytes_max = 1000});
  EXPECT_THAT(converse(*server, "nonsense\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(converse(*server, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n"),
              StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(converse(*server, "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(70000, 'x')),
              StartsWith("HTTP/1.1 431"));
  EXPECT_EQ(
      converse(*server, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").substr(0, 12),
      "HTTP/1.1 200");
}

// RFC 9112, 3.2.
TEST(Server, TakesRequestsForOneHost) {
  const auto server = serve({hello()});
  const auto status_of = [&](const std::string& request) {
    return converse(*server, request + "Connection: close\r\n\r\n").substr(9, 3);
  };
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n"), "400");
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n"), "400");
  EXPECT_EQ(status_of("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n"), "400");
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost:\r\n"), "200");
  EXPECT_EQ(status_of("GET / HTTP/1.0\r\nHost: a\r\n"), "200");
  EXPECT_EQ(status_of("GET / HTTP/1.0\r\n"), "200");
}

TEST(Server, SaysContinue) {
  const auto server = serve({{.method = "POST", .path = "/", .handler = [](const Request& request) {
                                return Answer{.body = request.body};
                              }}});
  RawConnection connection(RawConnection::connect_to(server->port()));
  connection.write(
      "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\n"
      "Content-Length: 4\r\n\r\n");
  EXPECT_THAT(connection.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 100"));
  connection.write("body");
  EXPECT_THAT(connection.read_all(), EndsWith("body"));
}

TEST(Server, StreamsPieces) {
  const auto server = serve({{.path = "/", .handler = [](const Request&) {
                                return Answer{.pieces = [n = 0]() mutable {
                                  return n++ < 1000 ? std::string(1000, 'p') : std::string();
                                }};
                              }}});
  auto client = client_of(*server);
  EXPECT_EQ(client.send({})->body, std::string(1'000'000, 'p'));
  EXPECT_EQ(client.send({})->body.size(), 1'000'000u);
}

TEST(Server, SurvivesItsHandlers) {
  const auto server =
      serve({{.path = "/throws",
              .handler = [](const Request&) -> Answer { throw std::runtime_error("private"); }},
             {.path = "/smuggles", .handler = [](const Request&) {
                return Answer{.headers = {{"A", "b\r\nC: d"}}};
              }}});
  auto client = client_of(*server);
  const auto thrown = client.send({.target = "/throws"});
  EXPECT_EQ(thrown->status, 500);
  EXPECT_EQ(thrown->body.find("private"), std::string::npos);
  EXPECT_EQ(client.send({.target = "/smuggles"})->status, 500);
}

TEST(Server, MisbehavesOnPurpose) {
  const auto server =
      serve({{.path = "/reset",
              .handler =
                  [](const Request&) {
                    return Answer{.body = std::string(100000, 'x'), .reset_after = 5000};
                  }},
             {.path = "/slow", .handler = [](const Request&) {
                return Answer{.body = "late", .delay_seconds = 0.2};
              }}});
  auto client = client_of(*server);
  const auto reset = client.send({.target = "/reset"});
  ASSERT_FALSE(reset);
  EXPECT_EQ(reset.error().kind, ErrorKind::network);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(client.send({.target = "/slow"})->body, "late");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(200));
  auto hasty = client_of(*server, {.answer_seconds = 0.05});
  EXPECT_FALSE(hasty.send({.target = "/slow"}));
}

TEST(Server, LetsRunningAnswersEndWhenItStops) {
  std::atomic<bool> asked = false;
  auto server = serve({{.path = "/", .handler = [&](const Request&) {
                          asked = true;
                          return Answer{.body = "whole", .delay_seconds = 0.2};
                        }}});
  auto client = client_of(*server);
  Result<Response> response;
  std::thread asking([&] { response = client.send({}); });
  while (!asked)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  RawConnection idle(RawConnection::connect_to(server->port()));
  server->stop();
  asking.join();
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "whole");
  EXPECT_EQ(idle.read_all(), "");
  EXPECT_FALSE(client.send({}));
}

TEST(Server, DropsThoseWhoDoNotTakeTheirAnswer) {
  auto server = serve({{.path = "/",
                        .handler =
                            [](const Request&) {
                              return Answer{.pieces = [] { return std::string(1 << 20, 'x'); }};
                            }}},
                      {.grace_seconds = 0.1});
  RawConnection connection(RawConnection::connect_to(server->port()));
  connection.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_FALSE(connection.read_some().empty());
  const auto begin = std::chrono::steady_clock::now();
  server->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

TEST(Server, ForgetsTheConnectionsThatItBreaks) {
  const auto server = serve(
      {hello(),
       {.path = "/cut",
        .handler =
            [](const Request&) { return Answer{.body = std::string(100, 'x'), .reset_after = 0}; }},
       {.path = "/throws",
        .handler =
            [](const Request&) {
              return Answer{.pieces = []() -> std::string { throw std::runtime_error(""); }};
            }}},
      {.connections_max = 1});
  for (const char* path : {"/cut", "/throws"}) {
    EXPECT_FALSE(client_of(*server).send({.target = path}));
    Result<Response> next = fail(ErrorKind::network, "never asked");
    for (int tries = 0; !next && tries < 1000; ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      next = client_of(*server).send({});
    }
    EXPECT_TRUE(next) << path << ": " << next.error().message;
  }
}

TEST(Server, SaysWhyItCannotListen) {
  const auto server = serve({});
  const auto second = Server::start({.port = server->port()}, {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::io);
  EXPECT_THAT(second.error().message, HasSubstr(std::to_string(server->port())));
  EXPECT_EQ(Server::start({.address = "nowhere"}, {}).error().kind, ErrorKind::usage);
}

TEST(Server, TakesNoMoreThanItsConnections) {
  const auto server = serve({hello()}, {.connections_max = 2});
  RawConnection first(RawConnection::connect_to(server->port()));
  RawConnection second(RawConnection::connect_to(server->port()));
  for (auto* each : {&first, &second}) {
    each->write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(each->read_until("hello"), HasSubstr("hello"));
  }
  RawConnection third(RawConnection::connect_to(server->port()));
  third.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(third.read_all(), "");
}

}  // namespace
}  // namespace clew::net
