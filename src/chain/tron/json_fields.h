// Fields of TRON's JSON, where numbers are numbers and hashes have no "0x", but do in what other
// tools write.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/json_fields.h"
#include "base/result.h"
#include "chain/transfer.h"
#include "chain/tron/block.h"

namespace clew::tron {

// Puts what was read where it belongs, or hands on why it could not be read.
template <class Value, class Place>
Result<void> store(Result<Value> read, Place& place) {
  if (!read) return fail(std::move(read).error());
  place = std::move(*read);
  return {};
}

// In all that follows `key` names the field in the error.
tl::unexpected<Error> fail_field(std::string_view key, const char* reason);
bool is_null(JsonValue value);
Result<std::string_view> read_text(JsonValue value, std::string_view key);
// Not below zero, as a number or, from some nodes, as a string of digits.
Result<std::uint64_t> read_count(JsonValue value, std::string_view key);
Result<bool> read_flag(JsonValue value, std::string_view key);
Result<Bytes> read_hex(JsonValue value, std::string_view key);
Result<Hash256> read_hash(JsonValue value, std::string_view key);
// In any of an address's forms, or 20 bytes in hexadecimal without more; nothing for "" and null.
Result<std::optional<chain::Account>> read_account(JsonValue value, std::string_view key);
// A field of a log: address, topics, data. Others are passed over.
Result<void> read_log_field(JsonValue value, std::string_view key, Log& log);
// What a node answers instead, in "Error".
Result<void> fail_said(JsonValue value);

}  // namespace clew::tron
