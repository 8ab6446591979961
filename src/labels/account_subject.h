// Labels of accounts: the 20 bytes that a label's subject stands for.
#pragma once

#include <optional>

#include "chain/evm/chain_params.h"
#include "chain/transfer.h"
#include "labels/label.h"

namespace clew::labels {

// The account that a label names, on any ledger with addresses of this form, because one key has
// the same address on all of them. TRON's stand in base58check, or in hexadecimal where the label
// says that it is of TRON; nothing there counts for other chains, nor the other way round.
std::optional<chain::Account> account_of(const Label& label, evm::AddressForm form);

}  // namespace clew::labels
