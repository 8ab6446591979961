// Schemas that many routes build theirs from.
#pragma once

#include <string>

#include "serve/schema.h"

namespace clew::serve {

inline Json text_shape(const std::string& description = {}) {
  Json shape = {{"type", "string"}};
  if (!description.empty()) shape["description"] = description;
  return shape;
}
inline Json count_shape() {
  return {{"type", "integer"}, {"minimum", 0}};
}
inline Json list_shape(Json items) {
  return {{"type", "array"}, {"items", std::move(items)}};
}
// The same, or null.
inline Json or_null(Json shape) {
  shape["type"] = Json::array({shape["type"], "null"});
  return shape;
}
// Every property is there, and no other.
inline Json object_shape(Json properties) {
  auto required = Json::array();
  for (const auto& [key, schema] : properties.items())
    required.push_back(key);
  return {{"type", "object"},
          {"required", std::move(required)},
          {"properties", std::move(properties)},
          {"additionalProperties", false}};
}

}  // namespace clew::serve
