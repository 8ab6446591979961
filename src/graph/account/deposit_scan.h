// Looks at what single addresses did, to tell deposit addresses from others. Internal to
// deposit.cpp.
#pragma once

#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "graph/account/deposit.h"

namespace clew::account {

// A payment into a deposit address, by the one who sent the transaction.
struct CustomerDeposit {
  AddressId customer = kNoAddress;
  TransferId paid = 0;
};

// One that forwards what it receives to services, and pays nobody else.
struct DepositAddress {
  struct Forward {
    ServiceId service = 0;
    AddressId wallet = kNoAddress;
    std::vector<TransferId> transfers;  // what came, and the one that forwarded it
  };
  AddressId address = kNoAddress;
  std::vector<Forward> forwards;           // the first to each service, in order of time
  std::vector<CustomerDeposit> customers;  // of what was forwarded; the first of each, likewise
};

class DepositScan {
 public:
  DepositScan(const Snapshot& snapshot, std::span<const LabelledAddress> labelled,
              const DepositOptions& options);

  // All there are, in no order that matters.
  std::vector<DepositAddress> run();

 private:
  struct Asset;
  class Reading;

  std::vector<DepositAddress> labelled_deposits();
  std::vector<AddressId> payers_of(AddressId wallet) const;
  const LabelledAddress* label_of(AddressId address) const;
  // Whether `from` moved it with a transaction that it sent.
  bool is_own_act(const TransferRow& row, AddressId from) const;
  // Nothing if the address is none.
  std::optional<DepositAddress> examine(AddressId candidate) const;

  const Snapshot& snapshot_;
  const DepositOptions& options_;
  std::unordered_map<AddressId, LabelledAddress> labelled_;
  std::unordered_set<AddressId> no_wallets_;  // labelled, and known not to be one
};

}  // namespace clew::account
