// The labelled services of a ledger: which addresses belong to which, so that entities of different
// services stay apart and traces stop where money enters one.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "apps/clew/session.h"
#include "chain/evm/chain_params.h"
#include "graph/service_guard.h"
#include "ledger/account/snapshot.h"

namespace clew::app {

struct Service {
  std::string name;      // label of its best label
  std::string category;  // "exchange", …; "sanctioned" if that is why it is here
};

struct Services {
  std::vector<Service> list;                   // by ServiceId
  std::vector<graph::ServiceAddress> named;    // in canonical address order
  std::vector<graph::ServiceAddress> unnamed;  // the same: sanctioned, and no label says who
  std::unordered_map<ledger::AddressId, graph::ServiceId> of_address;  // of both
};

// Labels that name a service or a sanctioned party, joined with the ledger's addresses. The best
// label of an address that names somebody says whose it is. Labels are of one party if they have
// the same actor, else the same text; a text that is used with one actor means that actor without
// it too. A sanctioned address whose holder no label names is a party of its own, and says nothing
// about whose entity it may join. Numbers follow from canonical address order, so that equal
// content gives equal numbers.
Result<Services> find_services(const labels::Store& store, const ledger::Snapshot& snapshot);
// The same on a chain of accounts: labels on any ledger with addresses of this form count, because
// one key has the same address on all of them.
Result<Services> find_services(const labels::Store& store, const account::Snapshot& snapshot,
                               evm::AddressForm form);

// A line for each join of two services that was held back, as `held_back` of answers lists them:
// which one is said by the key `by`.
void print_held_back(const Json& joins, const char* by);

}  // namespace clew::app
