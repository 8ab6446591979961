// Calls of a Bitcoin node's JSON-RPC, and what may be wrong with the answers.
#pragma once

#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "ingest/node/rpc_client.h"

namespace clew::ingest {

RpcCall bitcoin_call(const char* method,
                     const nlohmann::json& parameters = nlohmann::json::array());

// The result; not_found if the node says that it has no such block, data if it refuses otherwise.
Result<void> check_answer(const RpcCall& call, const RpcEnvelope& answer);
Result<nlohmann::json> result_of(const RpcCall& call, const RpcEnvelope& answer);

// As nodes print them. data, with `what`, if it is none.
Result<Hash256> block_hash_of(const nlohmann::json& text, const char* what);

}  // namespace clew::ingest
