// Calls to one node, over HTTP or a WebSocket, alone or many in one request.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/node/json_rpc.h"
#include "net/http_client.h"

namespace clew::ingest {

// Why a request as a whole failed. What the node says about a single call is in its answer.
enum class RpcFault {
  network,    // not reached, broken off, too slow
  status,     // answered with an HTTP status of refusal
  malformed,  // no JSON, half of it, wrong, missing or repeated ids, too long
  stopped,    // the caller's stop flag
};

struct RpcFailure {
  RpcFault fault = RpcFault::network;
  std::string message;  // names the node, without secrets, and the reason
  int status = 0;       // of HTTP, if that is the fault
  std::optional<double> retry_after_seconds;

  Error error() const;
};

template <class T>
using RpcResult = tl::expected<T, RpcFailure>;

// The answers to a request, in the order of its calls, and the text that they point into.
class RpcAnswers {
 public:
  RpcAnswers(std::shared_ptr<const std::string> text, std::vector<RpcEnvelope> answers)
      : text_(std::move(text)), answers_(std::move(answers)) {}

  std::size_t size() const { return answers_.size(); }
  // Of the call at `place`. Its text lives as long as this, and has net::kBodySlack bytes of
  // readable memory behind it.
  const RpcEnvelope& operator[](std::size_t place) const { return answers_[place]; }
  std::size_t bytes() const { return text_->size(); }

 private:
  std::shared_ptr<const std::string> text_;
  std::vector<RpcEnvelope> answers_;
};

// For several threads at once. Calls may reach the node twice (see net::HttpClient).
class RpcClient {
 public:
  virtual ~RpcClient() = default;
  // One request for all `calls`, which must not be empty. Has an answer for each, or fails.
  virtual RpcResult<RpcAnswers> call(std::span<const RpcCall> calls) = 0;
  virtual const net::Url& url() const = 0;

  RpcResult<RpcAnswers> call(const RpcCall& one) { return call(std::span(&one, 1)); }
};

struct RpcOptions {
  net::ClientOptions client;
  // Of a WebSocket: see net::WebSocketOptions.
  double silence_seconds = 30;
};

// By the URL's scheme: http, https, ws or wss. Connects when first called, and again when it must.
Result<std::unique_ptr<RpcClient>> open_rpc(std::string_view url, const RpcOptions& options = {});

}  // namespace clew::ingest
