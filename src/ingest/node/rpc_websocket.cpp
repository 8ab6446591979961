#include <condition_variable>
#include <map>
#include <mutex>

#include "ingest/node/rpc_transport.h"
#include "net/deadline.h"
#include "net/websocket_client.h"

namespace clew::ingest {
namespace {

// A request that waits for its answer.
struct Waiting {
  std::size_t calls = 0;
  std::optional<RpcResult<RpcAnswers>> outcome;
};

// One connection: what was asked over it, and what came of that.
class Line {
 public:
  static Result<std::shared_ptr<Line>> open(std::string_view url, const RpcOptions& options) {
    auto line = std::make_shared<Line>();
    CLEW_TRY(parsed, net::parse_url(url));
    line->url_ = std::move(parsed);
    CLEW_TRY(socket,
             net::WebSocketClient::open(
                 url,
                 {.client = options.client,
                  .message_bytes_max = options.client.answer_bytes_max,
                  .silence_seconds = options.silence_seconds},
                 {.message = [line = line.get()](std::string_view text) { line->arrived(text); },
                  .closed = [line = line.get()](const Error& why) { line->ended(why); }}));
    line->socket_ = std::move(socket);
    return line;
  }

  bool open() {
    const std::lock_guard lock(mutex_);
    return !closed_;
  }

  RpcResult<RpcAnswers> ask(std::string request, std::uint64_t first_id, std::size_t calls,
                            const net::Deadline& deadline) {
    Waiting waiting{.calls = calls};
    {
      const std::lock_guard lock(mutex_);
      waiting_[first_id] = &waiting;
    }
    if (auto sent = socket_->send(std::move(request)); !sent) {
      const std::lock_guard lock(mutex_);
      waiting_.erase(first_id);
      return tl::unexpected(failure_of(sent.error()));
    }
    std::unique_lock lock(mutex_);
    while (!waiting.outcome && !deadline.stopped() && !deadline.passed())
      changed_.wait_for(lock, deadline.slice());
    waiting_.erase(first_id);
    if (waiting.outcome) return std::move(*waiting.outcome);
    if (deadline.stopped())
      return tl::unexpected(RpcFailure{.fault = RpcFault::stopped, .message = "stopped"});
    return tl::unexpected(
        RpcFailure{.fault = RpcFault::network, .message = url_.shown() + ": no answer in time"});
  }

 private:
  using Held = std::unique_lock<std::mutex>;

  void arrived(std::string_view message) {
    auto text = std::make_shared<std::string>();
    text->reserve(message.size() + net::kBodySlack);
    text->assign(message);
    auto answers = reader_.read(*text);
    const Held lock(mutex_);
    if (!answers) return fail_all(malformed(url_, answers.error()));
    if (answers->size() == 1 && !answers->front().method.empty()) return;  // nobody subscribed
    deliver(std::move(text), std::move(*answers));
    changed_.notify_all();
  }

  // To the request that one of the ids belongs to. What belongs to none may be late, if it has an
  // id; else whom it is for cannot be known.
  void deliver(std::shared_ptr<const std::string> text, std::vector<RpcEnvelope> answers) {
    bool late = false;
    for (const RpcEnvelope& answer : answers) {
      if (!answer.id) continue;
      late = true;
      auto after = waiting_.upper_bound(*answer.id);
      if (after == waiting_.begin()) continue;
      const auto& [first_id, waiting] = *--after;
      if (*answer.id - first_id >= waiting->calls || waiting->outcome) continue;
      return settle(*waiting, first_id, std::move(text), std::move(answers));
    }
    if (late) return;
    if (waiting_.size() == 1 && !waiting_.begin()->second->outcome) {
      const auto& [first_id, waiting] = *waiting_.begin();
      return settle(*waiting, first_id, std::move(text), std::move(answers));
    }
    fail_all(malformed(url_, {ErrorKind::data, "an answer without an id"}));
  }

  void settle(Waiting& waiting, std::uint64_t first_id, std::shared_ptr<const std::string> text,
              std::vector<RpcEnvelope> answers) {
    auto matched = match_answers(std::move(answers), first_id, waiting.calls);
    if (matched)
      waiting.outcome.emplace(RpcAnswers(std::move(text), std::move(*matched)));
    else
      waiting.outcome.emplace(tl::unexpected(malformed(url_, matched.error())));
  }

  void ended(const Error& why) {
    const Held lock(mutex_);
    closed_ = true;
    fail_all(failure_of(Error(why).within(url_.shown())));
  }

  void fail_all(const RpcFailure& failure) {
    for (auto& [first_id, waiting] : waiting_) {
      if (!waiting->outcome) waiting->outcome.emplace(tl::unexpected(failure));
    }
    changed_.notify_all();
  }

  EnvelopeReader reader_;  // of the socket's thread
  net::Url url_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, Waiting*> waiting_;  // by the first id
  bool closed_ = false;
  std::unique_ptr<net::WebSocketClient> socket_;  // last: its thread uses the others
};

class WebSocketRpc final : public RpcClient {
 public:
  WebSocketRpc(std::string text, net::Url url, const RpcOptions& options)
      : text_(std::move(text)), url_(std::move(url)), options_(options) {}

  RpcResult<RpcAnswers> call(std::span<const RpcCall> calls) override {
    const net::Deadline deadline(options_.client.answer_seconds, options_.client.stop);
    if (deadline.stopped())
      return tl::unexpected(RpcFailure{.fault = RpcFault::stopped, .message = "stopped"});
    auto line = current_line();
    if (!line) return tl::unexpected(failure_of(line.error()));
    const std::uint64_t first_id = next_id_.fetch_add(calls.size());
    return (*line)->ask(write_request(calls, first_id), first_id, calls.size(), deadline);
  }

  const net::Url& url() const override { return url_; }

 private:
  Result<std::shared_ptr<Line>> current_line() {
    const std::lock_guard lock(mutex_);
    if (line_ && line_->open()) return line_;
    line_.reset();
    CLEW_TRY(line, Line::open(text_, options_));
    line_ = line;
    return line;
  }

  const std::string text_;  // holds what the URL may not show
  const net::Url url_;
  const RpcOptions options_;
  std::atomic<std::uint64_t> next_id_ = 1;
  std::mutex mutex_;
  std::shared_ptr<Line> line_;
};

}  // namespace

Result<std::unique_ptr<RpcClient>> open_websocket_rpc(std::string_view url,
                                                      const RpcOptions& options) {
  CLEW_TRY(parsed, net::parse_url(url));
  return std::make_unique<WebSocketRpc>(std::string(url), std::move(parsed), options);
}

}  // namespace clew::ingest
