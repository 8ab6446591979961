// Both ends of a WebSocket: the client's and the server's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "net/raw_peer_test.h"
#include "net/server.h"
#include "net/websocket_client.h"

namespace clew::net {
namespace {

using test::RawConnection;
using test::RawPeer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// What happened to one end, to be waited for.
class Record {
 public:
  void add(std::string_view text) {
    const std::lock_guard lock(mutex_);
    texts_.emplace_back(text);
    changed_.notify_all();
  }
  void close(std::string why) {
    const std::lock_guard lock(mutex_);
    closed_ = std::move(why);
    changed_.notify_all();
  }
  std::vector<std::string> texts(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kPatience, [&] { return texts_.size() >= count; });
    return texts_;
  }
  // Empty if nothing closed it.
  std::string closed() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kPatience, [&] { return !closed_.empty(); });
    return closed_;
  }

  WebSocketClient::Events events() {
    return {.message = [this](std::string_view text) { add(text); },
            .closed = [this](const Error& why) { close(why.message); }};
  }

 private:
  static constexpr std::chrono::seconds kPatience{20};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> texts_;
  std::string closed_;
};

// A server whose peers are on record.
struct Broadcaster {
  explicit Broadcaster(const ServerOptions& options = {}) {
    server = std::move(*Server::start(
        options,
        {{.path = "/ws",
          .websocket = WebSocketEvents{
              .opened =
                  [this](const WebSocketPeerPtr& peer, const Request& request) {
                    const auto* key = find_header(request.headers, "X-Key");
                    {
                      const std::lock_guard lock(mutex);
                      peers.push_back(peer);
                    }
                    record.add("opened " + request.target + (key ? " " + *key : ""));
                  },
              .message = [](const WebSocketPeerPtr& peer,
                            std::string_view text) { peer->send("echo " + std::string(text)); },
              .closed = [this](const WebSocketPeerPtr&) { record.close("closed"); }}}}));
  }
  WebSocketPeerPtr peer() {
    record.texts(1);
    const std::lock_guard lock(mutex);
    return peers.front();
  }
  std::string url() const { return server->url("ws") + "/ws"; }

  Record record;
  std::mutex mutex;
  std::vector<WebSocketPeerPtr> peers;
  std::unique_ptr<Server> server;
};

std::unique_ptr<WebSocketClient> client_of(const std::string& url, Record& record,
                                           const WebSocketOptions& options = {}) {
  auto client = WebSocketClient::open(url, options, record.events());
  EXPECT_TRUE(client) << client.error().message;
  return client ? std::move(*client) : nullptr;
}

TEST(WebSocket, CarriesMessagesBothWays) {
  Broadcaster server;
  Record record;
  const auto client = client_of(server.url(), record, {.client = {.headers = {{"X-Key", "k"}}}});
  EXPECT_THAT(server.record.texts(1), ElementsAre("opened /ws k"));
  ASSERT_TRUE(client->send("one"));
  const std::string large(3'000'000, 'x');
  ASSERT_TRUE(client->send(large));
  ASSERT_TRUE(client->send("three"));
  EXPECT_THAT(record.texts(3), ElementsAre("echo one", "echo " + large, "echo three"));
}

TEST(WebSocket, IsPushedToInOrder) {
  Broadcaster server;
  Record record;
  const auto client = client_of(server.url(), record);
  const auto peer = server.peer();
  const SharedText head("head");
  for (int i = 0; i < 1000; ++i)
    ASSERT_TRUE(peer->send(i % 2 ? SharedText(std::to_string(i)) : head));
  const auto texts = record.texts(1000);
  ASSERT_EQ(texts.size(), 1000u);
  for (int i = 0; i < 1000; ++i)
    EXPECT_EQ(texts[static_cast<std::size_t>(i)], i % 2 ? std::to_string(i) : "head");
}

TEST(WebSocket, EndsWhenTheClientGoes) {
  Broadcaster server;
  Record record;
  auto client = client_of(server.url(), record);
  const auto peer = server.peer();
  client.reset();
  EXPECT_EQ(record.closed(), "closed");
  EXPECT_EQ(server.record.closed(), "closed");
  EXPECT_FALSE(peer->open());
  EXPECT_FALSE(peer->send("late"));
}

TEST(WebSocket, EndsWhenTheServerCloses) {
  Broadcaster server;
  Record record;
  const auto client = client_of(server.url(), record);
  const auto peer = server.peer();
  peer->send("last");
  peer->close();
  EXPECT_FALSE(peer->send("too late"));
  EXPECT_THAT(record.closed(), HasSubstr("code 1000"));
  EXPECT_THAT(record.texts(1), ElementsAre("last"));
  const auto sent = client->send("anyone?");
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, ErrorKind::network);
}

TEST(WebSocket, EndsWhenTheServerStops) {
  Broadcaster server;
  Record record;
  const auto client = client_of(server.url(), record);
  const auto peer = server.peer();
  server.server->stop();
  EXPECT_THAT(record.closed(), HasSubstr("code 1001"));
  server.server.reset();
  EXPECT_FALSE(peer->send("to nobody"));
}

