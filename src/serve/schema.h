// JSON Schema (2020-12), of which exactly that is understood which the table of routes uses. The
// same schemas stand in the OpenAPI document: what is promised there is what is held against
// requests.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "serve/json_document.h"

namespace clew::serve {

// Keeps the order in which its keys were written.
using Json = nlohmann::ordered_json;

// Everything wrong with `value`, in order of its keys, at most kFaultsMax.
//   type (one or a list), enum, const
//   objects: properties, required, additionalProperties (false, or a schema)
//   arrays: items, maxItems
//   numbers: minimum, maximum, exclusiveMinimum, exclusiveMaximum
//   strings: minLength, maxLength, in code points
// Said and not held: title, description, default, examples, format.
constexpr std::size_t kFaultsMax = 20;
std::vector<Fault> check_schema(const Json& schema, const nlohmann::json& value);

// The first keyword that check_schema would not understand, with its place; "" if there is none.
std::string foreign_keyword(const Json& schema);

}  // namespace clew::serve
