#include "chain/tron/json_fields.h"

#include <charconv>

#include "chain/tron/address.h"

namespace clew::tron {
namespace {

std::string_view without_mark(std::string_view digits) {
  return digits.starts_with("0x") ? digits.substr(2) : digits;
}

}  // namespace

tl::unexpected<Error> fail_field(std::string_view key, const char* reason) {
  return fail(ErrorKind::data, "\"" + std::string(key) + "\": " + reason);
}

bool is_null(JsonValue value) {
  bool null = false;
  return value.is_null().get(null) == simdjson::SUCCESS && null;
}

Result<std::string_view> read_text(JsonValue value, std::string_view key) {
  std::string_view text;
  if (get_text(value, text)) return fail_type(key, "a string");
  return text;
}

Result<std::uint64_t> read_count(JsonValue value, std::string_view key) {
  std::uint64_t number = 0;
  if (value.get_uint64().get(number) == simdjson::SUCCESS) return number;
  std::string_view text;
  if (get_text(value, text) == simdjson::SUCCESS && !text.empty()) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{} && end == text.data() + text.size()) return number;
  }
  return fail_type(key, "a whole number that is not below zero");
}

Result<bool> read_flag(JsonValue value, std::string_view key) {
  bool flag = false;
  if (value.get_bool().get(flag)) return fail_type(key, "true or false");
  return flag;
}

Result<Bytes> read_hex(JsonValue value, std::string_view key) {
  CLEW_TRY(text, read_text(value, key));
  auto bytes = from_hex(without_mark(text));
  if (!bytes) return fail_field(key, "not hexadecimal");
  return std::move(*bytes);
}

Result<Hash256> read_hash(JsonValue value, std::string_view key) {
  CLEW_TRY(text, read_text(value, key));
  Hash256 hash;
  const auto digits = without_mark(text);
  if (digits.size() != 2 * hash.size() || !hex_into(digits, hash.data()))
    return fail_field(key, "not 32 bytes in hexadecimal");
  return hash;
}

Result<std::optional<chain::Account>> read_account(JsonValue value, std::string_view key) {
  if (is_null(value)) return std::optional<chain::Account>();
  CLEW_TRY(text, read_text(value, key));
  if (text.empty()) return std::optional<chain::Account>();
  chain::Account account;
  if (text.size() == 2 * account.size() && hex_into(text, account.data())) return account;
  if (const auto parsed = parse_address(text)) return *parsed;
  return fail_field(key, "not an address");
}

Result<void> read_log_field(JsonValue value, std::string_view key, Log& log) {
  if (key == "address") {
    CLEW_TRY(account, read_account(value, key));
    log.address = account.value_or(chain::Account{});
  } else if (key == "data") {
    return store(read_hex(value, key), log.data);
  } else if (key == "topics") {
    return for_each_element(value, key, "topic", [&](JsonValue one) -> Result<void> {
      CLEW_TRY(topic, read_hash(one, "topic"));
      log.topics.push_back(topic);
      return {};
    });
  }
  return {};
}

Result<void> fail_said(JsonValue value) {
  CLEW_TRY(text, read_text(value, "Error"));
  return fail(ErrorKind::data, "the node says: " + std::string(text.substr(0, 200)));
}

}  // namespace clew::tron
