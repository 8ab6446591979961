// A walk through JSON in one pass, for large texts of which most is long strings: nothing is copied
// or indexed beforehand. Every value is read once, in the order of the text; what nobody asks for
// is skipped, and then only its strings and the number of its brackets are looked at.
// Refused is whatever RFC 8259 refuses along the way, but for the encoding of strings, which is not
// checked. The text must outlive the cursor.
#pragma once

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_errors.h"
#include "base/result.h"

namespace clew {

// A key with its quotes and colon as nodes write it, to be compared with the text in one go.
class JsonKey {
 public:
  static constexpr std::size_t kSizeMax = 28;

  // A key that is longer, or would need escapes, is not kept.
  void set(std::string_view key);
  std::string_view key() const { return {text_.data() + 1, size_ - 3u}; }

 private:
  friend class JsonCursor;
  alignas(16) std::array<char, 32> text_{};
  std::uint8_t size_ = 0;  // with quotes and colon; 0 for none
};

class JsonCursor {
 public:
  explicit JsonCursor(std::string_view text)
      : begin_(text.data()), at_(text.data()), end_(text.data() + text.size()) {}

  // The character that comes next, after space; 0 at the end of the text.
  char peek() {
    while (at_ != end_ && is_space(*at_))
      ++at_;
    return at_ == end_ ? '\0' : *at_;
  }
  // Takes a bracket, colon or comma if it comes next.
  bool take(char c) {
    if (at_ != end_ && *at_ == c) return ++at_, true;  // as nodes write it, without space
    if (peek() != c) return false;
    return ++at_, true;
  }
  bool take_null();
  // A string: where it lies in the text, or in memory of the cursor if there are escapes to undo.
  // False if there is none here, or it is cut off or malformed.
  bool take_string(std::string_view& text);
  // A key and its colon.
  bool take_key(std::string_view& key) {
    peek();
    return take_string(key) && take(':');
  }
  // The same if it is the expected one, written without space; else nothing is taken.
  bool take_key(const JsonKey& expected);
  // Any value, however deep.
  bool skip_value();
  bool at_end() { return peek() == '\0' && at_ == end_; }

  std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }
  tl::unexpected<Error> fail_here(std::string_view name) const;

 private:
  static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
  bool skip_string();
  bool skip_scalar();
  const char* end_of_plain(const char* from) const;
  bool unescape(const char* from, std::string_view& text);

  const char* begin_;
  const char* at_;
  const char* end_;
  std::vector<std::unique_ptr<std::string>> unescaped_;
};

inline bool JsonCursor::take_key(const JsonKey& expected) {
#if defined(__SSE2__)
  if (expected.size_ == 0 || end_ - at_ < static_cast<std::ptrdiff_t>(expected.text_.size())) {
    return false;
  }
  const auto differing = [&](std::size_t from) {
    const auto* text = reinterpret_cast<const __m128i*>(at_ + from);
    const auto* key = reinterpret_cast<const __m128i*>(expected.text_.data() + from);
    const __m128i same = _mm_cmpeq_epi8(_mm_loadu_si128(text), _mm_load_si128(key));
    return ~static_cast<std::uint32_t>(_mm_movemask_epi8(same)) & 0xffff;
  };
  const std::uint32_t covered = ~std::uint32_t{0} >> (32 - expected.size_);
  if (((differing(0) | differing(16) << 16) & covered) != 0) return false;
#else
  const std::string_view key(expected.text_.data(), expected.size_);
  if (key.empty() || !std::string_view(at_, end_).starts_with(key)) return false;
#endif
  at_ += expected.size_;
  return true;
}

// Calls visit(key) for each field of the object that comes next; stops at the first error. A value
// that visit() leaves where it is is skipped. Errors name the object by `name`.
template <class Visit>
Result<void> for_each_field(JsonCursor& json, std::string_view name, Visit visit);

// Calls visit() for each element of the array that comes next; errors say which element.
template <class Visit>
Result<void> for_each_element(JsonCursor& json, std::string_view name, std::string_view element,
                              Visit visit);

template <class Visit>
Result<void> for_each_field(JsonCursor& json, std::string_view name, Visit visit) {
  if (!json.take('{')) return fail_type(name, "an object");
  if (json.take('}')) return {};
  do {
    std::string_view key;
    if (!json.take_key(key)) return json.fail_here(name);
    json.peek();
    const std::size_t value = json.offset();
    CLEW_CHECK(visit(key));
    if (json.offset() == value && !json.skip_value()) return json.fail_here(name);
  } while (json.take(','));
  if (!json.take('}')) return json.fail_here(name);
  return {};
}

template <class Visit>
Result<void> for_each_element(JsonCursor& json, std::string_view name, std::string_view element,
                              Visit visit) {
  if (!json.take('[')) return fail_type(name, "an array");
  if (json.take(']')) return {};
  std::size_t index = 0;
  do {
    json.peek();
    const std::size_t value = json.offset();
    if (auto done = visit(); !done) {
      return fail(
          std::move(done).error().within(std::string(element) + " " + std::to_string(index)));
    }
    if (json.offset() == value && !json.skip_value()) return json.fail_here(name);
    ++index;
  } while (json.take(','));
  if (!json.take(']')) return json.fail_here(name);
  return {};
}

}  // namespace clew
