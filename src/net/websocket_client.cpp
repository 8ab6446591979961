#include "net/websocket_client.h"

#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <mutex>
#include <thread>

#include "net/client_stream.h"
#include "net/credentials.h"

namespace clew::net {

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

// What Beast asks of a stream of ours: how to end it after, or instead of, the closing handshake.
template <class Handler>
void async_teardown(beast::role_type role, ClientStream& stream, Handler&& handler) {
  websocket::async_teardown(role, stream.socket(), std::forward<Handler>(handler));
}
inline void teardown(beast::role_type role, ClientStream& stream, error_code& code) {
  websocket::teardown(role, stream.socket(), code);
}
inline void beast_close_socket(ClientStream& stream) {
  stream.close();
}

namespace {

constexpr double kCloseSeconds = 2;
constexpr std::size_t kReadSize = 64 << 10;   // Beast reads less at once unasked
constexpr std::size_t kWriteSize = 64 << 10;  // that is masked at once
constexpr std::size_t kBufferKept = 8 << 20;

std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

class Client final : public WebSocketClient {
 public:
  Client(Url url, const WebSocketOptions& options, Events events,
         std::shared_ptr<asio::ssl::context> tls)
      : url_(std::move(url)), options_(options), events_(std::move(events)), tls_(std::move(tls)) {}

  ~Client() override {
    if (!thread_.joinable()) return;
    asio::post(io_, [this] { close(); });
    thread_.join();
  }

  Result<void> connect();
  Result<void> send(std::string text) override;
  const Url& url() const override { return url_; }

 private:
  Result<void> shake_hands(const Deadline& deadline);
  Result<std::string> authorization() const;
  void set_timeouts(double handshake_seconds);
  void read();
  void write();
  void close();
  void fail_with(const std::string& doing, const error_code& code);

  Url url_;
  WebSocketOptions options_;
  Events events_;
  std::shared_ptr<asio::ssl::context> tls_;
  asio::io_context io_{1};
  websocket::stream<ClientStream> socket_{io_};
  beast::flat_buffer buffer_;
  std::thread thread_;
  // Of the thread.
  std::string sending_;
  bool closing_ = false;

  std::mutex mutex_;
  std::deque<std::string> queue_;
  std::size_t queued_bytes_ = 0;
  bool writing_ = false;
  std::optional<Error> why_closed_;
};

Result<std::string> Client::authorization() const {
  if (options_.client.cookie_file.empty()) {
    return url_.userinfo ? basic_authorization(*url_.userinfo) : std::string();
  }
  CLEW_TRY(cookie, read_cookie(options_.client.cookie_file));
  return basic_authorization(cookie);
}

void Client::set_timeouts(double handshake_seconds) {
  socket_.set_option(websocket::stream_base::timeout{
      .handshake_timeout = milliseconds(handshake_seconds),
      // Beast pings after this time, and gives up after as long again.
      .idle_timeout = milliseconds(options_.silence_seconds / 2),
      .keep_alive_pings = true});
}

Result<void> Client::connect() {
  const Deadline deadline(options_.client.connect_seconds, options_.client.stop);
  CLEW_CHECK(socket_.next_layer().connect(url_, tls_.get(), deadline));
  CLEW_CHECK(shake_hands(deadline));
  set_timeouts(kCloseSeconds);
  buffer_.reserve(kReadSize);
  read();
  thread_ = std::thread([this] {
    io_.restart();
    io_.run();
    if (events_.closed) events_.closed(*why_closed_);
  });
  return {};
}

Result<void> Client::shake_hands(const Deadline& deadline) {
  CLEW_TRY(secret, authorization());
  set_timeouts(options_.client.connect_seconds);
  socket_.read_message_max(options_.message_bytes_max);
  socket_.text(true);
  socket_.auto_fragment(false);
  socket_.write_buffer_bytes(kWriteSize);
  socket_.set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
    request.set("User-Agent", "chainclew");
    if (!secret.empty()) request.set("Authorization", secret);
    for (const Header& header : options_.client.headers)
      request.set(header.name, header.value);
  }));
  websocket::response_type response;
  std::optional<error_code> done;
  socket_.async_handshake(response, url_.authority(), url_.target,
                          [&](error_code code) { done = code; });
  CLEW_CHECK(run_until_done(io_, socket_.next_layer(), done, deadline));
  // It holds on to what is local here.
  socket_.set_option(websocket::stream_base::decorator([](websocket::request_type&) {}));
  if (*done == websocket::error::upgrade_declined) {
    return fail(ErrorKind::network, "no WebSocket here: the server answered " +
                                        status_text(static_cast<int>(response.result_int())));
  }
  if (*done) return transport_failure("opening the WebSocket", *done);
  return {};
}

