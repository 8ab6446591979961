#include "base/json_errors.h"

#include <string>

namespace clew {
namespace {

std::string quoted(std::string_view key) {
  return "\"" + std::string(key) + "\"";
}

}  // namespace

tl::unexpected<Error> fail_missing(std::string_view key) {
  return fail(ErrorKind::data, quoted(key) + " is missing");
}

tl::unexpected<Error> fail_type(std::string_view key, const char* wanted) {
  return fail(ErrorKind::data, quoted(key) + " is not " + wanted);
}

}  // namespace clew
