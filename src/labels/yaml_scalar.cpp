// What plain scalars stand for, after YAML 1.1 (https://yaml.org/type/), and the way to JSON.
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "labels/yaml_tree.h"

namespace clew::labels {
namespace {

constexpr std::string_view kTrue[] = {"yes",  "Yes", "YES", "true", "True",
                                      "TRUE", "on",  "On",  "ON"};
constexpr std::string_view kFalse[] = {"no",    "No",  "NO",  "false", "False",
                                       "FALSE", "off", "Off", "OFF"};
constexpr std::string_view kNull[] = {"", "~", "null", "Null", "NULL"};

template <std::size_t N>
bool any_of(const std::string_view (&words)[N], std::string_view text) {
  return std::find(std::begin(words), std::end(words), text) != std::end(words);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view without_sign(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  return text;
}

// Every notation of a number, so that text that looks like one is quoted when written.
YamlScalar number_kind(std::string_view text) {
  text = without_sign(text);
  if (text == ".inf" || text == ".Inf" || text == ".INF" || text == ".nan" || text == ".NaN" ||
      text == ".NAN")
    return YamlScalar::real;
  if (text.empty() || !(is_digit(text[0]) || (text[0] == '.' && text.size() > 1)))
    return YamlScalar::text;
  if (text.starts_with("0x") || text.starts_with("0b")) {
    const bool digits = std::all_of(text.begin() + 2, text.end(), [](char c) {
      return is_digit(c) || c == '_' || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    });
    return digits && text.size() > 2 ? YamlScalar::integer : YamlScalar::text;
  }
  std::size_t dots = 0, exponents = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '.') {
      ++dots;
    } else if (c == 'e' || c == 'E') {
      ++exponents;
      if (i + 1 < text.size() && (text[i + 1] == '-' || text[i + 1] == '+')) ++i;
    } else if (!is_digit(c) && c != '_' && c != ':') {
      return YamlScalar::text;
    }
  }
  if (dots > 1 || exponents > 1) return YamlScalar::text;
  return dots + exponents > 0 ? YamlScalar::real : YamlScalar::integer;
}

// 2021-01-31, and with a time after it.
bool is_timestamp(std::string_view text) {
  if (text.size() < 8 || text[4] != '-') return false;
  if (!std::all_of(text.begin(), text.begin() + 4, is_digit)) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_digit(c) || std::string_view("-:.+TtZz \t").find(c) != std::string_view::npos;
  });
}

// A number with a point: what JSON gives back as a plain decimal too, or writes just so itself.
nlohmann::json real_number(std::string_view text, bool decimal) {
  double value = 0;
  const auto end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end) return std::string(text);
  nlohmann::json found = value;
  const auto shown = found.dump();
  const bool kept = shown == text || (decimal && shown.find('e') == std::string::npos);
  return kept ? std::move(found) : nlohmann::json(std::string(text));
}

// What JSON can hold and give back; the rest stays text.
nlohmann::json number(std::string_view text) {
  const auto digits = text.starts_with("-") ? text.substr(1) : text;
  const bool decimal =
      !digits.empty() && is_digit(digits[0]) && is_digit(digits.back()) &&
      (digits[0] != '0' || digits.size() == 1 || digits[1] == '.') &&
      std::all_of(digits.begin(), digits.end(), [](char c) { return is_digit(c) || c == '.'; });
  if (text.size() > 40) return std::string(text);
  if (!decimal) return real_number(text, false);
  if (digits.find('.') == std::string_view::npos) {
    std::int64_t value = 0;
    const auto end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value);
    if (result.ec == std::errc() && result.ptr == end && text != "-0") return value;
    return std::string(text);
  }
  return real_number(text, true);
}

nlohmann::json json_of(const YamlNode& node) {  // recursion is bounded by depth_max
  if (node.kind == YamlNode::Kind::sequence) {
    auto list = nlohmann::json::array();
    for (const auto& item : node.items)
      list.push_back(json_of(item));
    return list;
  }
  if (node.kind == YamlNode::Kind::mapping) {
    auto object = nlohmann::json::object();
    for (std::size_t i = 0; i + 1 < node.items.size(); i += 2)
      object[node.items[i].text] = json_of(node.items[i + 1]);
    return object;
  }
  if (!node.plain) return node.text;
  switch (classify_plain(node.text)) {
    case YamlScalar::null:
      return nullptr;
    case YamlScalar::boolean:
      return yaml_boolean(node.text);
    case YamlScalar::integer:
    case YamlScalar::real:
      return number(node.text);
    default:
      return node.text;
  }
}

}  // namespace

YamlScalar classify_plain(std::string_view text) {
  if (any_of(kNull, text)) return YamlScalar::null;
  if (any_of(kTrue, text) || any_of(kFalse, text)) return YamlScalar::boolean;
  if (is_timestamp(text)) return YamlScalar::timestamp;
  return number_kind(text);
}

bool yaml_boolean(std::string_view text) {
  return any_of(kTrue, text);
}

std::string to_json(const YamlNode& node) {
  return json_of(node).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace clew::labels
