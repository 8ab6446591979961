// JSON that comes from outside, read within bounds. Internal to this room.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace clew::labels {

constexpr std::size_t kJsonDepthMax = 64;

// One JSON value. data if it is not JSON or nested deeper than kJsonDepthMax; the message tells the
// byte, the caller adds the file and line.
Result<nlohmann::json> parse_json(std::string_view text);
// The text of a JSON object for Label::extra and the like: keys sorted, "" if it is empty.
std::string extra_text(const nlohmann::json& object);

}  // namespace clew::labels
