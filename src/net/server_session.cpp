#include "net/server_session.h"

#include <sys/socket.h>
#include <time.h>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include "net/server_stream.h"
#include "net/server_websocket.h"

namespace clew::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kReadSize = 8 << 10;  // Beast reads less unasked
// How long what a refused client still sends is thrown away: a reset would take the answer from it.
constexpr double kLingerSeconds = 1;

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

// RFC 9112, 3.2. Two could name two servers to two programs on the way.
bool names_one_host(const http::request_header<>& head) {
  const auto hosts = head.count(http::field::host);
  return hosts == 1 || (hosts == 0 && head.version() < 11);
}

class HttpSession final : public Session, public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(std::shared_ptr<Hall> hall, tcp::socket socket)
      : hall_(std::move(hall)),
        stream_(std::move(socket), hall_->tls.get()),
        timer_(stream_.get_executor()),
        delay_(stream_.get_executor()) {
    buffer_.reserve(kReadSize);
  }
  ~HttpSession() override { hall_->leave(this); }

  void start();
  void wind_up() override;
  void drop() override {
    asio::post(stream_.get_executor(), [self = shared_from_this()] {
      self->delay_.cancel();
      if (self->exchange_) self->exchange_->drop();
      self->reset();
    });
  }

 private:
  using Parser = http::request_parser<http::string_body>;

  const ServerOptions& options() const { return hall_->options; }
  template <class Late>
  void limit(double seconds, Late late);
  void settle();
  void limit_by_closing(double seconds) {
    limit(seconds, [this] { shut(); });
  }
  void limit_reading();

  void wait_for_request();
  void read_head();
  void head_is_read(error_code code);
  void judge_head();
  void read_body();
  void handle();
  void answer(Answer answer);
  void write_answer();
  void write_pieces();
  std::string head_of(const Answer& answer) const;
  void next();
  void read_failed(const error_code& code);
  void refuse(int status);
  void close();
  void discard();
  void drain();
  void shut();
  void reset();

  std::shared_ptr<Hall> hall_;
  ServerStream stream_;
  asio::steady_timer timer_, delay_;
  std::string client_;      // its IP address
  std::uint64_t turn_ = 0;  // tells a timer, or a worker, that comes too late
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::shared_ptr<Exchange> exchange_;
  Request request_;
  Answer answer_;
  std::string head_, piece_;
  bool idle_ = true;      // nothing of a request is there
  bool late_ = false;     // the request did not arrive in time
  bool unread_ = false;   // the client may still be sending what nobody will read
  bool keeps_ = false;    // the connection, after this answer
  bool is_head_ = false;  // the request was HEAD
};

// Calls `late` unless the next limit or settle() comes before.
template <class Late>
void HttpSession::limit(double seconds, Late late) {
  const auto turn = ++turn_;
  timer_.expires_after(milliseconds(seconds));
  timer_.async_wait([self = shared_from_this(), turn, late](error_code code) {
    if (!code && turn == self->turn_) late();
  });
}

void HttpSession::settle() {
  ++turn_;
  timer_.cancel();
}

void HttpSession::limit_reading() {
  late_ = false;
  limit(options().read_seconds.value_or(options().idle_seconds), [this] {
    late_ = true;
    error_code ignored;
    stream_.socket().cancel(ignored);
  });
}

void HttpSession::start() {
  hall_->enter(this, weak_from_this());
  error_code ignored;
  stream_.socket().set_option(tcp::no_delay(true), ignored);
  error_code gone;
  const auto client = stream_.socket().remote_endpoint(gone);
  if (!gone) client_ = client.address().to_string();
  if (stream_.tls() == nullptr) return wait_for_request();
  limit_by_closing(options().read_seconds.value_or(options().idle_seconds));
  stream_.tls()->async_handshake(asio::ssl::stream_base::server,
                                 [self = shared_from_this()](error_code code) {
                                   code ? self->shut() : self->wait_for_request();
                                 });
}

void HttpSession::wind_up() {
  asio::post(stream_.get_executor(), [self = shared_from_this()] {
    if (self->idle_) self->close();
  });
}

