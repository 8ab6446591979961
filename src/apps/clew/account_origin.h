// What a user names as the start of a trace on a chain of accounts: an address, an entity by
// any of its addresses, a transaction, or one of its transfers.
#pragma once

#include "apps/clew/account_known.h"
#include "graph/account/trace_origin.h"

namespace clew::app {

struct AccountOrigin {
  std::string kind;  // "address", "entity", "transaction", "transfer"
  account::Origins transfers;
};

// `asset`: no other; nothing: all. usage if the text is none of these; not_found if the ledger has
// no such thing.
Result<AccountOrigin> parse_account_origin(const AccountKnown& known, const std::string& text,
                                           const account::OriginOptions& how);

}  // namespace clew::app
