// Parameters of JSON-RPC requests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "chain/evm/header.h"
#include "ingest/replay/backend.h"

namespace clew::replay {

// Null if there are not so many.
const Json& param(const Json& params, std::size_t i);
// Of an object; null if it is none, or has no such field.
const Json& field(const Json& object, const char* name);

// "0x..." of just so many bytes.
tl::expected<Hash256, RpcError> read_hash(const Json& value);
tl::expected<evm::Address, RpcError> read_address(const Json& value);
std::optional<std::uint64_t> read_quantity(const Json& value);

}  // namespace clew::replay
