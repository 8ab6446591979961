// `clew entity`, `clew entities` and `clew why` on chains of accounts.
#pragma once

#include "apps/clew/commands.h"

namespace clew::app {

Result<ExitCode> show_account_entity(const Session& session, const EntityOptions& options);
Result<ExitCode> export_account_entities(const Session& session, const EntitiesOptions& options);
Result<ExitCode> why_accounts(const Session& session, const WhyOptions& options);

}  // namespace clew::app
