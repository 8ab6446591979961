// The environment of this process, and a .env file in the folder that it was started in: where
// keys stand that belong on no command line.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace clew::app {

// "NAME=value", one a line, of the names that begin with CLEW_; nothing if there is no such file.
// Blank lines and those that begin with # are passed over, "export " before a name too. A value in
// quotes, " or ', is what stands between them, as it is, and only a comment may follow; any other
// ends before a # with a blank before it, and blanks around it are no part of it. data, with file
// and line, if a line is anything else.
Result<std::vector<std::string>> read_dot_env(const std::string& path = ".env");

// The value of a variable: the environment's, else the file's, else empty.
Result<std::string> variable(const std::string& name);

}  // namespace clew::app
