// What the servers of this room have in common: one path, asked by GET.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "net/server.h"

namespace clew::replay {

struct GetServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any that is free
  unsigned threads = 1;
};

// `path` as in net::Route.
inline Result<std::unique_ptr<net::Server>> serve_get(
    const GetServerOptions& options, std::string path,
    std::function<net::Answer(const net::Request&)> handler) {
  net::ServerOptions listening;
  listening.address = options.address;
  listening.port = options.port;
  listening.threads = options.threads;
  net::Route route;
  route.method = "GET";
  route.path = std::move(path);
  route.handler = std::move(handler);
  return net::Server::start(listening, {route});
}

}  // namespace clew::replay
