#include "chain/evm/rpc_fields.h"

namespace clew::evm {
namespace {

// The digits after "0x".
Result<std::string_view> digits_of(std::string_view text, std::string_view key) {
  if (!text.starts_with("0x")) return fail_field(key, "does not begin with \"0x\"");
  return text.substr(2);
}

Result<std::string_view> fixed_digits_of(std::string_view text, std::string_view key,
                                         std::size_t size) {
  CLEW_TRY(digits, digits_of(text, key));
  if (digits.size() == 2 * size) return digits;
  return fail_field(
      key, std::to_string(digits.size()) + " digits instead of " + std::to_string(2 * size));
}

tl::unexpected<Error> fail_digits(std::string_view key) {
  return fail_field(key, "not hexadecimal");
}

}  // namespace

tl::unexpected<Error> fail_field(std::string_view key, const std::string& reason) {
  return fail(ErrorKind::data, "\"" + std::string(key) + "\": " + reason);
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
  if (json.take_string(text) || json.take_null()) return text;
  return fail_field(key, "not a string");
}

Result<void> read_fixed(std::string_view text, std::string_view key, std::span<std::uint8_t> to) {
  CLEW_TRY(digits, fixed_digits_of(text, key, to.size()));
  if (!hex_into(digits, to.data())) return fail_digits(key);
  return {};
}

Result<std::uint64_t> read_u64(std::string_view text, std::string_view key) {
  CLEW_TRY(digits, digits_of(text, key));
  if (digits.empty() || digits.size() > 16) return fail_field(key, "not a number of 64 bits");
  std::uint64_t number = 0;
  for (const char c : digits) {
    if (hex_digit(c) == kNotHex) return fail_digits(key);
    number = number << 4 | hex_digit(c);
  }
  return number;
}

Result<U256> read_u256(std::string_view text, std::string_view key) {
  CLEW_TRY(digits, digits_of(text, key));
  if (digits.empty()) return fail_field(key, "no digits");
  U256::Limbs limbs{};
  for (const char c : digits) {
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
  CLEW_TRY(digits, digits_of(text, key));
  if (digits.empty()) return fail_field(key, "no digits");
  while (!digits.empty() && digits.front() == '0')
    digits.remove_prefix(1);
  if (digits.size() > 2 * size_max) {
    return fail_field(key, "more than " + std::to_string(size_max) + " bytes");
  }
  std::array<std::uint8_t, 33> bytes;
  std::size_t size = 0;
  if (digits.size() % 2 != 0) {
    if (hex_digit(digits.front()) == kNotHex) return fail_digits(key);
    bytes[size++] = hex_digit(digits.front());
    digits.remove_prefix(1);
  }
  if (!hex_into(digits, bytes.data() + size)) return fail_digits(key);
  writer.write_bytes({bytes.data(), size + digits.size() / 2});
  return {};
}

Result<void> write_data(RlpWriter& writer, std::string_view text, std::string_view key) {
  CLEW_TRY(digits, digits_of(text, key));
  if (digits.size() % 2 != 0) return fail_field(key, "an odd number of digits");
  const std::span<std::uint8_t> to = writer.extend_bytes(digits.size() / 2);
  if (!hex_into(digits, to.data())) return fail_digits(key);
  writer.shorten_small_byte(to.size());
  return {};
}

Result<void> write_fixed(RlpWriter& writer, std::string_view text, std::string_view key,
                         std::size_t size) {
  CLEW_CHECK(fixed_digits_of(text, key, size));
  return write_data(writer, text, key);
}

}  // namespace clew::evm
