// What a contract's message says of who pays whom how much.
#pragma once

#include "chain/tron/block.h"
#include "chain/tron/protobuf.h"

namespace clew::tron {

// Fills in owner, payee, amount and input. data if the message is malformed or an amount is below
// zero.
Result<void> read_contract(ContractType type, ByteView parameter, Transaction& tx);

}  // namespace clew::tron
