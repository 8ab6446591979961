// A whole text of JSON, walked once from its root.
#pragma once

#include <string>
#include <string_view>

#include "base/json_fields.h"

namespace clew::tron {

// Keeps scratch memory; not to be shared between threads.
class JsonDocument {
 public:
  // Calls read(root) with the text's value; `name` is the text's in errors. data if the text is
  // malformed where it was read, or there is more behind the value.
  template <class Read>
  Result<void> parse(std::string_view json, std::string_view name, Read read) {
    padded_ = json;
    padded_.reserve(padded_.size() + simdjson::SIMDJSON_PADDING);
    simdjson::ondemand::document document;
    JsonValue root;
    if (const auto code = parser_.iterate(padded_).get(document)) return fail_json(name, code);
    if (const auto code = document.get_value().get(root)) return fail_json(name, code);
    CLEW_CHECK(read(root));
    const char* rest = nullptr;
    if (document.current_location().get(rest) != simdjson::OUT_OF_BOUNDS)
      return fail(ErrorKind::data, "there is more after the " + std::string(name));
    return {};
  }

  // Where `part`, a view that simdjson gave of the text, begins in it.
  std::size_t offset_of(std::string_view part) const {
    return static_cast<std::size_t>(part.data() - padded_.data());
  }

 private:
  simdjson::ondemand::parser parser_;
  std::string padded_;
};

}  // namespace clew::tron
