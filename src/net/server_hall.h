// For the server's own sources, as it brings in Asio: what its connections share, and who is there.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "net/exchange.h"

namespace boost::asio {
class thread_pool;
}

namespace clew::net {

// A connection as the server knows it. Both calls may come from any thread.
class Session {
 public:
  virtual ~Session() = default;
  virtual void wind_up() = 0;  // ends after what is being answered
  virtual void drop() = 0;     // ends now
};

// Outlives all connections, of which WebSockets that somebody keeps may outlive the server.
class Hall {
 public:
  Hall(const ServerOptions& given, std::vector<Route> rules)
      : options(given), routes(std::move(rules)), io(static_cast<int>(given.threads)) {}

  const ServerOptions options;
  const std::vector<Route> routes;
  // Set before the server starts.
  ExchangeFactory begin;
  std::shared_ptr<boost::asio::ssl::context> tls;  // null: plain
  boost::asio::thread_pool* workers = nullptr;     // null: answers are made where requests are read
  boost::asio::io_context io;

  void enter(Session* key, std::weak_ptr<Session> session);
  void leave(Session* key);  // may be said more than once
  bool full() const;
  bool closing() const { return closing_; }
  // Asks all to leave, and after the grace makes them.
  void clear();

 private:
  std::vector<std::shared_ptr<Session>> present() const;
  bool wait_until_empty(double seconds);

  mutable std::mutex mutex_;
  std::condition_variable empty_;
  std::unordered_map<Session*, std::weak_ptr<Session>> sessions_;
  std::atomic<bool> closing_ = false;
};

// The first route that fits `path` and is for WebSockets, or null.
const WebSocketEvents* websocket_of(const Hall& hall, std::string_view path);
// What the first route that fits answers.
Answer answer_of(const Hall& hall, const Request& request);
Answer plain_answer(int status);

inline std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

}  // namespace clew::net
