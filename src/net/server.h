// A small HTTP/1.1 and WebSocket server on one port, for programs on this machine: keep-alive,
// upgrade, push to subscribers. It can also misbehave on purpose, for those who must survive that.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/http.h"

namespace clew::net {

// Text that several may hold without copying: what goes to all subscribers, or out many times.
class SharedText {
 public:
  SharedText() : SharedText(std::string()) {}
  SharedText(std::string text) : text_(std::make_shared<const std::string>(std::move(text))) {}
  SharedText(const char* text) : SharedText(std::string(text)) {}
  SharedText(std::shared_ptr<const std::string> text) : text_(std::move(text)) {}
  const std::string& operator*() const { return *text_; }
  const std::string* operator->() const { return text_.get(); }

 private:
  std::shared_ptr<const std::string> text_;  // never null
};

struct Answer {
  int status = 200;
  std::string content_type = "application/json";
  Headers headers;  // beside Content-Type, Content-Length and Connection
  SharedText body;
  // Instead of `body`: pieces of an answer whose length nobody knows, asked for as fast as the
  // client takes them; an empty one ends it.
  std::function<std::string()> pieces;

  // Faults. The connection is reset after so many bytes of the body, though its length promised
  // all.
  std::optional<std::size_t> reset_after;
  double delay_seconds = 0;  // before the first byte
};

// One client's WebSocket. May be kept and used from any thread, also after it closed.
class WebSocketPeer {
 public:
  virtual ~WebSocketPeer() = default;
  // Queues a message. False if the connection is closed, or is now: who does not take what it
  // subscribed to, up to send_queue_bytes_max, is closed rather than given less than all.
  virtual bool send(SharedText text) = 0;
  virtual void close() = 0;  // after what is queued
  virtual void reset() = 0;  // at once and without a word: a fault
  virtual bool open() const = 0;
};
using WebSocketPeerPtr = std::shared_ptr<WebSocketPeer>;

// All are called from the server's threads, of one peer never two at a time.
struct WebSocketEvents {
  std::function<void(const WebSocketPeerPtr&, const Request&)> opened;
  std::function<void(const WebSocketPeerPtr&, std::string_view text)> message;
  std::function<void(const WebSocketPeerPtr&)> closed;
};

struct Route {
  std::string method;  // "" is any
  std::string path;    // without query; with * at its end, all paths that begin so
  std::function<Answer(const Request&)> handler;  // from any of the server's threads
  // If any is set, clients can turn a GET of this path into a WebSocket.
  std::optional<WebSocketEvents> websocket;
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any that is free
  unsigned threads = 1;
  unsigned workers = 0;  // threads that make answers; 0: those that read and write do it
  std::string tls_certificate, tls_key;  // PEM files; empty: no TLS; with it no WebSockets
  std::size_t request_bytes_max = std::size_t{32} << 20;  // of a body, and of a WebSocket message
  std::uint32_t head_bytes_max = 64 << 10;
  std::size_t send_queue_bytes_max = std::size_t{64} << 20;  // of one WebSocket
  std::size_t connections_max = 1024;                        // more are closed at once
  double idle_seconds = 120;           // between requests, and for an answer to go
  std::optional<double> read_seconds;  // for a head, and again for a body, to arrive; else the same
  double answer_seconds = 0;           // for a worker to make an answer; 0: no limit
  double grace_seconds = 2;            // that running answers have when the server stops
};

class Server {
 public:
  // The first route that fits answers; 404 if none does, 405 if one would by another method, 500 if
  // a handler throws. io if the port cannot be had.
  static Result<std::unique_ptr<Server>> start(const ServerOptions& options,
                                               std::vector<Route> routes);
  virtual ~Server() = default;  // stops
  // Takes no more connections, lets running answers end, closes WebSockets and waits for all that.
  virtual void stop() = 0;
  virtual std::uint16_t port() const = 0;
  // Of its root, for clients on this machine.
  virtual std::string url(std::string_view scheme = "http") const = 0;
};

}  // namespace clew::net
