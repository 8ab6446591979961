#include "base/json_cursor.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <algorithm>
#include <bit>
#include <optional>

#include "base/bytes.h"

namespace clew {
namespace {

// Four hexadecimal digits; nothing if they are not.
std::optional<std::uint32_t> code_unit(const char* digits) {
  std::uint8_t bytes[2];
  if (!hex_into({digits, 4}, bytes)) return std::nullopt;
  return static_cast<std::uint32_t>(bytes[0] << 8 | bytes[1]);
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto tail = [&](unsigned shift) {
    out.push_back(static_cast<char>(0x80 | (code >> shift & 0x3f)));
  };
  if (code < 0x80) {
    out.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out.push_back(static_cast<char>(0xc0 | code >> 6));
    tail(0);
  } else if (code < 0x10000) {
    out.push_back(static_cast<char>(0xe0 | code >> 12));
    tail(6), tail(0);
  } else {
    out.push_back(static_cast<char>(0xf0 | code >> 18));
    tail(12), tail(6), tail(0);
  }
}

// Undoes the escape whose backslash `at` has passed, and goes on behind it; false if there is no
// such escape or half of a surrogate pair is missing.
bool append_escape(std::string& out, const char*& at, const char* end) {
  static constexpr std::string_view kNames = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
  if (at == end) return false;
  const char name = *at++;
  if (const std::size_t i = kNames.find(name); i != kNames.npos) {
    out.push_back(kMeant[i]);
    return true;
  }
  if (name != 'u' || end - at < 4) return false;
  auto code = code_unit(at);
  if (!code || (*code >= 0xdc00 && *code < 0xe000)) return false;
  at += 4;
  if (*code >= 0xd800 && *code < 0xdc00) {
    if (end - at < 6 || at[0] != '\\' || at[1] != 'u') return false;
    const auto low = code_unit(at + 2);
    if (!low || *low < 0xdc00 || *low >= 0xe000) return false;
    at += 6;
    code = 0x10000 + ((*code - 0xd800) << 10) + (*low - 0xdc00);
  }
  append_utf8(out, *code);
  return true;
}

bool is_scalar(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '+' || c == '.';
}

}  // namespace

void JsonKey::set(std::string_view key) {
  size_ = 0;
  const auto needs_escape = [](char c) { return c == '"' || c == '\\' || (c >= 0 && c < ' '); };
  if (key.size() > kSizeMax || std::ranges::any_of(key, needs_escape)) return;
  text_ = {'"'};
  std::ranges::copy(key, text_.begin() + 1);
  text_[key.size() + 1] = '"';
  text_[key.size() + 2] = ':';
  size_ = static_cast<std::uint8_t>(key.size() + 3);
}

// The first quote, backslash or control character from `from` on, or the end of the text.
const char* JsonCursor::end_of_plain(const char* from) const {
#if defined(__SSE2__)
  constexpr std::ptrdiff_t kStep = sizeof(__m128i);
  for (; end_ - from >= kStep; from += kStep) {
    const __m128i chars = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    const __m128i controls = _mm_cmpeq_epi8(_mm_min_epu8(chars, _mm_set1_epi8(0x1f)), chars);
    const __m128i quotes = _mm_cmpeq_epi8(chars, _mm_set1_epi8('"'));
    const __m128i escapes = _mm_cmpeq_epi8(chars, _mm_set1_epi8('\\'));
    const int ends = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quotes, escapes), controls));
    if (ends != 0) return from + std::countr_zero(static_cast<unsigned>(ends));
  }
#endif
  while (from != end_ && *from != '"' && *from != '\\' && static_cast<unsigned char>(*from) >= 0x20)
    ++from;
  return from;
}

bool JsonCursor::take_string(std::string_view& text) {
  if (at_ == end_ || *at_ != '"') return false;
  const char* from = at_ + 1;
  const char* to = end_of_plain(from);
  if (to == end_) return false;
  if (*to != '"') return unescape(from, text);
  text = {from, to};
  at_ = to + 1;
  return true;
}

bool JsonCursor::unescape(const char* from, std::string_view& text) {
  auto plain = std::make_unique<std::string>();
  for (;;) {
    const char* to = end_of_plain(from);
    plain->append(from, to);
    if (to == end_ || (*to != '"' && *to != '\\')) return false;
    from = to + 1;
    if (*to == '"') break;
    if (!append_escape(*plain, from, end_)) return false;
  }
  at_ = from;
  text = *unescaped_.emplace_back(std::move(plain));
  return true;
}

bool JsonCursor::take_null() {
  constexpr std::string_view kNull = "null";
  if (peek() != kNull.front() || std::string_view(at_, end_).substr(0, kNull.size()) != kNull) {
    return false;
  }
  at_ += kNull.size();
  return true;
}

bool JsonCursor::skip_string() {
  const char* at = at_ + 1;
  for (;;) {
    at = end_of_plain(at);
    if (at == end_ || (*at != '"' && *at != '\\')) return false;
    if (*at == '"') break;
    if (++at == end_) return false;
    ++at;  // whatever is escaped
  }
  at_ = at + 1;
  return true;
}

bool JsonCursor::skip_scalar() {
  const char* const from = at_;
  while (at_ != end_ && is_scalar(*at_))
    ++at_;
  return at_ != from;
}

bool JsonCursor::skip_value() {
  std::size_t depth = 0;
  do {
    const char next = peek();
    if (next == '{' || next == '[') {
      ++depth;
      ++at_;
    } else if (depth > 0 && (next == '}' || next == ']')) {
      --depth;
      ++at_;
    } else if (depth > 0 && (next == ',' || next == ':')) {
      ++at_;
    } else if (next == '"' ? !skip_string() : !skip_scalar()) {
      return false;
    }
  } while (depth > 0);
  return true;
}

tl::unexpected<Error> JsonCursor::fail_here(std::string_view name) const {
  const std::string where = " at offset " + std::to_string(offset());
  return fail(ErrorKind::data, "\"" + std::string(name) + "\": not JSON" + where);
}

}  // namespace clew
