// Amounts as people write them, and paths of money as documents show them.
#pragma once

#include "apps/clew/session.h"
#include "graph/path.h"

namespace clew::app {

// Satoshi of "0.01" (coins, at most eight decimals) or "5000sat"; usage if it is neither.
Result<std::int64_t> parse_amount(const std::string& text);

// An output of the ledger; or, with `outside`, the one that an input spends from outside it; or
// else the fee of a transaction.
struct ShownOutput {
  ledger::OutputId output = ledger::kNone;
  ledger::InputId outside = ledger::kNone;
  ledger::TxIndex fee_of = ledger::kNone;
  ledger::AddressId address = ledger::kNoAddress;
  std::optional<std::int64_t> value;
  bool least = false;  // the value is unknown, and `value` the least that it can be
};
// {txid, vout, address, value, outside}; a fee has no vout. An unknown value is null, and the least
// that it can be is value_at_least.
Json output_json(const ledger::Snapshot& snapshot, const ShownOutput& shown);

// One hop: {txid, vout, address, value, outside}, of a trace also `amount`.
Json path_json(const ledger::Snapshot& snapshot, const graph::TracePath& path);
Json path_json(const ledger::Snapshot& snapshot, const graph::MoneyPath& path);

}  // namespace clew::app
