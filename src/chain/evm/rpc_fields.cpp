#include "chain/evm/rpc_fields.h"

namespace clew::evm {
namespace {

// Takes "0x" off; false if it is not there.
bool take_prefix(std::string_view& text) {
  if (text.size() < 2 || text[0] != '0' || text[1] != 'x') return false;
  text.remove_prefix(2);
  return true;
}

tl::unexpected<Error> fail_prefix(std::string_view key) {
  return fail_field(key, "does not begin with \"0x\"");
}

tl::unexpected<Error> fail_size(std::string_view key, std::size_t digits, std::size_t size) {
  return fail_field(key, std::to_string(digits) + " digits instead of " + std::to_string(2 * size));
}

tl::unexpected<Error> fail_digits(std::string_view key) {
  return fail_field(key, "not hexadecimal");
}

}  // namespace

tl::unexpected<Error> fail_field(std::string_view key, const std::string& reason) {
  return fail(ErrorKind::data, "\"" + std::string(key) + "\": " + reason);
}

tl::unexpected<Error> fail_text(std::string_view key) {
  return fail_field(key, "not a string");
}

Result<std::string_view> read_text(JsonValue value, std::string_view key) {
  std::string_view text;
  if (get_text(value, text) == simdjson::SUCCESS) return text;
  bool is_null = false;
  if (value.is_null().get(is_null) == simdjson::SUCCESS && is_null) return std::string_view();
  return fail_field(key, "not a string");
}

Result<std::string_view> read_text(JsonCursor& json, std::string_view key) {
  std::string_view text;
  if (take_text(json, text)) return text;
  return fail_text(key);
}

Result<void> read_fixed(std::string_view text, std::string_view key, std::span<std::uint8_t> to) {
  if (!take_prefix(text)) return fail_prefix(key);
  if (text.size() != 2 * to.size()) return fail_size(key, text.size(), to.size());
  if (!hex_into(text, to.data())) return fail_digits(key);
  return {};
}

Result<std::uint64_t> read_u64(std::string_view text, std::string_view key) {
  if (!take_prefix(text)) return fail_prefix(key);
  if (text.empty() || text.size() > 16) return fail_field(key, "not a number of 64 bits");
  std::uint64_t number = 0;
  for (const char c : text) {
    if (hex_digit(c) == kNotHex) return fail_digits(key);
    number = number << 4 | hex_digit(c);
  }
  return number;
}

Result<U256> read_u256(std::string_view text, std::string_view key) {
  if (!take_prefix(text)) return fail_prefix(key);
  if (text.empty()) return fail_field(key, "no digits");
  U256::Limbs limbs{};
  for (const char c : text) {
    const std::uint8_t digit = hex_digit(c);
    if (digit == kNotHex) return fail_digits(key);
    if (limbs[3] >> 60 != 0) return fail_field(key, "more than 32 bytes");
    for (std::size_t i = U256::kLimbs; i-- > 1;)
      limbs[i] = limbs[i] << 4 | limbs[i - 1] >> 60;
    limbs[0] = limbs[0] << 4 | digit;
  }
  return U256(limbs);
}

Result<bool> read_null(JsonValue value, std::string_view key) {
  bool is_null = false;
  if (const auto code = value.is_null().get(is_null)) return fail_json(key, code);
  return is_null;
}

Result<void> write_quantity(RlpWriter& writer, std::string_view text, std::string_view key,
                            std::size_t size_max) {
  if (!take_prefix(text)) return fail_prefix(key);
  if (text.empty()) return fail_field(key, "no digits");
  while (!text.empty() && text.front() == '0')
    text.remove_prefix(1);
  if (text.size() > 2 * size_max) {
    return fail_field(key, "more than " + std::to_string(size_max) + " bytes");
  }
  const std::span<std::uint8_t> bytes = writer.extend_bytes((text.size() + 1) / 2);
  std::uint8_t* to = bytes.data();
  if (text.size() % 2 != 0) {
    *to = hex_digit(text.front());
    if (*to++ == kNotHex) return fail_digits(key);
    text.remove_prefix(1);
  }
  if (!hex_into(text, to)) return fail_digits(key);
  writer.shorten_small_byte(bytes.size());
  return {};
}

Result<void> write_data(RlpWriter& writer, std::string_view text, std::string_view key) {
  if (!take_prefix(text)) return fail_prefix(key);
  if (text.size() % 2 != 0) return fail_field(key, "an odd number of digits");
  const std::span<std::uint8_t> to = writer.extend_bytes(text.size() / 2);
  if (!hex_into(text, to.data())) return fail_digits(key);
  writer.shorten_small_byte(to.size());
  return {};
}

Result<void> write_fixed(RlpWriter& writer, std::string_view text, std::string_view key,
                         std::size_t size) {
  if (!take_prefix(text)) return fail_prefix(key);
  if (text.size() != 2 * size) return fail_size(key, text.size(), size);
  const std::span<std::uint8_t> to = writer.extend_bytes(size);
  if (!hex_into(text, to.data())) return fail_digits(key);
  writer.shorten_small_byte(size);
  return {};
}

}  // namespace clew::evm
