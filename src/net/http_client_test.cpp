#include "net/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "net/raw_peer_test.h"
#include "net/server.h"

namespace clew::net {
namespace {

using test::RawConnection;
using test::RawPeer;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kHeadEnd = "\r\n\r\n";

HttpClient client_of(const std::string& url, ClientOptions options = {}) {
  auto client = HttpClient::open(url, std::move(options));
  EXPECT_TRUE(client) << client.error().message;
  return std::move(*client);
}

// What a client makes of these bytes, after which the peer closes.
Result<Response> answer_of(const std::string& bytes, ClientOptions options = {}) {
  RawPeer peer([&](RawConnection& connection) {
    connection.read_until(kHeadEnd);
    connection.write(bytes);
  });
  return client_of(peer.url(), std::move(options)).send({});
}

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

TEST(HttpClient, ReadsBodiesOfEveryForm) {
  const auto body = [](const std::string& bytes) {
    const auto response = answer_of(bytes);
    return response ? response->body : response.error().message;
  };
  EXPECT_EQ(body("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"), "hello");
  EXPECT_EQ(
      body("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"),
      "hello");
  EXPECT_EQ(body("HTTP/1.1 200 OK\r\n\r\nhello"), "hello");
  EXPECT_EQ(body("HTTP/1.0 200 OK\r\n\r\nhello"), "hello");
  EXPECT_EQ(body("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"),
            "x");
  EXPECT_EQ(body("HTTP/1.1 204 No Content\r\n\r\n"), "");
}

TEST(HttpClient, LeavesRoomBehindTheBody) {
  for (const char* bytes :
       {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 200 OK\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}) {
    const auto response = answer_of(bytes);
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_GE(response->body.capacity(), response->body.size() + kBodySlack);
  }
}

TEST(HttpClient, ShowsStatusAndHeaders) {
  const auto response =
      answer_of("HTTP/1.1 429 Slow Down\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nwait");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 429);
  EXPECT_EQ(response->body, "wait");
  EXPECT_EQ(retry_after_seconds(response->headers, 0), 7);
}

TEST(HttpClient, TellsBrokenAnswersApart) {
  const auto error = [](const std::string& bytes) {
    const auto response = answer_of(bytes);
    EXPECT_FALSE(response) << bytes;
    return response ? Error{} : response.error();
  };
  const auto cut = error("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello");
  EXPECT_EQ(cut.kind, ErrorKind::network);
  EXPECT_THAT(cut.message, HasSubstr("middle of its answer"));
  EXPECT_EQ(error("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel").kind,
            ErrorKind::network);
  EXPECT_EQ(error("").kind, ErrorKind::network);
  EXPECT_EQ(error("HTTP/1.1 200").kind, ErrorKind::network);
  EXPECT_EQ(error("SSH-2.0-OpenSSH\r\n").kind, ErrorKind::data);
  EXPECT_EQ(error("HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\nhello").kind, ErrorKind::data);
  EXPECT_EQ(error("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n").kind,
            ErrorKind::data);
  EXPECT_EQ(error("HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx").kind,
            ErrorKind::data);
  std::string interim;
  for (int i = 0; i < 20; ++i)
    interim += "HTTP/1.1 103 Early Hints\r\n\r\n";
  EXPECT_EQ(error(interim).kind, ErrorKind::data);
}

TEST(HttpClient, CutsOffWhatIsTooLong) {
  constexpr std::size_t kMax = 1000;
  const ClientOptions options{.answer_bytes_max = kMax};
  const std::string promised = "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n";
  const std::string vast = "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n";
  const std::string unasked = "HTTP/1.1 200 OK\r\n\r\n" + std::string(kMax + 1, 'x');
  const std::string chunked =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7d1\r\n" + std::string(2001, 'x');
  for (const auto& bytes : {promised, vast, unasked, chunked}) {
    const auto response = answer_of(bytes, options);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, ErrorKind::data);
    EXPECT_THAT(response.error().message, HasSubstr("longer than 1000 bytes"));
  }
  EXPECT_TRUE(answer_of("HTTP/1.1 200 OK\r\n\r\n" + std::string(kMax, 'x'), options));
}

TEST(HttpClient, EndsAnEndlessLine) {
  // A header line, and a body, that go on for as long as anybody listens.
  for (const char* head : {"HTTP/1.1 200 OK\r\nX-Long: ", "HTTP/1.1 200 OK\r\n\r\n"}) {
    std::atomic<std::size_t> sent = 0;
    RawPeer peer([&](RawConnection& connection) {
      connection.read_until(kHeadEnd);
      const std::string piece(64 << 10, 'x');
      connection.write(head);
      while (connection.write(piece))
        sent += piece.size();
    });
    const auto response = client_of(peer.url(), {.answer_bytes_max = 1 << 20}).send({});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, ErrorKind::data) << response.error().message;
    EXPECT_LT(sent, std::size_t{64} << 20);
  }
}

TEST(HttpClient, GivesUpInTime) {
  RawPeer silent([](RawConnection& connection) {
    connection.read_until(kHeadEnd);
    connection.read_all();
  });
  RawPeer dripping([](RawConnection& connection) {
    connection.read_until(kHeadEnd);
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    while (connection.write("x"))
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
  });
  for (const auto& url : {silent.url(), dripping.url()}) {
    auto client = client_of(url, {.answer_seconds = 0.2});
    Result<Response> response;
    EXPECT_LT(seconds_of([&] { response = client.send({}); }), 5);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, ErrorKind::network);
    EXPECT_THAT(response.error().message, HasSubstr("no answer in time"));
  }
}

