// The settings of the server as this process was given them.
#pragma once

#include "apps/clew/serve_commands.h"
#include "serve/settings.h"

namespace clew::app {

// The file: --config, else $CLEW_CONFIG, else clew/clew.toml in the user's configuration directory
// if that exists.
Result<serve::Settings> load_settings(const ServeOptions& options);

}  // namespace clew::app
