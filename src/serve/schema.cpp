#include "serve/schema.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <compare>
#include <cstdint>
#include <string_view>
#include <utility>

namespace clew::serve {
namespace {

using Value = nlohmann::json;
using Faults = std::vector<Fault>;

constexpr std::array<std::string_view, 19> kKeywords = {"type",
                                                        "enum",
                                                        "const",
                                                        "properties",
                                                        "required",
                                                        "additionalProperties",
                                                        "items",
                                                        "maxItems",
                                                        "minimum",
                                                        "exclusiveMinimum",
                                                        "exclusiveMaximum",
                                                        "maximum",
                                                        "minLength",
                                                        "maxLength",
                                                        "title",
                                                        "description",
                                                        "default",
                                                        "examples",
                                                        "format"};

bool is_integer(const Value& value) {
  if (value.is_number_integer()) return true;
  constexpr double kExact = 9007199254740992;  // 2^53
  if (!value.is_number_float()) return false;
  const double number = value.get<double>();
  return std::trunc(number) == number && std::abs(number) <= kExact;
}

bool is_of_type(const Value& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "number") return value.is_number();
  if (type == "integer") return is_integer(value);
  if (type == "boolean") return value.is_boolean();
  return type == "null" && value.is_null();
}

std::string types_text(const Json& types) {
  if (types.is_string()) return types.get<std::string>();
  std::string text;
  for (const auto& type : types)
    text += (text.empty() ? "" : " or ") + type.get<std::string>();
  return text;
}

bool fits_type(const Json& types, const Value& value) {
  if (types.is_string()) return is_of_type(value, types.get_ref<const std::string&>());
  return std::ranges::any_of(types, [&](const Json& type) {
    return is_of_type(value, type.get_ref<const std::string&>());
  });
}

template <class AnyJson, class Use>
std::partial_ordering with_integer(const AnyJson& number, Use use) {
  return number.is_number_unsigned() ? use(number.template get<std::uint64_t>())
                                     : use(number.template get<std::int64_t>());
}

// Integers as such: doubles do not tell the largest apart.
std::partial_ordering compare(const Value& number, const Json& bound) {
  if (!number.is_number_integer() || !bound.is_number_integer())
    return number.get<double>() <=> bound.get<double>();
  return with_integer(number, [&](auto left) {
    return with_integer(bound, [left](auto right) -> std::partial_ordering {
      if (std::cmp_less(left, right)) return std::partial_ordering::less;
      return std::cmp_less(right, left) ? std::partial_ordering::greater
                                        : std::partial_ordering::equivalent;
    });
  });
}

class Checker {
 public:
  explicit Checker(Faults& faults) : faults_(faults) {}

  void check(const Json& schema, const Value& value, const std::string& at) {
    if (full()) return;
    if (const auto types = schema.find("type");
        types != schema.end() && !fits_type(*types, value)) {
      return say(at, "must be " + types_text(*types));
    }
    if (const auto only = schema.find("const"); only != schema.end() && value != Value(*only))
      say(at, "must be " + only->dump());
    check_enum(schema, value, at);
    if (value.is_object()) check_object(schema, value, at);
    if (value.is_array()) check_array(schema, value, at);
    if (value.is_number()) check_number(schema, value, at);
    if (value.is_string()) check_string(schema, value.get_ref<const std::string&>(), at);
  }

 private:
  bool full() const { return faults_.size() >= kFaultsMax; }
  void say(const std::string& at, std::string detail) {
    if (!full()) faults_.push_back({at, std::move(detail)});
  }

  void check_enum(const Json& schema, const Value& value, const std::string& at) {
    const auto allowed = schema.find("enum");
    if (allowed == schema.end()) return;
    if (std::ranges::none_of(*allowed, [&](const Json& one) { return value == Value(one); }))
      say(at, "must be one of " + allowed->dump());
  }

  void check_object(const Json& schema, const Value& value, const std::string& at) {
    if (const auto required = schema.find("required"); required != schema.end()) {
      for (const auto& name : *required) {
        const auto& key = name.get_ref<const std::string&>();
        if (!value.contains(key)) say(at + pointer_step(key), "is missing");
      }
    }
    const auto properties = schema.find("properties");
    const auto others = schema.find("additionalProperties");
    for (const auto& [key, member] : value.items()) {
      if (full()) return;
      const auto place = at + pointer_step(key.substr(0, kKeyShown));
      const bool known = properties != schema.end() && properties->contains(key);
      if (known)
        check((*properties)[key], member, place);
      else if (others != schema.end() && others->is_object())
        check(*others, member, place);
      else if (others != schema.end() && *others == false)
        say(place, "there is no such key");
    }
  }

  void check_array(const Json& schema, const Value& value, const std::string& at) {
    if (const auto most = schema.find("maxItems");
        most != schema.end() && value.size() > most->get<std::size_t>())
      say(at, "must have at most " + most->dump() + " items");
    const auto items = schema.find("items");
    if (items == schema.end()) return;
    for (std::size_t i = 0; i < value.size() && !full(); ++i)
      check(*items, value[i], at + pointer_step(std::to_string(i)));
  }

  void check_number(const Json& schema, const Value& number, const std::string& at) {
    const auto hold = [&](const char* keyword, const char* words, auto holds) {
      const auto bound = schema.find(keyword);
      if (bound != schema.end() && !holds(compare(number, *bound))) say(at, words + bound->dump());
    };
    hold("minimum", "must be at least ", std::is_gteq);
    hold("maximum", "must be at most ", std::is_lteq);
    hold("exclusiveMinimum", "must be more than ", std::is_gt);
    hold("exclusiveMaximum", "must be less than ", std::is_lt);
  }

  void check_string(const Json& schema, const std::string& text, const std::string& at) {
    const auto size = static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned>(c) & 0xc0) != 0x80; }));
    if (const auto least = schema.find("minLength");
        least != schema.end() && size < least->get<std::size_t>())
      say(at, "must have at least " + least->dump() + " characters");
    if (const auto most = schema.find("maxLength");
        most != schema.end() && size > most->get<std::size_t>())
      say(at, "must have at most " + most->dump() + " characters");
  }

  static constexpr std::size_t kKeyShown = 100;  // of a key that nobody asked for
  Faults& faults_;
};

std::string foreign_in(const Json& schema, const std::string& at) {
  for (const auto& [keyword, value] : schema.items()) {
    if (std::ranges::find(kKeywords, keyword) == kKeywords.end()) return at + pointer_step(keyword);
    std::string inside;
    if (keyword == "properties") {
      for (const auto& [key, member] : value.items()) {
        if (inside.empty()) inside = foreign_in(member, at + "/properties" + pointer_step(key));
      }
    } else if (keyword == "items" || (keyword == "additionalProperties" && value.is_object())) {
      inside = foreign_in(value, at + pointer_step(keyword));
    }
    if (!inside.empty()) return inside;
  }
  return {};
}

}  // namespace

std::vector<Fault> check_schema(const Json& schema, const Value& value) {
  Faults faults;
  Checker(faults).check(schema, value, "");
  return faults;
}

std::string foreign_keyword(const Json& schema) {
  return foreign_in(schema, "");
}

}  // namespace clew::serve
