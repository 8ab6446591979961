// Amounts as people write them, and paths of money as documents show them.
#pragma once

#include "apps/clew/session.h"
#include "graph/path.h"

namespace clew::app {

// Satoshi of "0.01" (coins, at most eight decimals) or "5000sat"; usage if it is neither.
Result<std::int64_t> parse_amount(const std::string& text);

// One hop: {txid, vout, address, value, amount}; a fee has no vout, what lies outside no txid.
Json path_json(const ledger::Snapshot& snapshot, const graph::TracePath& path);
Json path_json(const ledger::Snapshot& snapshot, const graph::MoneyPath& path);

}  // namespace clew::app
