// Keeps labelled services apart: a union that would merge two of them is held back and noted.
// What counts as a service is the caller's: it gives the addresses that labels name, by service.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "ledger/ids.h"

namespace clew::graph {

using ServiceId = std::uint32_t;  // numbers of the caller's; equal means the same service

struct ServiceAddress {
  ledger::AddressId address = 0;
  ServiceId service = 0;
};

// A join that was not made: `a` belongs to an entity of `service_a`, `b` to one of `service_b`.
struct HeldBackJoin {
  ledger::AddressId a = 0, b = 0;
  ledger::TxIndex tx = 0;
  std::uint8_t rule = 0;
  ServiceId service_a = 0, service_b = 0;
  bool operator==(const HeldBackJoin&) const = default;
};

class ServiceGuard {
 public:
  static constexpr bool kMayVeto = true;

  // An address named by two services counts for the one with the smaller number.
  explicit ServiceGuard(std::span<const ServiceAddress> labelled);

  // Whether the entities with these roots may merge; if not, the join is noted.
  bool allows(ledger::AddressId root_a, ledger::AddressId root_b, ledger::AddressId a,
              ledger::AddressId b, ledger::TxIndex tx, std::uint8_t rule) {
    if (!maybe_labelled(root_a) || !maybe_labelled(root_b)) return true;
    return decide(root_a, root_b, {a, b, tx, rule});
  }
  // The entity of `loser` became part of that of `winner`.
  void merged(ledger::AddressId winner, ledger::AddressId loser) {
    if (maybe_labelled(loser)) inherit(winner, loser);
  }

  // In the order in which they were met; one entry a transaction, rule and pair of services.
  const std::vector<HeldBackJoin>& held_back() const { return held_back_; }

 private:
  // A small filter in front of the table: few entities are labelled, and every union asks.
  bool maybe_labelled(ledger::AddressId root) const {
    const std::uint32_t bit = (root * 0x9e3779b1u) >> shift_;
    return (filter_[bit >> 6] >> (bit & 63)) & 1;
  }
  void set_service(ledger::AddressId root, ServiceId service);
  bool decide(ledger::AddressId root_a, ledger::AddressId root_b, HeldBackJoin join);
  void inherit(ledger::AddressId winner, ledger::AddressId loser);

  std::uint32_t shift_ = 0;
  std::vector<std::uint64_t> filter_;
  std::unordered_map<ledger::AddressId, ServiceId> service_of_root_;
  std::vector<HeldBackJoin> held_back_;
};

}  // namespace clew::graph
