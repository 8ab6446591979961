#include "labels/printable.h"

#include <cstdint>
#include <cstdio>

namespace clew::labels {
namespace {

bool is_unsafe(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) ||  // C0, DEL, C1
         code == 0xad || code == 0x61c || code == 0x180e ||
         (code >= 0x200b && code <= 0x200f) ||  // zero width, direction marks
         (code >= 0x2028 && code <= 0x202e) ||  // separators, embeddings, overrides
         (code >= 0x2060 && code <= 0x206f) ||  // joiners, isolates, deprecated format controls
         code == 0xfeff || (code >= 0xfff9 && code <= 0xfffb) || code == 0xfffe ||
         code == 0xffff ||                      // no characters; YAML takes them escaped only
         (code >= 0xe0000 && code <= 0xe007f);  // tags
}

std::string escape(char kind, std::uint32_t value) {
  char text[16];
  std::snprintf(text, sizeof text, "\\%c{%02x}", kind, value);
  return text;
}

bool starts_formula(std::string_view text) {
  if (text.empty()) return false;
  if (std::string_view("=+-@\t\r\n'").find(text[0]) != std::string_view::npos) return true;
  const auto first = first_character(text);
  return first && (first->code == 0xff1d || first->code == 0xff0b || first->code == 0xff0d ||
                   first->code == 0xff20);
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto character = first_character(text);
    if (!character) {
      out += escape('x', static_cast<std::uint8_t>(text[0]));
      text.remove_prefix(1);
      continue;
    }
    if (character->code == '\\')
      out += "\\\\";
    else if (is_unsafe(character->code))
      out += escape('u', character->code);
    else
      out += text.substr(0, character->size);
    text.remove_prefix(character->size);
  }
  return out;
}

std::string csv_guarded(std::string_view text) {
  return starts_formula(text) ? "'" + std::string(text) : std::string(text);
}

std::string csv_unguarded(std::string_view text) {
  if (text.size() > 1 && text[0] == '\'' && starts_formula(text.substr(1))) text.remove_prefix(1);
  return std::string(text);
}

}  // namespace clew::labels
