#include "ingest/node/rpc_subscription.h"

#include <condition_variable>
#include <deque>
#include <mutex>

#include "net/deadline.h"
#include "net/websocket_client.h"

namespace clew::ingest {
namespace {

constexpr std::uint64_t kSubscribeId = 1;
constexpr std::size_t kWaitingMax = 4096;
constexpr std::size_t kWaitingBytesMax = std::size_t{64} << 20;

class Subscription final : public RpcSubscription {
 public:
  explicit Subscription(const RpcOptions& options) : options_(options) {}

  Result<void> start(std::string_view url, std::string params) {
    CLEW_TRY(parsed, net::parse_url(url));
    shown_ = parsed.shown();
    CLEW_TRY(socket,
             net::WebSocketClient::open(
                 url,
                 {.client = options_.client,
                  .message_bytes_max = std::min(options_.client.answer_bytes_max, kWaitingBytesMax),
                  .silence_seconds = options_.silence_seconds},
                 {.message = [this](std::string_view text) { arrived(text); },
                  .closed = [this](const Error& why) { end(why); }}));
    socket_ = std::move(socket);
    const RpcCall call{"eth_subscribe", std::move(params)};
    CLEW_CHECK(socket_->send(write_request(std::span(&call, 1), kSubscribeId)));
    std::unique_lock lock(mutex_);
    const net::Deadline deadline(options_.client.answer_seconds, options_.client.stop);
    wait(lock, deadline, [&] { return subscribed_ || ended_; });
    if (ended_) return fail(*ended_);
    if (deadline.stopped()) return fail(ErrorKind::stopped, "stopped");
    if (!subscribed_) return fail(ErrorKind::network, shown_ + ": no answer in time");
    return {};
  }

  Result<std::optional<std::string>> next(double seconds) override {
    std::unique_lock lock(mutex_);
    const net::Deadline deadline(seconds, options_.client.stop);
    wait(lock, deadline, [&] { return !waiting_.empty() || ended_; });
    if (deadline.stopped()) return fail(ErrorKind::stopped, "stopped");
    // What came before the end is good.
    if (!waiting_.empty()) {
      std::string text = std::move(waiting_.front());
      waiting_.pop_front();
      waiting_bytes_ -= text.size();
      return text;
    }
    if (ended_) return fail(*ended_);
    return std::nullopt;
  }

 private:
  template <class Ready>
  void wait(std::unique_lock<std::mutex>& lock, const net::Deadline& deadline, Ready ready) {
    while (!ready() && !deadline.stopped() && !deadline.passed())
      changed_.wait_for(lock, deadline.slice());
  }

  void arrived(std::string_view message) {
    std::string text;
    text.reserve(message.size() + net::kBodySlack);
    text.assign(message);
    auto envelopes = reader_.read(text);
    if (!envelopes) return end(envelopes.error());
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    for (const RpcEnvelope& envelope : *envelopes) {
      if (envelope.method.empty()) {
        take_answer(envelope);
        continue;
      }
      if (waiting_.size() == kWaitingMax || waiting_bytes_ + text.size() > kWaitingBytesMax) {
        ended_ = Error{ErrorKind::data, shown_ + ": it tells more than can be taken in"};
        break;
      }
      std::string one;
      one.reserve(envelope.text.size() + net::kBodySlack);
      waiting_bytes_ += envelope.text.size();
      waiting_.push_back(std::move(one.assign(envelope.text)));
    }
    changed_.notify_all();
  }

  void take_answer(const RpcEnvelope& answer) {
    if (answer.error) {
      ended_ = Error{ErrorKind::unsupported,
                     shown_ + ": it does not subscribe: " + answer.error->message};
    } else if (answer.id == kSubscribeId && !answer.null_result) {
      subscribed_ = true;
    } else {
      ended_ = Error{ErrorKind::data, shown_ + ": an answer to no call"};
    }
  }

  void end(const Error& why) {
    const std::lock_guard lock(mutex_);
    if (!ended_) ended_ = Error(why).within(shown_);
    changed_.notify_all();
  }

  const RpcOptions options_;
  std::string shown_;
  EnvelopeReader reader_;  // of the socket's thread
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool subscribed_ = false;
  std::optional<Error> ended_;
  std::unique_ptr<net::WebSocketClient> socket_;  // last: its thread uses the others
};

}  // namespace

Result<std::unique_ptr<RpcSubscription>> RpcSubscription::open(std::string_view url,
                                                               const RpcOptions& options,
                                                               std::string params) {
  auto subscription = std::make_unique<Subscription>(options);
  CLEW_CHECK(subscription->start(url, std::move(params)));
  return subscription;
}

}  // namespace clew::ingest
