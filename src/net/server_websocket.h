// For the server's own sources: turns an HTTP connection into a WebSocket.
#pragma once

#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>

#include "net/server_hall.h"

namespace clew::net {

using UpgradeRequest = boost::beast::http::request<boost::beast::http::string_body>;

// Answers the upgrade and serves the connection from there on.
void serve_websocket(std::shared_ptr<Hall> hall, const WebSocketEvents& events,
                     boost::beast::tcp_stream stream, UpgradeRequest upgrade);

// Without the body.
Request to_request(const UpgradeRequest& message);

// Closes so that the peer sees a reset.
void reset_socket(boost::asio::ip::tcp::socket& socket);

}  // namespace clew::net
