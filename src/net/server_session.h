// For the server's own sources: one connection that speaks HTTP.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include "net/server_hall.h"

namespace clew::net {

// Serves until either side ends it.
void serve_http(std::shared_ptr<Hall> hall, boost::asio::ip::tcp::socket socket);

}  // namespace clew::net
