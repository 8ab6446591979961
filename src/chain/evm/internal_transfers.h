// What calls within a transaction move of the chain's coin.
#pragma once

#include <span>
#include <vector>

#include "chain/evm/call.h"
#include "chain/transfer.h"

namespace clew::evm {

// Adds what the calls of one transaction move, but for the first, which is the transaction itself.
// `ends_rarely`: by EIP-6780 a contract ends only in the transaction that created it.
void append_internal(std::span<const Call> calls, bool ends_rarely,
                     std::vector<chain::Transfer>& out);

}  // namespace clew::evm
