// Typed values out of a node's JSON. Each function names the value in its error by `key`.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "base/json_fields.h"
#include "base/result.h"

namespace clew::bitcoin {

// The view lives as long as the parsed document.
Result<std::string_view> read_text(JsonValue value, std::string_view key);
Result<Bytes> read_hex(JsonValue value, std::string_view key);
Result<Hash256> read_hash(JsonValue value, std::string_view key);  // in display order
Result<std::uint32_t> read_u32(JsonValue value, std::string_view key);
// Versions are printed signed by some releases and unsigned by others.
Result<std::int32_t> read_version(JsonValue value, std::string_view key);
Result<std::int64_t> read_coins(JsonValue value, std::string_view key);  // satoshi

}  // namespace clew::bitcoin
