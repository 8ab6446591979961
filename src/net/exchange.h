// How a service for many users takes requests, where a table of routes says too little: it judges
// each by its head before the body is read, answers on threads of its own, and words every refusal.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "net/server.h"

namespace clew::net {

// One request and its answer; exactly one Answer of one becomes what the client gets, or none if it
// is dropped.
class Exchange {
 public:
  virtual ~Exchange() = default;
  // The head has arrived. An answer goes out at once: the body is not read, and if there is one the
  // connection ends with the answer. On a thread that other connections wait for.
  virtual std::optional<Answer> admit(const Request& head) = 0;
  // All has arrived, and `admit` gave nothing: the last word before it waits for a worker. As above
  // an answer goes out at once. Only from here on does it cost more than its connection.
  virtual std::optional<Answer> start() { return std::nullopt; }
  // `start` gave nothing. On one of the workers; what it throws becomes a
  // refusal with 500.
  virtual Answer handle(Request request) = 0;
  // Instead: the peer sent what is no request (400), too much (413, 431) or too slowly (408); or
  // `handle`, which goes on in vain, threw (500) or takes too long (504).
  virtual Answer refuse(int status) = 0;
  // Instead: the server stops and waits no longer. The connection is broken, and whatever `handle`
  // still gives, nobody gets it.
  virtual void drop() {}
};
// Begins one for a client: its IP address without port, empty if it has gone already.
using ExchangeFactory = std::function<std::shared_ptr<Exchange>(const std::string& client)>;

// As Server::start.
Result<std::unique_ptr<Server>> start_service(const ServerOptions& options, ExchangeFactory begin);

}  // namespace clew::net
