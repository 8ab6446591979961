// What the servers of this room have in common: paths, each asked by GET.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/server.h"

namespace clew::replay {

struct GetServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any that is free
  unsigned threads = 1;
};

// `path` as in net::Route.
inline net::Route get_route(std::string path,
                            std::function<net::Answer(const net::Request&)> handler) {
  net::Route route;
  route.method = "GET";
  route.path = std::move(path);
  route.handler = std::move(handler);
  return route;
}

inline Result<std::unique_ptr<net::Server>> serve_get(const GetServerOptions& options,
                                                      std::vector<net::Route> routes) {
  net::ServerOptions listening;
  listening.address = options.address;
  listening.port = options.port;
  listening.threads = options.threads;
  return net::Server::start(listening, std::move(routes));
}

}  // namespace clew::replay
