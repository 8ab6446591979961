// What is wrong with a value in JSON, named by its key.
#pragma once

#include <string_view>

#include "base/result.h"

namespace clew {

tl::unexpected<Error> fail_missing(std::string_view key);
tl::unexpected<Error> fail_type(std::string_view key, const char* wanted);

}  // namespace clew
