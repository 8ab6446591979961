// The HTTP API of a TRON node, spoken to as if it were JSON-RPC: a call's method is the last part
// of the path, its parameters the body.
// https://developers.tron.network/reference/full-node-api-overview
#pragma once

#include <string_view>

#include "ingest/node/rpc_client.h"

namespace clew::ingest {

// Answers of {"Error": …}, and statuses of refusal, fail a call as a whole: the node is asked too
// much or is broken. `url` is what comes before /wallet.
Result<std::unique_ptr<RpcClient>> open_tron(std::string_view url, const RpcOptions& options = {});

}  // namespace clew::ingest