void HttpSession::wait_for_request() {
  idle_ = buffer_.size() == 0;
  if (!idle_) return read_head();
  if (hall_->closing()) return close();
  limit_by_closing(options().idle_seconds);
  stream_.async_read_some(buffer_.prepare(kReadSize),
                          [self = shared_from_this()](error_code code, std::size_t size) {
                            if (code) return self->shut();
                            self->buffer_.commit(size);
                            self->idle_ = false;
                            self->read_head();
                          });
}

void HttpSession::read_head() {
  exchange_ = hall_->begin(client_);
  unread_ = true;
  parser_.emplace();
  parser_->header_limit(options().head_bytes_max);
  parser_->body_limit(boost::none);  // for the exchange to judge the head first
  limit_reading();
  http::async_read_header(
      stream_, buffer_, *parser_,
      [self = shared_from_this()](error_code code, std::size_t) { self->head_is_read(code); });
}

void HttpSession::head_is_read(error_code code) {
  if (code) return read_failed(code);
  const auto& request = parser_->get();
  is_head_ = request.method() == http::verb::head;
  if (!names_one_host(request)) return refuse(400);
  if (stream_.tls() == nullptr && beast::websocket::is_upgrade(request)) {
    const auto target = std::string_view(request.target().data(), request.target().size());
    if (const auto* events = websocket_of(*hall_, target.substr(0, target.find('?')))) {
      settle();
      return serve_websocket(hall_, *events, beast::tcp_stream(std::move(stream_.socket())),
                             parser_->release());
    }
  }
  judge_head();
}

void HttpSession::judge_head() {
  settle();
  const bool awaits_leave =
      beast::iequals(parser_->get()[http::field::expect], "100-continue") && !parser_->is_done();
  unread_ = !parser_->is_done() && !awaits_leave;
  keeps_ = parser_->keep_alive() && parser_->is_done();
  request_ = to_request(parser_->get());
  if (auto answered = exchange_->admit(request_)) return answer(std::move(*answered));
  if (parser_->content_length().value_or(0) > options().request_bytes_max) return refuse(413);
  parser_->body_limit(options().request_bytes_max);
  if (!awaits_leave) return read_body();
  limit_by_closing(options().idle_seconds);
  asio::async_write(stream_, asio::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n")),
                    [self = shared_from_this()](error_code failed, std::size_t) {
                      if (failed) return self->shut();
                      self->unread_ = true;
                      self->read_body();
                    });
}

void HttpSession::read_body() {
  limit_reading();
  http::async_read(stream_, buffer_, *parser_,
                   [self = shared_from_this()](error_code code, std::size_t) {
                     if (code) return self->read_failed(code);
                     self->settle();
                     self->unread_ = false;
                     self->keeps_ = self->parser_->keep_alive();
                     self->request_.body = std::move(self->parser_->get().body());
                     self->handle();
                   });
}

Answer outcome_of(Exchange& exchange, Request request) {
  try {
    Answer answer = exchange.handle(std::move(request));
    if (check_headers(answer.headers)) return answer;
  } catch (const std::exception&) {
  }
  return exchange.refuse(500);
}

void HttpSession::handle() {
  if (auto answered = exchange_->start()) return answer(std::move(*answered));
  if (hall_->workers == nullptr) return answer(outcome_of(*exchange_, std::move(request_)));
  if (options().answer_seconds > 0)
    limit(options().answer_seconds, [this] { refuse(504); });
  else
    settle();
  asio::post(*hall_->workers, [self = shared_from_this(), exchange = exchange_, turn = turn_,
                               request = std::move(request_)]() mutable {
    auto answer = outcome_of(*exchange, std::move(request));
    exchange.reset();
    auto& session = *self;
    asio::post(session.stream_.get_executor(),
               [self = std::move(self), turn, answer = std::move(answer)]() mutable {
                 if (turn == self->turn_) self->answer(std::move(answer));
               });
  });
}

void HttpSession::answer(Answer answer) {
  settle();
  exchange_.reset();
  answer_ = std::move(answer);
  keeps_ = keeps_ && !hall_->closing();
  head_ = head_of(answer_);
  if (answer_.delay_seconds <= 0) return write_answer();
  delay_.expires_after(milliseconds(answer_.delay_seconds));
  delay_.async_wait([self = shared_from_this()](error_code code) {
    if (!code) self->write_answer();
  });
}

