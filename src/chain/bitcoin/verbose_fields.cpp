#include "chain/bitcoin/verbose_fields.h"

#include <charconv>
#include <limits>

#include "chain/bitcoin/amount.h"

namespace clew::bitcoin {
namespace {

std::string quoted(std::string_view key) {
  return "\"" + std::string(key) + "\"";
}

// The token as it stands in the text: numbers are never rounded on the way.
Result<std::string_view> read_number_token(JsonValue value, std::string_view key) {
  simdjson::ondemand::json_type type;
  if (const auto code = value.type().get(type)) return fail_json(key, code);
  if (type != simdjson::ondemand::json_type::number) return fail_type(key, "a number");
  std::string_view token = value.raw_json_token();
  const std::size_t end = token.find_last_not_of(" \t\r\n");
  return token.substr(0, end + 1);
}

Result<std::int64_t> read_integer(JsonValue value, std::string_view key, std::int64_t least,
                                  std::int64_t most) {
  CLEW_TRY(token, read_number_token(value, key));
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(token.data(), token.data() + token.size(), number);
  if (code != std::errc() || end != token.data() + token.size() || number < least ||
      number > most) {
    return fail(ErrorKind::data, quoted(key) + " is not a whole number from " +
                                     std::to_string(least) + " to " + std::to_string(most));
  }
  return number;
}

constexpr std::int64_t kU32Max = std::numeric_limits<std::uint32_t>::max();

}  // namespace

Result<std::string_view> read_text(JsonValue value, std::string_view key) {
  std::string_view text;
  if (value.get_string().get(text)) return fail_type(key, "text");
  return text;
}

Result<Bytes> read_hex(JsonValue value, std::string_view key) {
  CLEW_TRY(text, read_text(value, key));
  auto bytes = from_hex(text);
  if (!bytes) return fail_type(key, "hexadecimal");
  return std::move(*bytes);
}

Result<Hash256> read_hash(JsonValue value, std::string_view key) {
  CLEW_TRY(text, read_text(value, key));
  const auto hash = hash_from_display(text);
  if (!hash) return fail_type(key, "a hash of 64 hexadecimal digits");
  return *hash;
}

Result<std::uint32_t> read_u32(JsonValue value, std::string_view key) {
  CLEW_TRY(number, read_integer(value, key, 0, kU32Max));
  return static_cast<std::uint32_t>(number);
}

Result<std::int32_t> read_version(JsonValue value, std::string_view key) {
  CLEW_TRY(number, read_integer(value, key, std::numeric_limits<std::int32_t>::min(), kU32Max));
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(number));
}

Result<std::int64_t> read_coins(JsonValue value, std::string_view key) {
  CLEW_TRY(token, read_number_token(value, key));
  const auto satoshi = parse_coins(token);
  if (!satoshi) return fail_type(key, "an amount of at most 8 decimals");
  return *satoshi;
}

}  // namespace clew::bitcoin
