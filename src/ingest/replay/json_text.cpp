#include "ingest/replay/json_text.h"

#include <array>
#include <charconv>

namespace clew::replay {
namespace {

constexpr std::array<char, 512> make_pairs() {
  std::array<char, 512> pairs{};
  for (std::size_t i = 0; i < 256; ++i) {
    pairs[2 * i] = "0123456789abcdef"[i >> 4];
    pairs[2 * i + 1] = "0123456789abcdef"[i & 15];
  }
  return pairs;
}
constexpr std::array<char, 512> kPairs = make_pairs();

}  // namespace

void JsonText::separate() {
  if (!first_) out_.push_back(',');
  first_ = false;
}

void JsonText::open(char bracket) {
  separate();
  out_.push_back(bracket);
  first_ = true;
}

void JsonText::close(char bracket) {
  out_.push_back(bracket);
  first_ = false;
}

void JsonText::key(std::string_view name) {
  separate();
  out_.push_back('"');
  out_.append(name);
  out_.append("\":");
  first_ = true;
}

void JsonText::hex(ByteView bytes) {
  separate();
  const std::size_t start = out_.size();
  out_.resize(start + 2 * bytes.size() + 4);
  char* to = out_.data() + start;
  *to++ = '"';
  *to++ = '0';
  *to++ = 'x';
  for (const std::uint8_t byte : bytes) {
    std::memcpy(to, kPairs.data() + 2 * std::size_t{byte}, 2);
    to += 2;
  }
  *to = '"';
}

void JsonText::quantity(std::uint64_t value) {
  separate();
  std::array<char, 24> digits;
  const auto [end, code] = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16);
  out_.append("\"0x");
  out_.append(digits.data(), end);
  out_.push_back('"');
}

void JsonText::quantity(const U256& value) {
  if (const auto small = value.to_u64()) return quantity(*small);
  separate();
  out_.push_back('"');
  out_.append(value.to_quantity());
  out_.push_back('"');
}

void JsonText::number(std::uint64_t value) {
  separate();
  out_.append(std::to_string(value));
}

void JsonText::raw(std::string_view json) {
  separate();
  out_.append(json);
}

void JsonText::text(std::string_view value) {
  separate();
  out_.push_back('"');
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      out_.push_back('\\');
      out_.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      out_.append("\\u00");
      out_.push_back(kDigits[static_cast<unsigned char>(c) >> 4]);
      out_.push_back(kDigits[static_cast<unsigned char>(c) & 15]);
    } else {
      out_.push_back(c);
    }
  }
  out_.push_back('"');
}

}  // namespace clew::replay
