// Labelled services, numbered so that the number does not depend on what else is labelled: by the
// smallest of a service's addresses. Stored entities of final blocks outlive snapshots, while the
// numbers that labels come with are those of one snapshot.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/service_guard.h"

namespace clew::graph {

class PartyNumbers {
 public:
  // An address named by two services counts for the one with the smaller number.
  explicit PartyNumbers(std::vector<ServiceAddress> labelled);

  // With the numbers that they came with, by address, one row each.
  const std::vector<ServiceAddress>& labelled() const { return labelled_; }
  // The same, each service numbered by its smallest address.
  const std::vector<ServiceAddress>& by_smallest() const { return by_smallest_; }
  // From the smallest address back to the number that the service came with.
  ServiceId original(ServiceId smallest) const;
  // Which addresses below `end` are labelled, and which of them as one service: XXH3-64.
  std::uint64_t fingerprint(ledger::AddressId end) const;

 private:
  std::vector<ServiceAddress> labelled_, by_smallest_;
};

}  // namespace clew::graph
