// A node's REST interface (Bitcoin Core, doc/REST-interface.md), spoken to in the words of its
// JSON-RPC, so that one source serves both. It needs no password, and serves no wallet.
#pragma once

#include "ingest/node/rpc_client.h"

namespace clew::ingest {

// Whether a URL leads to it: its path ends with /rest.
bool is_rest_url(std::string_view url);

// Knows getblockchaininfo, getblockhash, getblockheader (verbose) and getblock (verbosity 0, 2 and
// 3, of which the last two are the same); other calls get the error "method not found".
Result<std::unique_ptr<RpcClient>> open_rest(std::string_view url, const RpcOptions& options = {});

}  // namespace clew::ingest
