#include "labels/yaml_writer.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "labels/printable.h"
#include "labels/yaml_tree.h"

namespace clew::labels {
namespace {

using nlohmann::json;

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Conservative: what is doubtful is quoted.
bool is_plain(std::string_view text) {
  if (text.empty() || text.size() > 1024) return false;
  if (!is_alphanumeric(text.front()) && text.front() != '/' && text.front() != '_') return false;
  if (text.back() == ' ' || text.back() == ':') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_alphanumeric(c) || std::string_view(" _-./()+='&%@;$~*!?").find(c) != text.npos)
      continue;
    // ": " would start a value; ":" before anything else is part of the text, as in URLs.
    if (c == ':' && i + 1 < text.size() && text[i + 1] != ' ') continue;
    return false;
  }
  return classify_plain(text) == YamlScalar::text;
}

// printable() tells which characters may not stand in a file as they are.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const auto lead = static_cast<std::uint8_t>(text[0]);
    const std::size_t size = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    const auto character = text.substr(0, size);
    text.remove_prefix(character.size());
    const auto shown = printable(character);
    if (character == "\"" || character == "\\") {
      out += '\\';
      out += character;
    } else if (character == "\n") {
      out += "\\n";
    } else if (shown.starts_with("\\u{")) {
      const auto digits = shown.substr(3, shown.size() - 4);
      out += "\\U" + std::string(8 - digits.size(), '0') + digits;
    } else {
      out += character;
    }
  }
  return out + "\"";
}

void append_block(std::string& out, const json& value, std::size_t indent);

std::string inline_scalar(const json& value) {
  if (value.is_string()) return yaml_text(value.get_ref<const std::string&>());
  if (value.is_array()) return "[]";   // empty, or it would be a block
  if (value.is_object()) return "{}";  // the same
  return value.dump();
}

bool is_block(const json& value) {
  return value.is_structured() && !value.empty();
}

void append_mapping(std::string& out, const json& value, std::size_t indent) {
  for (const auto& [key, item] : value.items()) {
    out += std::string(indent, ' ') + yaml_key(key, indent) + ":";
    append_block(out, item, indent);
  }
}

void append_sequence(std::string& out, const json& value, std::size_t indent) {
  for (const auto& item : value) {
    out += std::string(indent, ' ') + "-";
    append_block(out, item, indent);
  }
}

// What follows "key:" or "-" at `indent`. Depth is bounded where the value was read.
void append_block(std::string& out, const json& value, std::size_t indent) {
  if (!is_block(value)) {
    out += " " + inline_scalar(value) + "\n";
    return;
  }
  out += "\n";
  if (value.is_object())
    append_mapping(out, value, indent + 2);
  else
    append_sequence(out, value, indent + 2);
}

}  // namespace

std::string yaml_text(std::string_view text) {
  return is_plain(text) ? std::string(text) : quoted(text);
}

std::string yaml_key(std::string_view text, std::size_t indent) {
  constexpr std::size_t kLong = 1000;  // bytes
  auto key = yaml_text(text);
  return key.size() <= kLong ? key : "? " + key + "\n" + std::string(indent, ' ');
}

std::string yaml_item(std::string_view text) {
  const bool word = std::all_of(text.begin(), text.end(),
                                [](char c) { return is_alphanumeric(c) || c == '_' || c == '-'; });
  return word && is_plain(text) ? std::string(text) : quoted(text);
}

std::string yaml_date(std::string_view text) {
  return classify_plain(text) == YamlScalar::timestamp ? std::string(text) : yaml_text(text);
}

std::string yaml_value(std::string_view text, std::size_t indent) {
  std::string out;
  append_block(out, json::parse(text, nullptr, false), indent);
  return out;
}

}  // namespace clew::labels
