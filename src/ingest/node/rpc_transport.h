// What all ways to call a node share.
#pragma once

#include "ingest/node/rpc_client.h"

namespace clew::ingest {

RpcFailure failure_of(const Error& error);
RpcFailure malformed(const net::Url& url, const Error& error);
// Of an HTTP status that is none of success.
RpcFailure refusal_of(const net::Url& url, const net::Response& response);

Result<std::unique_ptr<RpcClient>> open_http_rpc(std::string_view url, const RpcOptions& options);
Result<std::unique_ptr<RpcClient>> open_websocket_rpc(std::string_view url,
                                                      const RpcOptions& options);

}  // namespace clew::ingest
