// A client's end of a WebSocket (RFC 6455): text messages both ways. A thread of its own reads, so
// that pings are answered and a dead peer is noticed whatever the caller does.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http_client.h"

namespace clew::net {

struct WebSocketOptions {
  ClientOptions client;  // connect_seconds, headers, cookie_file, ca_file, stop are used
  std::size_t message_bytes_max = std::size_t{256} << 20;
  std::size_t queue_bytes_max = std::size_t{64} << 20;  // of messages to send
  // A peer silent for half of this is sent a ping; silent for all of it, it counts as dead.
  double silence_seconds = 30;
};

class WebSocketClient {
 public:
  // Both are called from the client's thread. `message` must not block for long: nothing is read
  // meanwhile, so that the peer has to wait. `closed` is called once, last of all, whoever closed.
  struct Events {
    std::function<void(std::string_view text)> message;
    std::function<void(const Error& why)> closed;
  };

  // Connects and shakes hands.
  static Result<std::unique_ptr<WebSocketClient>> open(std::string_view url,
                                                       const WebSocketOptions& options,
                                                       Events events);
  virtual ~WebSocketClient() = default;  // closes and waits for the thread

  // Hands over a message to send, from any thread. network if the connection is closed, busy if
  // more waits to be sent than may.
  virtual Result<void> send(std::string text) = 0;
  virtual const Url& url() const = 0;
};

}  // namespace clew::net
