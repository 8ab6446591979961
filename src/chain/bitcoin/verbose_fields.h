// Typed values out of a node's JSON. Each function names the value in its error by `key`.
#pragma once

#include <simdjson.h>

#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace clew::bitcoin {

using JsonValue = simdjson::ondemand::value;

tl::unexpected<Error> fail_missing(std::string_view key);
tl::unexpected<Error> fail_json(std::string_view key, simdjson::error_code code);
tl::unexpected<Error> fail_type(std::string_view key, const char* wanted);

// The view lives as long as the parsed document.
Result<std::string_view> read_text(JsonValue value, std::string_view key);
Result<Bytes> read_hex(JsonValue value, std::string_view key);
Result<Hash256> read_hash(JsonValue value, std::string_view key);  // in display order
Result<std::uint32_t> read_u32(JsonValue value, std::string_view key);
// Versions are printed signed by some releases and unsigned by others.
Result<std::int32_t> read_version(JsonValue value, std::string_view key);
Result<std::int64_t> read_coins(JsonValue value, std::string_view key);  // satoshi

// Calls visit(key, value) for each field of an object; stops at the first error.
template <class Visit>
Result<void> for_each_field(JsonValue value, std::string_view name, Visit visit) {
  simdjson::ondemand::object object;
  if (value.get_object().get(object)) return fail_type(name, "an object");
  for (auto result : object) {
    simdjson::ondemand::field field;
    if (const auto code = std::move(result).get(field)) return fail_json(name, code);
    std::string_view key;
    if (const auto code = field.unescaped_key().get(key)) return fail_json(name, code);
    CLEW_CHECK(visit(key, field.value()));
  }
  return {};
}

// Calls visit(index, value) for each element of an array; errors say which element.
template <class Visit>
Result<void> for_each_element(JsonValue value, std::string_view name, std::string_view element,
                              Visit visit) {
  simdjson::ondemand::array array;
  if (value.get_array().get(array)) return fail_type(name, "an array");
  std::size_t index = 0;
  for (auto result : array) {
    JsonValue item;
    if (const auto code = std::move(result).get(item)) return fail_json(name, code);
    if (auto done = visit(item); !done) {
      return fail(
          std::move(done).error().within(std::string(element) + " " + std::to_string(index)));
    }
    ++index;
  }
  return {};
}

}  // namespace clew::bitcoin
