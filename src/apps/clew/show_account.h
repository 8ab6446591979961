// What `clew block`, `clew tx` and `clew address` show of chains of accounts.
#pragma once

#include "apps/clew/commands.h"

namespace clew::app {

Result<ExitCode> show_account_block(const Session& session, const std::string& which);
Result<ExitCode> show_account_transaction(const Session& session, const std::string& hash);
Result<ExitCode> show_account_address(const Session& session, const AddressOptions& options);

}  // namespace clew::app