TEST(WebSocket, EndsWhenTheServerResets) {
  Broadcaster server;
  Record record;
  const auto client = client_of(server.url(), record);
  server.peer()->reset();
  EXPECT_FALSE(record.closed().empty());
  EXPECT_FALSE(client->send("x"));
}

TEST(WebSocket, ClosesWhoDoesNotKeepUp) {
  Broadcaster server({.send_queue_bytes_max = 1 << 20});
  RawConnection connection(RawConnection::connect_to(server.server->port()));
  connection.write(
      "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  EXPECT_THAT(connection.read_until("\r\n\r\n"), HasSubstr("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
  const auto peer = server.peer();
  const SharedText text(std::string(100'000, 'x'));
  int sent = 0;
  while (peer->send(text))
    ASSERT_LT(++sent, 10'000);
  EXPECT_EQ(server.record.closed(), "closed");
}

TEST(WebSocket, RefusesUpgradesForNoHostOrTwo) {
  Broadcaster server;
  for (const std::string hosts : {"", "Host: a\r\nHost: b\r\n"}) {
    RawConnection connection(RawConnection::connect_to(server.server->port()));
    connection.write("GET /ws HTTP/1.1\r\n" + hosts +
                     "Connection: Upgrade\r\nUpgrade: websocket\r\n"
                     "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                     "\r\n");
    EXPECT_THAT(connection.read_until("\r\n\r\n"), HasSubstr("HTTP/1.1 400")) << hosts;
  }
}

TEST(WebSocket, RefusesMessagesThatAreTooLong) {
  Broadcaster server;
  Record record;
  const auto client = client_of(server.url(), record, {.message_bytes_max = 1000});
  server.peer()->send(std::string(1001, 'x'));
  EXPECT_THAT(record.closed(), HasSubstr("longer than 1000 bytes"));
  EXPECT_TRUE(record.texts(0).empty());
}

TEST(WebSocket, LimitsWhatWaitsToBeSent) {
  Broadcaster server;
  Record record;
  const auto client = client_of(server.url(), record, {.queue_bytes_max = 1000});
  const auto sent = client->send(std::string(1001, 'x'));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, ErrorKind::busy);
  EXPECT_TRUE(client->send("x"));
}

TEST(WebSocket, NoticesADeadPeer) {
  Broadcaster server;
  Record record;
  // A relay to a real server that after a while passes nothing on any longer.
  std::atomic<bool> dead = false;
  RawPeer relay([&](RawConnection& client) {
    RawConnection behind(RawConnection::connect_to(server.server->port()));
    behind.write(client.read_until("\r\n\r\n"));
    client.write(behind.read_until("\r\n\r\n"));
    while (!client.read_some().empty()) {
    }
    dead = true;
  });
  const auto begin = std::chrono::steady_clock::now();
  const auto client = client_of(relay.url("ws") + "/ws", record, {.silence_seconds = 0.4});
  EXPECT_THAT(record.closed(), HasSubstr("silent"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(15));
}

TEST(WebSocket, StaysOpenWhileThePeerAnswersPings) {
  Broadcaster server;
  Record record;
  const auto client = client_of(server.url(), record, {.silence_seconds = 0.2});
  const auto peer = server.peer();
  std::this_thread::sleep_for(std::chrono::milliseconds(900));
  EXPECT_TRUE(peer->send("still there"));
  EXPECT_THAT(record.texts(1), ElementsAre("still there"));
}

TEST(WebSocket, SaysWhyThereIsNone) {
  Broadcaster server;
  Record record;
  const auto nothing =
      WebSocketClient::open(server.server->url("ws") + "/secret", {}, record.events());
  ASSERT_FALSE(nothing);
  EXPECT_THAT(nothing.error().message, HasSubstr("404"));
  EXPECT_EQ(nothing.error().message.find("secret"), std::string::npos);
  EXPECT_EQ(WebSocketClient::open("http://127.0.0.1", {}, {}).error().kind, ErrorKind::usage);
  EXPECT_EQ(WebSocketClient::open("ws://127.0.0.1:1", {}, {}).error().kind, ErrorKind::network);

  RawPeer silent([](RawConnection& connection) { connection.read_all(); });
  const auto late =
      WebSocketClient::open(silent.url("ws"), {.client = {.connect_seconds = 0.1}}, {});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::network);
}

TEST(WebSocket, SendsFromManyThreads) {
  Broadcaster server({.threads = 2});
  Record record;
  const auto client = client_of(server.url(), record);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 100; ++i)
        EXPECT_TRUE(client->send(std::to_string(t) + "-" + std::to_string(i)));
    });
  }
  for (auto& thread : threads)
    thread.join();
  const auto texts = record.texts(400);
  EXPECT_EQ(std::set<std::string>(texts.begin(), texts.end()).size(), 400u);
}

}  // namespace
}  // namespace clew::net
