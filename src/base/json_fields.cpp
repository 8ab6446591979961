#include "base/json_fields.h"

namespace clew {
namespace {

std::string quoted(std::string_view key) {
  return "\"" + std::string(key) + "\"";
}

}  // namespace

tl::unexpected<Error> fail_missing(std::string_view key) {
  return fail(ErrorKind::data, quoted(key) + " is missing");
}

tl::unexpected<Error> fail_json(std::string_view key, simdjson::error_code code) {
  return fail(ErrorKind::data, quoted(key) + ": " + simdjson::error_message(code));
}

tl::unexpected<Error> fail_type(std::string_view key, const char* wanted) {
  return fail(ErrorKind::data, quoted(key) + " is not " + wanted);
}

}  // namespace clew
