#include "graph/service_guard.h"

#include <algorithm>
#include <bit>

namespace clew::graph {

ServiceGuard::ServiceGuard(std::span<const ServiceAddress> labelled) {
  // 32 bits a label keep false alarms near 3 %; at most 2^28 bits (32 MB).
  const std::uint64_t wanted = std::clamp<std::uint64_t>(labelled.size() * 32, 64, 1u << 28);
  const std::uint64_t bits = std::bit_ceil(wanted);
  shift_ = 32 - static_cast<std::uint32_t>(std::countr_zero(bits));
  filter_.assign(bits / 64, 0);
  service_of_root_.reserve(labelled.size());
  for (const ServiceAddress& one : labelled) {
    const auto known = service_of_root_.find(one.address);
    if (known == service_of_root_.end() || one.service < known->second)
      set_service(one.address, one.service);
  }
}

void ServiceGuard::set_service(ledger::AddressId root, ServiceId service) {
  service_of_root_[root] = service;
  const std::uint32_t bit = (root * 0x9e3779b1u) >> shift_;
  filter_[bit >> 6] |= std::uint64_t{1} << (bit & 63);
}

bool ServiceGuard::decide(ledger::AddressId root_a, ledger::AddressId root_b, HeldBackJoin join) {
  const auto a = service_of_root_.find(root_a);
  const auto b = service_of_root_.find(root_b);
  if (a == service_of_root_.end() || b == service_of_root_.end()) return true;
  if (a->second == b->second) return true;
  join.service_a = a->second;
  join.service_b = b->second;
  // A transaction with hundreds of inputs of both services says the same thing each time.
  for (auto i = held_back_.rbegin(); i != held_back_.rend() && i->tx == join.tx; ++i) {
    if (i->rule == join.rule && i->service_a == join.service_a && i->service_b == join.service_b)
      return false;
  }
  held_back_.push_back(join);
  return false;
}

void ServiceGuard::inherit(ledger::AddressId winner, ledger::AddressId loser) {
  const auto service = service_of_root_.find(loser);
  if (service != service_of_root_.end()) set_service(winner, ServiceId{service->second});
}

}  // namespace clew::graph
