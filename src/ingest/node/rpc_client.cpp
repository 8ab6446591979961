#include "ingest/node/rpc_client.h"

#include "base/clock.h"
#include "ingest/node/rpc_transport.h"

namespace clew::ingest {

Error RpcFailure::error() const {
  switch (fault) {
    case RpcFault::stopped:
      return {ErrorKind::stopped, message};
    case RpcFault::malformed:
      return {ErrorKind::data, message};
    default:
      return {ErrorKind::network, message};
  }
}

RpcFailure failure_of(const Error& error) {
  const RpcFault fault = error.kind == ErrorKind::stopped ? RpcFault::stopped
                         : error.kind == ErrorKind::data  ? RpcFault::malformed
                                                          : RpcFault::network;
  return {.fault = fault, .message = error.message};
}

RpcFailure malformed(const net::Url& url, const Error& error) {
  return {.fault = RpcFault::malformed, .message = url.shown() + ": " + error.message};
}

RpcFailure refusal_of(const net::Url& url, const net::Response& response) {
  return {.fault = RpcFault::status,
          .message = url.shown() + ": HTTP status " + net::status_text(response.status),
          .status = response.status,
          .retry_after_seconds = net::retry_after_seconds(response.headers, real_clock().date())};
}

Result<std::unique_ptr<RpcClient>> open_rpc(std::string_view url, const RpcOptions& options) {
  CLEW_TRY(parsed, net::parse_url(url));
  if (parsed.websocket()) return open_websocket_rpc(url, options);
  return open_http_rpc(url, options);
}

}  // namespace clew::ingest