TEST(HttpClient, EndsWhenTold) {
  RawPeer silent([](RawConnection& connection) { connection.read_all(); });
  std::atomic<bool> stop = false;
  auto client = client_of(silent.url(), {.stop = &stop});
  std::thread teller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stop = true;
  });
  Result<Response> response;
  EXPECT_LT(seconds_of([&] { response = client.send({}); }), 10);
  teller.join();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::stopped);
  EXPECT_EQ(client.send({}).error().kind, ErrorKind::stopped);
}

TEST(HttpClient, SaysWhoIsNotThere) {
  std::string url;
  {
    url = RawPeer([](RawConnection&) {}).url();
  }
  const auto refused = client_of(url + "/v3/secretkey").send({});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::network);
  EXPECT_THAT(refused.error().message, HasSubstr("127.0.0.1"));
  EXPECT_THAT(refused.error().message, HasSubstr("refused"));
  EXPECT_THAT(refused.error().message, Not(HasSubstr("secretkey")));
  const auto unknown = client_of("http://no-such-host.invalid").send({});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::network);
}

TEST(HttpClient, KeepsItsConnection) {
  auto server = Server::start({}, {{.method = "GET", .path = "/", .handler = [](const Request&) {
                                      return Answer{.body = "hello"};
                                    }}});
  ASSERT_TRUE(server);
  RawPeer peer([](RawConnection& connection) {
    for (int i = 0; i < 3; ++i) {
      if (connection.read_until(kHeadEnd).empty()) return;
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
    }
  });
  auto client = client_of(peer.url());
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(client.send({}));
  EXPECT_EQ(peer.connections(), 1);
  // The peer has closed; nobody notices.
  EXPECT_TRUE(client.send({}));
  EXPECT_EQ(peer.connections(), 2);
}

TEST(HttpClient, SendsAgainWhatAnIdleConnectionSwallowed) {
  RawPeer peer([first = true](RawConnection& connection) mutable {
    connection.read_until(kHeadEnd);
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
    if (!first) return;
    first = false;
    connection.read_until(kHeadEnd);  // and closes without an answer
  });
  auto client = client_of(peer.url());
  EXPECT_TRUE(client.send({}));
  const auto again = client.send({});
  EXPECT_TRUE(again) << again.error().message;
}

TEST(HttpClient, DoesNotTakeLeftoversForAnAnswer) {
  RawPeer peer([](RawConnection& connection) {
    connection.read_until(kHeadEnd);
    connection.write(
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\nContent-Length: "
        "1\r\n\r\nb");
    connection.read_all();
  });
  auto client = client_of(peer.url());
  EXPECT_EQ(client.send({})->body, "a");
  EXPECT_EQ(client.send({})->body, "a");
  EXPECT_EQ(peer.connections(), 2);
}

TEST(HttpClient, ShowsItsCredentials) {
  std::string seen;
  RawPeer peer([&](RawConnection& connection) {
    seen = connection.read_until(kHeadEnd);
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  auto url = peer.url();
  url.insert(7, "Aladdin:open%20sesame@");
  EXPECT_TRUE(client_of(url, {.headers = {{"X-Api-Key", "abc"}}}).post("{}"));
  EXPECT_THAT(seen, HasSubstr("\r\nAuthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nX-Api-Key: abc\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nContent-Length: 2\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nContent-Type: application/json\r\n"));
  EXPECT_FALSE(HttpClient::open(peer.url(), {.headers = {{"X", "a\r\nb"}}}));
}

TEST(HttpClient, ReadsTheCookieAgain) {
  const std::string path = ::testing::TempDir() + "/cookie-" + std::to_string(::getpid());
  const auto write = [&](const char* text) { std::ofstream(path, std::ios::trunc) << text; };
  auto server =
      Server::start({}, {{.path = "/", .handler = [](const Request& request) {
                            const auto* shown = find_header(request.headers, "Authorization");
                            const bool right = shown && *shown == "Basic dTpuZXc=";  // u:new
                            return Answer{.status = right ? 200 : 401};
                          }}});
  ASSERT_TRUE(server);
  write("u:old\n");
  auto client = client_of((*server)->url(), {.cookie_file = path});
  EXPECT_EQ(client.send({})->status, 401);
  write("u:new\n");
  EXPECT_EQ(client.send({})->status, 200);
  ::unlink(path.c_str());
}

TEST(HttpClient, ServesManyThreads) {
  auto server =
      Server::start({.threads = 2}, {{.path = "/*", .handler = [](const Request& request) {
                                        return Answer{.body = request.target + request.body};
                                      }}});
  ASSERT_TRUE(server);
  auto client = client_of((*server)->url());
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const std::string body(static_cast<std::size_t>(t * 1000 + i), 'b');
        const std::string target = "/" + std::to_string(t) + "/" + std::to_string(i);
        const auto response = client.send({.method = "POST", .target = target, .body = body});
        if (!response || response->body != target + body) ++wrong;
      }
    });
  }
  for (auto& thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(HttpClient, RefusesRequestsThatSmuggleInOthers) {
  auto client = client_of("http://127.0.0.1:1");
  EXPECT_EQ(client.send({.method = "GET /\r\n"}).error().kind, ErrorKind::usage);
  EXPECT_EQ(client.send({.target = "/a b"}).error().kind, ErrorKind::usage);
  EXPECT_EQ(client.send({.target = "/\r\nX: y"}).error().kind, ErrorKind::usage);
  EXPECT_EQ(client.send({.target = "http://other/"}).error().kind, ErrorKind::usage);
  EXPECT_EQ(client.send({.headers = {{"A", "b\n"}}}).error().kind, ErrorKind::usage);
  EXPECT_FALSE(HttpClient::open("ws://127.0.0.1"));
}

}  // namespace
}  // namespace clew::net
