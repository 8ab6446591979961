#include "chain/bitcoin/bech32.h"

#include <array>

namespace clew::bitcoin {
namespace {

constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t kChecksumSize = 6;
constexpr std::size_t kTextMax = 90;

constexpr std::array<std::int8_t, 128> make_values() {
  std::array<std::int8_t, 128> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  return values;
}
constexpr auto kValues = make_values();

// The BCH code's remainder, fed one 5-bit value at a time.
class Checksum {
 public:
  void add(std::uint8_t value) {
    constexpr std::array<std::uint32_t, 5> kGenerator{0x3b6a57b2, 0x26508e6d, 0x1ea119fa,
                                                      0x3d4233dd, 0x2a1462b3};
    const std::uint32_t top = remainder_ >> 25;
    remainder_ = (remainder_ & 0x1ffffff) << 5 ^ value;
    for (std::size_t i = 0; i < kGenerator.size(); ++i) {
      if ((top >> i & 1) != 0) remainder_ ^= kGenerator[i];
    }
  }
  void add_prefix(std::string_view prefix) {
    for (const char c : prefix)
      add(static_cast<std::uint8_t>(c) >> 5);
    add(0);
    for (const char c : prefix)
      add(static_cast<std::uint8_t>(c) & 31);
  }
  std::uint32_t remainder() const { return remainder_; }

 private:
  std::uint32_t remainder_ = 1;
};

std::uint32_t constant_of(Bech32Form form) {
  return form == Bech32Form::bech32 ? 1 : 0x2bc830a3;
}

// Lower-case copy, or nothing if the text has both cases or a character outside 33…126.
std::optional<std::string> to_one_case(std::string_view text) {
  bool lower = false;
  bool upper = false;
  std::string out(text);
  for (char& c : out) {
    if (c < 33 || c > 126) return std::nullopt;
    if (c >= 'a' && c <= 'z') lower = true;
    if (c >= 'A' && c <= 'Z') {
      upper = true;
      c = static_cast<char>(c - 'A' + 'a');
    }
  }
  if (lower && upper) return std::nullopt;
  return out;
}

// Regroups 8-bit bytes into 5-bit values, padded with zero bits.
void append_as_values(Bytes& values, ByteView bytes) {
  std::uint32_t bits = 0;
  int count = 0;
  for (const std::uint8_t byte : bytes) {
    bits = bits << 8 | byte;
    count += 8;
    for (; count >= 5; count -= 5)
      values.push_back(bits >> (count - 5) & 31);
  }
  if (count > 0) values.push_back(bits << (5 - count) & 31);
}

// The inverse; nothing if more than four bits of padding are left or one of them is set.
std::optional<Bytes> to_bytes(ByteView values) {
  Bytes bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const std::uint8_t value : values) {
    bits = bits << 5 | value;
    count += 5;
    if (count >= 8) {
      count -= 8;
      bytes.push_back(static_cast<std::uint8_t>(bits >> count));
    }
  }
  if (count >= 5 || (bits & ((1U << count) - 1)) != 0) return std::nullopt;
  return bytes;
}

}  // namespace

std::string encode_bech32(const Bech32& content) {
  Checksum checksum;
  checksum.add_prefix(content.prefix);
  std::string text = content.prefix + '1';
  for (const std::uint8_t value : content.values) {
    checksum.add(value);
    text.push_back(kAlphabet[value & 31]);
  }
  for (std::size_t i = 0; i < kChecksumSize; ++i)
    checksum.add(0);
  const std::uint32_t tail = checksum.remainder() ^ constant_of(content.form);
  for (int shift = 25; shift >= 0; shift -= 5)
    text.push_back(kAlphabet[tail >> shift & 31]);
  return text;
}

std::optional<Bech32> decode_bech32(std::string_view text) {
  if (text.size() > kTextMax) return std::nullopt;
  const auto lower = to_one_case(text);
  if (!lower) return std::nullopt;
  const auto separator = lower->rfind('1');
  if (separator == std::string::npos || separator == 0) return std::nullopt;
  if (lower->size() - separator - 1 < kChecksumSize) return std::nullopt;

  Bech32 out;
  out.prefix = lower->substr(0, separator);
  Checksum checksum;
  checksum.add_prefix(out.prefix);
  for (const char c : lower->substr(separator + 1)) {
    const int value = kValues[static_cast<unsigned char>(c)];
    if (value < 0) return std::nullopt;
    out.values.push_back(static_cast<std::uint8_t>(value));
    checksum.add(out.values.back());
  }
  out.values.resize(out.values.size() - kChecksumSize);
  for (const auto form : {Bech32Form::bech32, Bech32Form::bech32m}) {
    out.form = form;
    if (checksum.remainder() == constant_of(form)) return out;
  }
  return std::nullopt;
}

std::string encode_segwit(std::string_view prefix, std::uint8_t version, ByteView program) {
  Bech32 content{std::string(prefix), {version}, Bech32Form::bech32m};
  if (version == 0) content.form = Bech32Form::bech32;
  append_as_values(content.values, program);
  return encode_bech32(content);
}

std::optional<WitnessProgram> decode_segwit(std::string_view text, std::string_view prefix) {
  const auto content = decode_bech32(text);
  if (!content || content->prefix != prefix || content->values.empty()) return std::nullopt;
  const std::uint8_t version = content->values[0];
  if (version > 16) return std::nullopt;
  const auto form = version == 0 ? Bech32Form::bech32 : Bech32Form::bech32m;
  if (content->form != form) return std::nullopt;

  auto bytes = to_bytes(ByteView(content->values).subspan(1));
  if (!bytes || bytes->size() < 2 || bytes->size() > 40) return std::nullopt;
  if (version == 0 && bytes->size() != 20 && bytes->size() != 32) return std::nullopt;
  return WitnessProgram{version, std::move(*bytes)};
}

}  // namespace clew::bitcoin
