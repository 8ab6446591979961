// JSON (RFC 8259) from strangers, read strictly: what two readers could take differently is
// refused.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace clew::serve {

// What is wrong with one place of a document, or of a request.
struct Fault {
  std::string pointer;  // JSON pointer (RFC 6901); "" is the whole
  std::string detail;   // one sentence, no trailing full stop
};

// A key or an index, as part of a JSON pointer.
std::string pointer_step(std::string_view key);

constexpr std::size_t kDepthMax = 32;  // of objects and arrays in one another
// Refuses what is no JSON or no UTF-8, what comes after the document, keys that come twice in an
// object, deeper nesting, and numbers that lose their size: integers beyond 64 bits, reals beyond
// those of binary64. NaN and infinities are no JSON. Where the text is broken, the member or the
// object or array that was being read is named. Memory is in proportion to the text.
tl::expected<nlohmann::json, Fault> read_json(std::string_view text);

}  // namespace clew::serve
