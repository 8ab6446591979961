#include "chain/evm/rpc_fields.h"

namespace clew::evm {
namespace {

constexpr std::uint8_t kNoDigit = 0xff;

constexpr std::array<std::uint8_t, 256> make_digits() {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(kNoDigit);
  for (std::uint8_t i = 0; i < 10; ++i)
    digits['0' + i] = i;
  for (std::uint8_t i = 0; i < 6; ++i) {
    digits['a' + i] = digits['A' + i] = static_cast<std::uint8_t>(10 + i);
  }
  return digits;
}
constexpr std::array<std::uint8_t, 256> kDigits = make_digits();

std::uint8_t digit(char c) {
  return kDigits[static_cast<std::uint8_t>(c)];
}

// `to` takes one byte for every two digits; false if one is none.
bool decode(std::string_view digits, std::uint8_t* to) {
  std::uint8_t bad = 0;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    const std::uint8_t high = digit(digits[i]), low = digit(digits[i + 1]);
    bad |= high | low;
    *to++ = static_cast<std::uint8_t>(high << 4 | low);
  }
  return bad < 16;
}

// The digits after "0x".
Result<std::string_view> digits_of(std::string_view text, std::string_view key) {
  if (!text.starts_with("0x")) return fail_field(key, "does not begin with \"0x\"");
  return text.substr(2);
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
  if (value.get_string().get(text) == simdjson::SUCCESS) return text;
  bool is_null = false;
  if (value.is_null().get(is_null) == simdjson::SUCCESS && is_null) return std::string_view();
  return fail_field(key, "not a string");
}

Result<void> read_fixed(std::string_view text, std::string_view key, std::span<std::uint8_t> to) {
  CLEW_TRY(digits, digits_of(text, key));
  if (digits.size() != 2 * to.size()) {
    return fail_field(
        key, std::to_string(digits.size()) + " digits instead of " + std::to_string(2 * to.size()));
  }
  if (!decode(digits, to.data())) return fail_digits(key);
  return {};
}

Result<std::uint64_t> read_u64(std::string_view text, std::string_view key) {
  CLEW_TRY(digits, digits_of(text, key));
  if (digits.empty() || digits.size() > 16) return fail_field(key, "not a number of 64 bits");
  std::uint64_t number = 0;
  for (const char c : digits) {
    if (digit(c) == kNoDigit) return fail_digits(key);
    number = number << 4 | digit(c);
  }
  return number;
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
    if (digit(digits.front()) == kNoDigit) return fail_digits(key);
    bytes[size++] = digit(digits.front());
    digits.remove_prefix(1);
  }
  if (!decode(digits, bytes.data() + size)) return fail_digits(key);
  writer.write_bytes({bytes.data(), size + digits.size() / 2});
  return {};
}

Result<void> write_data(RlpWriter& writer, std::string_view text, std::string_view key) {
  CLEW_TRY(digits, digits_of(text, key));
  if (digits.size() % 2 != 0) return fail_field(key, "an odd number of digits");
  const std::span<std::uint8_t> to = writer.extend_bytes(digits.size() / 2);
  if (!decode(digits, to.data())) return fail_digits(key);
  writer.shorten_small_byte(to.size());
  return {};
}

Result<void> write_fixed(RlpWriter& writer, std::string_view text, std::string_view key,
                         std::size_t size) {
  CLEW_TRY(digits, digits_of(text, key));
  if (digits.size() != 2 * size) {
    return fail_field(
        key, std::to_string(digits.size()) + " digits instead of " + std::to_string(2 * size));
  }
  return write_data(writer, text, key);
}

}  // namespace clew::evm
