// What a ledger holds of an address, as a case file.
#pragma once

#include <functional>
#include <string>

#include "detect/examine/case_file.h"
#include "ledger/account/snapshot.h"
#include "ledger/snapshot.h"

namespace clew::examine {

// How a chain of accounts writes things.
struct AccountWords {
  std::string chain;  // name of the ledger
  std::function<std::string(const chain::Account&)> address;
  std::function<Token(const chain::Asset&)> token;
  std::function<std::string(const Hash256&)> transaction;
};
// All transfers between two accounts; what nobody sent or nobody got (rewards, fees) is left out.
CaseFile account_case(const account::Snapshot& snapshot, account::AddressId subject,
                      const AccountWords& words);

// A transaction is one row: what it took from the address beyond what it gave back, fee included,
// or what it gave. It went to whom it paid most, or came from whose inputs held most; addresses and
// not entities. What only moved within the address is left out, as is what has no known amount.
CaseFile output_case(const ledger::Snapshot& snapshot, ledger::AddressId subject,
                     const std::string& chain, const std::string& symbol);

}  // namespace clew::examine
