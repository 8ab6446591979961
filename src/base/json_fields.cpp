#include "base/json_fields.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <bit>
#include <optional>

namespace clew {
namespace {

// Length of a string from its first character to the quote that ends it; nothing if there is an
// escape. Parsing has made sure of the quote, and the text is padded for reading behind it.
std::optional<std::size_t> plain_length(const char* text) {
  std::size_t length = 0;
#if defined(__SSE2__)
  static_assert(simdjson::SIMDJSON_PADDING >= sizeof(__m128i));
  for (;; length += sizeof(__m128i)) {
    const __m128i chars = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + length));
    const __m128i quotes = _mm_cmpeq_epi8(chars, _mm_set1_epi8('"'));
    const __m128i escapes = _mm_cmpeq_epi8(chars, _mm_set1_epi8('\\'));
    const int ends = _mm_movemask_epi8(_mm_or_si128(quotes, escapes));
    if (ends == 0) continue;
    length += static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(ends)));
    break;
  }
#else
  while (text[length] != '"' && text[length] != '\\')
    ++length;
#endif
  if (text[length] != '"') return std::nullopt;
  return length;
}

}  // namespace

simdjson::error_code get_text(JsonValue value, std::string_view& text) {
  const std::string_view token = value.raw_json_token();
  if (token.starts_with('"')) {
    if (const auto length = plain_length(token.data() + 1)) {
      text = token.substr(1, *length);
      simdjson::ondemand::raw_json_string consumed;
      return value.get_raw_json_string().get(consumed);
    }
  }
  return value.get_string().get(text);
}

simdjson::error_code get_key(simdjson::ondemand::field& field, std::string_view& key) {
  const char* text = field.key().raw();
  if (const auto length = plain_length(text)) {
    key = {text, *length};
    return simdjson::SUCCESS;
  }
  return field.unescaped_key().get(key);
}

tl::unexpected<Error> fail_json(std::string_view key, simdjson::error_code code) {
  return fail(ErrorKind::data, "\"" + std::string(key) + "\": " + simdjson::error_message(code));
}

}  // namespace clew
