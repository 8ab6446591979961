#include "graph/party_numbers.h"

#include <xxhash.h>

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "base/bytes.h"

namespace clew::graph {

PartyNumbers::PartyNumbers(std::vector<ServiceAddress> labelled) : labelled_(std::move(labelled)) {
  std::sort(labelled_.begin(), labelled_.end(),
            [](const ServiceAddress& a, const ServiceAddress& b) {
              return std::tie(a.address, a.service) < std::tie(b.address, b.service);
            });
  const auto same = [](const ServiceAddress& a, const ServiceAddress& b) {
    return a.address == b.address;
  };
  labelled_.erase(std::unique(labelled_.begin(), labelled_.end(), same), labelled_.end());
  std::unordered_map<ServiceId, ledger::AddressId> smallest;
  by_smallest_.reserve(labelled_.size());
  for (const auto& [address, service] : labelled_)
    by_smallest_.push_back({address, smallest.emplace(service, address).first->second});
}

ServiceId PartyNumbers::original(ServiceId smallest) const {
  const auto row = std::lower_bound(
      labelled_.begin(), labelled_.end(), smallest,
      [](const ServiceAddress& one, ledger::AddressId address) { return one.address < address; });
  return row == labelled_.end() ? smallest : row->service;
}

std::uint64_t PartyNumbers::fingerprint(ledger::AddressId end) const {
  Bytes rows;
  for (const auto& [address, service] : by_smallest_) {
    if (address >= end) break;
    append_le(rows, address);
    append_le(rows, service);
  }
  return XXH3_64bits(rows.data(), rows.size());
}

}  // namespace clew::graph
