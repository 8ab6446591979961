#include "net/server_websocket.h"

#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>

namespace clew::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;

class WebSocketSession final : public Session,
                               public WebSocketPeer,
                               public std::enable_shared_from_this<WebSocketSession> {
 public:
  WebSocketSession(std::shared_ptr<Hall> hall, const WebSocketEvents& events,
                   beast::tcp_stream stream, UpgradeRequest upgrade)
      : hall_(std::move(hall)),
        events_(events),
        socket_(std::move(stream)),
        upgrade_(std::move(upgrade)) {}
  ~WebSocketSession() override { hall_->leave(this); }

  void start();
  bool send(SharedText text) override;
  void close() override;
  void reset() override { post(&WebSocketSession::reset_now); }
  bool open() const override { return open_; }
  void wind_up() override { close(); }
  void drop() override { post(&WebSocketSession::reset_now); }

 private:
  void post(void (WebSocketSession::*what)()) {
    asio::post(socket_.get_executor(), [self = shared_from_this(), what] { ((*self).*what)(); });
  }
  void accepted();
  void read();
  void write();
  bool take_next();
  void say_goodbye();
  void reset_now() { reset_socket(socket_.next_layer().socket()); }
  void ended();

  std::shared_ptr<Hall> hall_;
  const WebSocketEvents& events_;
  websocket::stream<beast::tcp_stream> socket_;
  UpgradeRequest upgrade_;
  beast::flat_buffer buffer_;
  SharedText sending_;
  bool said_goodbye_ = false;
  std::atomic<bool> open_ = false;

  std::mutex mutex_;
  std::deque<SharedText> queue_;
  std::size_t queued_bytes_ = 0;
  bool writing_ = false, ending_ = false;
};

void WebSocketSession::start() {
  hall_->enter(this, weak_from_this());
  const ServerOptions& options = hall_->options;
  socket_.next_layer().expires_never();  // from here on the timeouts are the WebSocket's
  socket_.set_option(websocket::stream_base::timeout{
      .handshake_timeout = milliseconds(std::max(0.1, options.grace_seconds)),
      // Beast pings after this time, and gives up after as long again.
      .idle_timeout = milliseconds(options.idle_seconds / 2),
      .keep_alive_pings = true});
  socket_.read_message_max(options.request_bytes_max);
  socket_.text(true);
  socket_.auto_fragment(false);
  socket_.async_accept(upgrade_, [self = shared_from_this()](error_code code) {
    if (code) return self->hall_->leave(self.get());
    self->accepted();
  });
}

void WebSocketSession::accepted() {
  {
    const std::lock_guard lock(mutex_);
    open_ = true;
    if (ending_) post(&WebSocketSession::say_goodbye);
  }
  if (events_.opened) events_.opened(shared_from_this(), to_request(upgrade_));
  read();
}

bool WebSocketSession::send(SharedText text) {
  const std::lock_guard lock(mutex_);
  if (!open_ || ending_) return false;
  if (queued_bytes_ + text->size() > hall_->options.send_queue_bytes_max) {
    ending_ = true;
    reset();
    return false;
  }
  queued_bytes_ += text->size();
  queue_.push_back(std::move(text));
  if (!writing_) {
    writing_ = true;
    post(&WebSocketSession::write);
  }
  return true;
}

void WebSocketSession::close() {
  const std::lock_guard lock(mutex_);
  if (ending_) return;
  ending_ = true;
  if (open_ && !writing_) post(&WebSocketSession::say_goodbye);
}

void WebSocketSession::read() {
  socket_.async_read(buffer_, [self = shared_from_this()](error_code code, std::size_t) {
    if (code) return self->ended();
    if (self->events_.message) {
      const auto data = self->buffer_.cdata();
      self->events_.message(self, {static_cast<const char*>(data.data()), data.size()});
    }
    self->buffer_.clear();
    self->read();
  });
}

// False, and nobody is writing any longer, if nothing waits.
bool WebSocketSession::take_next() {
  const std::lock_guard lock(mutex_);
  writing_ = open_ && !queue_.empty();
  if (!writing_) {
    if (ending_) post(&WebSocketSession::say_goodbye);
    return false;
  }
  sending_ = std::move(queue_.front());
  queue_.pop_front();
  return true;
}

void WebSocketSession::write() {
  if (!take_next()) return;
  socket_.async_write(asio::buffer(*sending_),
                      [self = shared_from_this()](error_code code, std::size_t) {
                        if (code) return self->reset_now();
                        {
                          const std::lock_guard lock(self->mutex_);
                          self->queued_bytes_ -= self->sending_->size();
                        }
                        self->write();
                      });
}

void WebSocketSession::say_goodbye() {
  if (!open_ || said_goodbye_) return;
  said_goodbye_ = true;
  socket_.async_close(
      hall_->closing() ? websocket::close_code::going_away : websocket::close_code::normal,
      [self = shared_from_this()](error_code) {});
}

// A read is always pending, so whatever ends the connection ends it.
void WebSocketSession::ended() {
  {
    const std::lock_guard lock(mutex_);
    open_ = false;
    queue_.clear();
  }
  if (events_.closed) events_.closed(shared_from_this());
  hall_->leave(this);
}

}  // namespace

void serve_websocket(std::shared_ptr<Hall> hall, const WebSocketEvents& events,
                     beast::tcp_stream stream, UpgradeRequest upgrade) {
  std::make_shared<WebSocketSession>(std::move(hall), events, std::move(stream), std::move(upgrade))
      ->start();
}

}  // namespace clew::net
