// The commands of the server, as those of commands.h: `clew serve`, `clew keys`, `clew config`.
#pragma once

#include <map>
#include <string>

#include "apps/clew/session.h"

namespace clew::app {

struct ServeOptions {
  std::string config;                        // TOML file; empty: where one is looked for
  std::map<std::string, std::string> flags;  // settings given on the command line
};
Result<ExitCode> serve(const Session& session, const ServeOptions& options);
// Every setting, its value and where it came from.
Result<ExitCode> show_config(const Session& session, const ServeOptions& options);

struct KeyOptions {
  std::string name;  // of a key; to revoke: or its id
  std::string scope = "read";
};
Result<ExitCode> add_key(const Session& session, const KeyOptions& options);
Result<ExitCode> list_keys(const Session& session);
Result<ExitCode> revoke_key(const Session& session, const KeyOptions& options);

}  // namespace clew::app
