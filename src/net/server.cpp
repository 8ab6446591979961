#include "net/server.h"

#include <sys/socket.h>
#include <time.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <thread>

#include "net/server_hall.h"
#include "net/server_websocket.h"

namespace clew::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::uint32_t kHeadMax = 64 << 10;
constexpr std::size_t kReadSize = 8 << 10;  // Beast reads less unasked

std::string http_date() {
  const time_t now = time(nullptr);
  tm parts{};
  gmtime_r(&now, &parts);
  char text[40];
  return {text, strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

int status_of(const error_code& code) {
  if (code == http::error::body_limit) return 413;
  if (code == http::error::header_limit) return 431;
  return 400;
}

class HttpSession final : public Session, public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(std::shared_ptr<Hall> hall, tcp::socket socket)
      : hall_(std::move(hall)), stream_(std::move(socket)), timer_(stream_.get_executor()) {
    buffer_.reserve(kReadSize);
  }
  ~HttpSession() override { hall_->leave(this); }

  void start() {
    hall_->enter(this, weak_from_this());
    error_code ignored;
    stream_.socket().set_option(tcp::no_delay(true), ignored);
    read_head();
  }
  void wind_up() override;
  void drop() override {
    asio::post(stream_.get_executor(), [self = shared_from_this()] {
      self->timer_.cancel();
      reset_socket(self->stream_.socket());
    });
  }

 private:
  using Parser = http::request_parser<http::string_body>;

  void expire() { stream_.expires_after(milliseconds(hall_->options.idle_seconds)); }
  void read_head();
  void head_is_read(error_code code);
  void read_body();
  void answer(Answer answer);
  void write_answer();
  void write_pieces();
  std::string head_of(const Answer& answer) const;
  void next();
  void refuse(const error_code& code);
  void close();

  std::shared_ptr<Hall> hall_;
  beast::tcp_stream stream_;
  asio::steady_timer timer_;
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  Answer answer_;
  std::string head_, piece_;
  bool idle_ = true;    // nothing of a request is there
  bool keeps_ = false;  // the connection, after this answer
};

void HttpSession::wind_up() {
  asio::post(stream_.get_executor(), [self = shared_from_this()] {
    if (self->idle_) self->close();
  });
}

void HttpSession::read_head() {
  idle_ = buffer_.size() == 0;
  if (idle_ && hall_->closing()) return close();
  parser_.emplace();
  parser_->header_limit(kHeadMax);
  parser_->body_limit(hall_->options.request_bytes_max);
  expire();
  http::async_read_header(stream_, buffer_, *parser_,
                          [self = shared_from_this()](error_code code, std::size_t) {
                            self->idle_ = false;
                            self->head_is_read(code);
                          });
}

void HttpSession::head_is_read(error_code code) {
  if (code == http::error::end_of_stream) return close();
  if (code) return refuse(code);
  const auto& request = parser_->get();
  if (beast::websocket::is_upgrade(request)) {
    const auto target = std::string_view(request.target().data(), request.target().size());
    if (const auto* events = websocket_of(*hall_, target.substr(0, target.find('?')))) {
      return serve_websocket(hall_, *events, std::move(stream_), parser_->release());
    }
  }
  if (!beast::iequals(request[http::field::expect], "100-continue")) return read_body();
  expire();
  asio::async_write(stream_, asio::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n")),
                    [self = shared_from_this()](error_code failed, std::size_t) {
                      if (!failed) self->read_body();
                    });
}

void HttpSession::read_body() {
  expire();
  http::async_read(stream_, buffer_, *parser_,
                   [self = shared_from_this()](error_code code, std::size_t) {
                     if (code) return self->refuse(code);
                     auto& message = self->parser_->get();
                     Request request = to_request(message);
                     request.body = std::move(message.body());
                     self->keeps_ = self->parser_->keep_alive();
                     self->answer(answer_of(*self->hall_, request));
                   });
}

void HttpSession::answer(Answer answer) {
  answer_ = std::move(answer);
  keeps_ = keeps_ && !hall_->closing();
  head_ = head_of(answer_);
  if (answer_.delay_seconds <= 0) return write_answer();
  stream_.expires_never();
  timer_.expires_after(milliseconds(answer_.delay_seconds));
  timer_.async_wait([self = shared_from_this()](error_code code) {
    if (!code) self->write_answer();
  });
}

std::string HttpSession::head_of(const Answer& answer) const {
  std::string head = "HTTP/1.1 " + status_text(answer.status) + "\r\nDate: " + http_date();
  if (!answer.content_type.empty()) head += "\r\nContent-Type: " + answer.content_type;
  for (const Header& header : answer.headers)
    head += "\r\n" + header.name + ": " + header.value;
  head += answer.pieces ? "\r\nTransfer-Encoding: chunked"
                        : "\r\nContent-Length: " + std::to_string(answer.body->size());
  return head + "\r\nConnection: " + (keeps_ ? "keep-alive" : "close") + "\r\n\r\n";
}

void HttpSession::write_answer() {
  expire();
  const bool head_only = parser_ && parser_->get().method() == http::verb::head;
  std::string_view body = head_only || answer_.pieces ? std::string_view() : *answer_.body;
  const bool cut = answer_.reset_after && !head_only;
  if (cut) body = body.substr(0, *answer_.reset_after);
  const std::array<asio::const_buffer, 2> buffers{asio::buffer(head_),
                                                  asio::buffer(body.data(), body.size())};
  asio::async_write(stream_, buffers,
                    [self = shared_from_this(), cut, head_only](error_code code, std::size_t) {
                      if (code) return;
                      if (cut) return reset_socket(self->stream_.socket());
                      if (self->answer_.pieces && !head_only) return self->write_pieces();
                      self->next();
                    });
}

// RFC 9112, 7.1: each piece behind its length in hexadecimal, one without length at the end.
void HttpSession::write_pieces() {
  try {
    piece_ = answer_.pieces();
  } catch (const std::exception&) {
    return reset_socket(stream_.socket());  // so that nobody takes it for whole
  }
  const bool last = piece_.empty();
  char size[24];
  std::snprintf(size, sizeof size, "%zx\r\n", piece_.size());
  head_ = size;
  const std::array<asio::const_buffer, 3> buffers{asio::buffer(head_), asio::buffer(piece_),
                                                  asio::buffer("\r\n", 2)};
  expire();
  asio::async_write(stream_, buffers,
                    [self = shared_from_this(), last](error_code code, std::size_t) {
                      if (code) return;
                      last ? self->next() : self->write_pieces();
                    });
}

void HttpSession::next() {
  answer_ = {};
  keeps_ ? read_head() : close();
}

// Nothing that follows on this connection can be understood.
void HttpSession::refuse(const error_code& code) {
  const bool gone = code.category() != http::make_error_code(http::error::bad_version).category();
  if (gone || code == http::error::partial_message) return close();
  keeps_ = false;
  parser_.reset();
  answer(plain_answer(status_of(code)));
}

void HttpSession::close() {
  error_code ignored;
  stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  stream_.close();
}

class TcpServer final : public Server {
 public:
  TcpServer(const ServerOptions& options, std::vector<Route> routes)
      : hall_(std::make_shared<Hall>(options, std::move(routes))),
        acceptor_(hall_->io),
        pause_(hall_->io) {}
  ~TcpServer() override { stop(); }

  Result<void> listen();
  void stop() override;
  std::uint16_t port() const override { return port_; }
  std::string url(std::string_view scheme) const override;

 private:
  void accept();

  std::shared_ptr<Hall> hall_;
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::vector<std::thread> threads_;
  std::uint16_t port_ = 0;
};

Result<void> TcpServer::listen() {
  const ServerOptions& options = hall_->options;
  error_code code;
  const auto address = asio::ip::make_address(options.address, code);
  if (code) return fail(ErrorKind::usage, options.address + " is no address");
  const tcp::endpoint endpoint(address, options.port);
  acceptor_.open(endpoint.protocol(), code);
  if (!code) acceptor_.set_option(tcp::acceptor::reuse_address(true), code);
  if (!code) acceptor_.bind(endpoint, code);
  if (!code) acceptor_.listen(asio::socket_base::max_listen_connections, code);
  if (code) {
    return fail(ErrorKind::io, "cannot listen on " + options.address + ":" +
                                   std::to_string(options.port) + ": " + code.message());
  }
  port_ = acceptor_.local_endpoint(code).port();
  accept();
  for (unsigned i = 0; i < std::max(1u, options.threads); ++i)
    threads_.emplace_back([this] { hall_->io.run(); });
  return {};
}

std::string TcpServer::url(std::string_view scheme) const {
  auto address = asio::ip::make_address(hall_->options.address);
  if (address.is_unspecified()) address = asio::ip::address_v4::loopback();
  const std::string host = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
  return std::string(scheme) + "://" + host + ":" + std::to_string(port_);
}

void TcpServer::accept() {
  acceptor_.async_accept(asio::make_strand(hall_->io), [this](error_code code, tcp::socket socket) {
    if (code == asio::error::operation_aborted || hall_->closing()) return;
    if (!code) {
      if (!hall_->full()) std::make_shared<HttpSession>(hall_, std::move(socket))->start();
      return accept();
    }
    // Out of descriptors, most likely: some will come back.
    pause_.expires_after(milliseconds(0.05));
    pause_.async_wait([this](error_code cancelled) {
      if (!cancelled) accept();
    });
  });
}

void TcpServer::stop() {
  if (threads_.empty()) return;
  asio::post(hall_->io, [this] {
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
  });
  hall_->clear();
  hall_->io.stop();
  for (auto& thread : threads_)
    thread.join();
  threads_.clear();
  // Lets what is still queued end, and with it the connections that it holds.
  hall_->io.restart();
  hall_->io.poll();
}

}  // namespace

Request to_request(const UpgradeRequest& message) {
  Request request;
  request.method = message.method_string();
  request.target = message.target();
  for (const auto& field : message)
    request.headers.push_back({std::string(field.name_string()), std::string(field.value())});
  return request;
}

void reset_socket(tcp::socket& socket) {
  const linger hard{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  error_code ignored;
  socket.close(ignored);
}

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options,
                                              std::vector<Route> routes) {
  auto server = std::make_unique<TcpServer>(options, std::move(routes));
  CLEW_CHECK(server->listen());
  return server;
}

}  // namespace clew::net
