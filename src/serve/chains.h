// The ledgers of a folder, as the server speaks of them.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "serve/schema.h"

namespace clew::serve {

// Every ledger of the folder, in order of their names; a folder that is not there has none.
Result<Json> describe_chains(const std::string& directory);
// One; null if there is none of that name.
Result<Json> describe_chain(const std::string& directory, const std::string& name);
// Of what describe_chain gives.
Json chain_schema();

}  // namespace clew::serve