std::string HttpSession::head_of(const Answer& answer) const {
  std::string head = "HTTP/1.1 " + status_text(answer.status) + "\r\nDate: " + http_date();
  if (!answer.content_type.empty()) head += "\r\nContent-Type: " + answer.content_type;
  for (const Header& header : answer.headers)
    head += "\r\n" + header.name + ": " + header.value;
  if (answer.pieces)
    head += "\r\nTransfer-Encoding: chunked";
  else if (answer.status != 204)  // which has no body that could have a length (RFC 9110, 8.6)
    head += "\r\nContent-Length: " + std::to_string(answer.body->size());
  return head + "\r\nConnection: " + (keeps_ ? "keep-alive" : "close") + "\r\n\r\n";
}

void HttpSession::write_answer() {
  limit_by_closing(options().idle_seconds);
  std::string_view body = is_head_ || answer_.pieces ? std::string_view() : *answer_.body;
  const bool cut = answer_.reset_after && !is_head_;
  if (cut) body = body.substr(0, *answer_.reset_after);
  const std::array<asio::const_buffer, 2> buffers{asio::buffer(head_),
                                                  asio::buffer(body.data(), body.size())};
  asio::async_write(stream_, buffers,
                    [self = shared_from_this(), cut](error_code code, std::size_t) {
                      if (code) return self->shut();
                      if (cut) return self->reset();
                      if (self->answer_.pieces && !self->is_head_) return self->write_pieces();
                      self->next();
                    });
}

// RFC 9112, 7.1: each piece behind its length in hexadecimal, one without length at the end.
void HttpSession::write_pieces() {
  try {
    piece_ = answer_.pieces();
  } catch (const std::exception&) {
    return reset();  // so that nobody takes it for whole
  }
  const bool last = piece_.empty();
  char size[24];
  std::snprintf(size, sizeof size, "%zx\r\n", piece_.size());
  head_ = size;
  const std::array<asio::const_buffer, 3> buffers{asio::buffer(head_), asio::buffer(piece_),
                                                  asio::buffer("\r\n", 2)};
  limit_by_closing(options().idle_seconds);
  asio::async_write(stream_, buffers,
                    [self = shared_from_this(), last](error_code code, std::size_t) {
                      if (code) return self->shut();
                      last ? self->next() : self->write_pieces();
                    });
}

void HttpSession::next() {
  settle();
  answer_ = {};
  if (keeps_) return wait_for_request();
  unread_ ? discard() : close();
}

// Nothing that follows on this connection can be understood.
void HttpSession::read_failed(const error_code& code) {
  settle();
  if (late_) return refuse(408);
  const bool gone = code.category() != http::make_error_code(http::error::bad_version).category();
  if (gone || code == http::error::partial_message || code == http::error::end_of_stream)
    return close();
  refuse(status_of(code));
}

void HttpSession::refuse(int status) {
  keeps_ = false;
  answer(exchange_->refuse(status));
}

void HttpSession::close() {
  error_code ignored;
  if (stream_.tls() != nullptr && stream_.socket().is_open()) {
    limit_by_closing(kLingerSeconds);
    stream_.tls()->async_shutdown([self = shared_from_this()](error_code) { self->shut(); });
    return;
  }
  stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  shut();
}

// Throws away what still comes, so that the answer is not lost to a reset.
void HttpSession::discard() {
  error_code ignored;
  stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  limit_by_closing(kLingerSeconds);
  drain();
}

void HttpSession::drain() {
  buffer_.clear();
  stream_.socket().async_read_some(buffer_.prepare(kReadSize),
                                   [self = shared_from_this()](error_code code, std::size_t) {
                                     code ? self->shut() : self->drain();
                                   });
}

void HttpSession::shut() {
  settle();
  error_code ignored;
  stream_.socket().close(ignored);
}

void HttpSession::reset() {
  settle();  // else the limit keeps the session until it is reached
  reset_socket(stream_.socket());
}

}  // namespace

void serve_http(std::shared_ptr<Hall> hall, tcp::socket socket) {
  std::make_shared<HttpSession>(std::move(hall), std::move(socket))->start();
}

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

}  // namespace clew::net
