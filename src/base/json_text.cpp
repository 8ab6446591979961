#include "base/json_text.h"

#include <cstdio>

#include "base/utf8.h"

namespace clew {

void JsonText::key(std::string_view name) {
  separate();
  append_quoted(name);
  out_ += ':';
  first_ = true;
}

void JsonText::string(std::string_view text) {
  separate();
  append_quoted(text);
}

void JsonText::append_quoted(std::string_view text) {
  const std::string repaired = valid_utf8(text) ? std::string() : to_valid_utf8(text);
  if (!repaired.empty()) text = repaired;
  out_ += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out_ += '\\';
      out_ += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
      out_ += escaped;
    } else {
      out_ += c;
    }
  }
  out_ += '"';
}

}  // namespace clew
