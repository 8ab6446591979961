// The walk through JSON beside a parser that builds a tree: what the walk takes as whole is JSON,
// apart from the encoding of strings, and what is JSON it takes, and sees alike.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "base/json_cursor.h"
#include "base/utf8.h"

namespace {

using namespace clew;
using Json = nlohmann::json;

void require(bool holds) {
  if (!holds) std::abort();
}

constexpr int kDepthMax = 100;  // of what is walked value by value

// The value that comes next is `expected`.
void walk(JsonCursor& json, const Json& expected, int depth) {
  if (depth == kDepthMax) return require(json.skip_value());
  if (expected.is_null()) return require(json.take_null());
  if (expected.is_string()) {
    std::string_view text;
    require(json.peek() == '"' && json.take_string(text));
    return require(text == expected.get_ref<const std::string&>());
  }
  if (expected.is_array()) {
    std::size_t count = 0;
    const auto done = for_each_element(json, "array", "element", [&]() -> Result<void> {
      require(count < expected.size());
      walk(json, expected[count++], depth + 1);
      return {};
    });
    return require(done && count == expected.size());
  }
  if (expected.is_object()) {
    // Of keys that come twice a tree keeps one.
    const auto done = for_each_field(json, "object", [&](std::string_view key) -> Result<void> {
      require(expected.contains(key));
      require(json.skip_value());
      return {};
    });
    return require(done.has_value());
  }
  require(json.skip_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (!valid_utf8(text) || text.find('\0') != std::string::npos) return 0;
  const Json tree = Json::parse(text, nullptr, false);
  JsonCursor skipping(text);
  const bool whole = skipping.skip_value() && skipping.at_end();
  // Text after a byte order mark is JSON only to some.
  if (text.starts_with("\xef\xbb\xbf")) return 0;
  if (tree.is_discarded()) return 0;
  require(whole);
  JsonCursor walking(text);
  walk(walking, tree, 0);
  require(walking.at_end());
  return 0;
}