void Client::read() {
  socket_.async_read(buffer_, [this](error_code code, std::size_t) {
    if (code) return fail_with("reading", code);
    if (events_.message) {
      const auto data = buffer_.cdata();
      events_.message({static_cast<const char*>(data.data()), data.size()});
    }
    buffer_.clear();
    if (buffer_.capacity() > kBufferKept) buffer_.shrink_to_fit();
    read();
  });
}

Result<void> Client::send(std::string text) {
  const std::lock_guard lock(mutex_);
  if (why_closed_) return fail(ErrorKind::network, url_.shown() + ": " + why_closed_->message);
  if (queued_bytes_ + text.size() > options_.queue_bytes_max)
    return fail(ErrorKind::busy, url_.shown() + ": too much waits to be sent");
  queued_bytes_ += text.size();
  queue_.push_back(std::move(text));
  if (!writing_) {
    writing_ = true;
    asio::post(io_, [this] { write(); });
  }
  return {};
}

void Client::write() {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.empty() || closing_) {
      writing_ = false;
      return;
    }
    sending_ = std::move(queue_.front());
    queue_.pop_front();
  }
  socket_.async_write(asio::buffer(sending_), [this](error_code code, std::size_t) {
    if (code) return fail_with("sending", code);
    {
      const std::lock_guard lock(mutex_);
      queued_bytes_ -= sending_.size();
    }
    write();
  });
}

void Client::close() {
  if (closing_) return;
  closing_ = true;
  {
    const std::lock_guard lock(mutex_);
    if (!why_closed_) why_closed_ = Error{ErrorKind::stopped, "closed"};
  }
  socket_.async_close(websocket::close_code::normal, [this](error_code) { io_.stop(); });
}

// The first failure counts; others follow from it. Timers would run on for nothing.
void Client::fail_with(const std::string& doing, const error_code& code) {
  closing_ = true;
  socket_.next_layer().close();
  io_.stop();
  const std::lock_guard lock(mutex_);
  if (why_closed_) return;
  const auto& reason = socket_.reason();
  if (code == websocket::error::closed) {
    why_closed_ = Error{ErrorKind::network,
                        "the server closed the WebSocket, code " + std::to_string(reason.code)};
  } else if (code == beast::error::timeout) {
    why_closed_ = Error{ErrorKind::network, "the server is silent, even to pings"};
  } else if (code == websocket::error::message_too_big) {
    why_closed_ = Error{ErrorKind::data, "a message is longer than " +
                                             std::to_string(options_.message_bytes_max) + " bytes"};
  } else {
    why_closed_ = transport_failure(doing, code).value();
  }
}

}  // namespace

Result<std::unique_ptr<WebSocketClient>> WebSocketClient::open(std::string_view url,
                                                               const WebSocketOptions& options,
                                                               Events events) {
  CLEW_TRY(parsed, parse_url(url));
  if (!parsed.websocket()) return fail(ErrorKind::usage, parsed.shown() + ": not a ws or wss URL");
  CLEW_CHECK(check_headers(options.client.headers));
  std::shared_ptr<asio::ssl::context> tls;
  if (parsed.secure()) {
    CLEW_TRY(made, client_tls(options.client.ca_file));
    tls = std::move(made);
  }
  const std::string shown = parsed.shown();
  auto client =
      std::make_unique<Client>(std::move(parsed), options, std::move(events), std::move(tls));
  if (auto connected = client->connect(); !connected)
    return fail(std::move(connected).error().within(shown));
  return client;
}

}  // namespace clew::net
