// `clew trace` on chains of accounts.
#pragma once

#include "apps/clew/commands.h"

namespace clew::app {

Result<ExitCode> trace_account_chain(const Session& session, const TraceCommandOptions& given);

}  // namespace clew::app
