// Walking through JSON with simdjson's On-Demand parser: objects and arrays, with errors that name
// the value by its key. Every value can be read once, in the order of the text.
#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>

#include "base/json_errors.h"
#include "base/result.h"

namespace clew {

using JsonValue = simdjson::ondemand::value;

// A string where it lies in the text, without a copy unless it holds escapes; alive as long as the
// parsed document.
simdjson::error_code get_text(JsonValue value, std::string_view& text);
simdjson::error_code get_key(simdjson::ondemand::field& field, std::string_view& key);

tl::unexpected<Error> fail_json(std::string_view key, simdjson::error_code code);

// Calls visit(key, value) for each field of an object; stops at the first error.
template <class Visit>
Result<void> for_each_field(JsonValue value, std::string_view name, Visit visit) {
  simdjson::ondemand::object object;
  if (value.get_object().get(object)) return fail_type(name, "an object");
  for (auto result : object) {
    simdjson::ondemand::field field;
    if (const auto code = std::move(result).get(field)) return fail_json(name, code);
    std::string_view key;
    if (const auto code = get_key(field, key)) return fail_json(name, code);
    CLEW_CHECK(visit(key, field.value()));
  }
  return {};
}

// Calls visit(value) for each element of an array; errors say which element.
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

}  // namespace clew
