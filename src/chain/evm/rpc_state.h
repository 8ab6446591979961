// Accounts before and after a transaction from JSON: prestateTracer's, and Parity's stateDiff.
#pragma once

#include "base/json_fields.h"
#include "chain/evm/rpc_answer.h"
#include "chain/evm/state_diff.h"

namespace clew::evm {

// The result of prestateTracer: plain, and with "diffMode".
Result<AccountStates> read_account_states(JsonValue value);
Result<PrestateDiff> read_prestate_diff(JsonValue value);
// "stateDiff" of trace_replay... and trace_call.
Result<StateDiff> read_parity_state_diff(JsonValue value);

}  // namespace clew::evm
