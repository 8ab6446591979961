#include "labels/json_text.h"

#include <nlohmann/json.hpp>

namespace clew::labels {
namespace {

bool too_deep(std::string_view text) {
  std::size_t depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_text) {
      if (c == '\\') ++i;
      if (c == '"') in_text = false;
    } else if (c == '"') {
      in_text = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kJsonDepthMax) return true;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return false;
}

}  // namespace

Result<nlohmann::json> parse_json(std::string_view text) {
  if (too_deep(text))
    return fail(ErrorKind::data, "nested deeper than " + std::to_string(kJsonDepthMax));
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    return fail(ErrorKind::data, "not JSON near byte " + std::to_string(error.byte));
  } catch (const nlohmann::json::exception&) {
    return fail(ErrorKind::data, "a number out of range");
  }
}

std::string extra_text(const nlohmann::json& object) {
  if (!object.is_object() || object.empty()) return {};
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace clew::labels
