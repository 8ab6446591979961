// For the clients' own sources, as it brings in Asio: one TCP connection to a server, plain or TLS,
// used by one thread. Operations are begun asynchronously and waited for until a deadline.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/role.hpp>
#include <optional>
#include <string>

#include "base/result.h"
#include "net/deadline.h"
#include "net/url.h"

namespace clew::net {

namespace asio = boost::asio;
using boost::system::error_code;

// Of clients: TLS 1.2 or newer, certificates verified against the system's authorities and those in
// `ca_file`, unless that is empty.
Result<std::shared_ptr<asio::ssl::context>> client_tls(const std::string& ca_file);

// What Asio calls a stream, over either transport, so that what is built on it is compiled once.
class ClientStream {
 public:
  using Io = asio::io_context;
  using executor_type = Io::executor_type;
  using Socket = asio::basic_stream_socket<asio::ip::tcp, executor_type>;

  explicit ClientStream(Io& io) : socket_(io) {}

  // network: the name is unknown, nobody listens, the certificate is not to be trusted, or it took
  // too long. Every address of a name is tried. `tls` is for secure URLs.
  Result<void> connect(const Url& url, asio::ssl::context* tls, const Deadline& deadline);

  executor_type get_executor() { return socket_.get_executor(); }
  Socket& socket() { return tls_ ? tls_->next_layer() : socket_; }
  asio::ssl::stream<Socket>* tls() { return tls_ ? &*tls_ : nullptr; }
  void close();

  template <class Buffers, class Handler>
  auto async_read_some(const Buffers& buffers, Handler&& handler) {
    if (tls_) return tls_->async_read_some(buffers, std::forward<Handler>(handler));
    return socket_.async_read_some(buffers, std::forward<Handler>(handler));
  }
  template <class Buffers, class Handler>
  auto async_write_some(const Buffers& buffers, Handler&& handler) {
    if (tls_) return tls_->async_write_some(buffers, std::forward<Handler>(handler));
    return socket_.async_write_some(buffers, std::forward<Handler>(handler));
  }

 private:
  Result<void> handshake(const Url& url, asio::ssl::context& tls, const Deadline& deadline);

  Socket socket_;
  std::optional<asio::ssl::stream<Socket>> tls_;
};

// Runs `io` until `done` is set, which the operation that was begun on `stream` does when it ends.
// Past the deadline the stream is closed, the operation's end awaited, and an error returned.
Result<void> run_until_done(asio::io_context& io, ClientStream& stream,
                            const std::optional<error_code>& done, const Deadline& deadline);

// "connection reset by peer": why a transport failed, without addresses.
tl::unexpected<Error> transport_failure(const std::string& doing, const error_code& code);

}  // namespace clew::net
