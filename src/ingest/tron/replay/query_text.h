// The query of a request, read as TronGrid reads it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace clew::replay {

// By name; names in camelCase become snake_case, as both are taken.
using QueryText = std::map<std::string, std::string, std::less<>>;

// Of a target, /path?name=value&... Nothing if it is malformed or a name comes twice.
std::optional<QueryText> read_query(std::string_view target);

}  // namespace clew::replay
