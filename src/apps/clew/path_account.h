// `clew path` on chains of accounts.
#pragma once

#include "apps/clew/commands.h"

namespace clew::app {

Result<ExitCode> path_accounts(const Session& session, const PathOptions& given);

}  // namespace clew::app
