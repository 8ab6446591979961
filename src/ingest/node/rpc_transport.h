// What the two transports of JSON-RPC share.
#pragma once

#include "ingest/node/rpc_client.h"

namespace clew::ingest {

RpcFailure failure_of(const Error& error);
RpcFailure malformed(const net::Url& url, const Error& error);

Result<std::unique_ptr<RpcClient>> open_http_rpc(std::string_view url, const RpcOptions& options);
Result<std::unique_ptr<RpcClient>> open_websocket_rpc(std::string_view url,
                                                      const RpcOptions& options);

}  // namespace clew::ingest
