#include "graph/account/deposit.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <set>

#include "graph/account/deposit_scan.h"

namespace clew::account {

namespace {

constexpr std::array<DepositRuleInfo, 2> kRules = {{
    {"deposit_address", 80,
     "the one forwards what it receives to the other, a service's wallet, and pays nobody else"},
    {"shared_deposit", 70, "both pay the same deposit address of a service"},
}};

}  // namespace

const DepositRuleInfo& info(DepositRule rule) {
  return kRules[static_cast<std::size_t>(rule)];
}

// Puts together what the scan found.
class DepositJoiner {
 public:
  DepositJoiner(const Snapshot& snapshot, std::span<const LabelledAddress> labelled,
                const DepositOptions& options)
      : snapshot_(snapshot),
        options_(options),
        scan_(snapshot, labelled, options),
        guard_(by_service(labelled)) {}

  DepositEntities run() {
    deposits_ = scan_.run();
    for (const auto& deposit : deposits_)
      join_service(deposit);
    if (options_.shared_deposit) join_customers();
    make_joins();
    name_entities();
    return std::move(result_);
  }

 private:
  static std::vector<graph::ServiceAddress> by_service(std::span<const LabelledAddress> labelled) {
    std::vector<graph::ServiceAddress> list;
    for (const auto& one : labelled)
      list.push_back({one.address, one.service});
    return list;
  }
  void join_service(const DepositAddress& deposit);
  void join_customers();
  void make_joins();
  void name_entities();
  AddressId root(AddressId id);
  chain::Account bytes(AddressId id) const { return snapshot_.address(id); }

  const Snapshot& snapshot_;
  const DepositOptions& options_;
  DepositScan scan_;
  graph::ServiceGuard guard_;
  std::vector<DepositAddress> deposits_;
  std::vector<DepositJoin> wanted_;
  std::unordered_map<AddressId, AddressId> parent_;
  DepositEntities result_;
};

// Who forwards to two services is neither's: it is told, and nothing is joined.
void DepositJoiner::join_service(const DepositAddress& deposit) {
  const auto& first = deposit.forwards.front();
  const auto join = [&](const DepositAddress::Forward& f) {
    return DepositJoin{DepositRule::deposit_address, deposit.address, f.wallet, kNoAddress,
                       f.transfers};
  };
  if (deposit.forwards.size() == 1) {
    result_.deposits_.emplace(deposit.address, first.service);
    if (options_.deposit_address) wanted_.push_back(join(first));
    return;
  }
  for (std::size_t i = 1; i < deposit.forwards.size(); ++i) {
    const auto& other = deposit.forwards[i];
    result_.held_back_.push_back({join(other), first.service, other.service});
  }
}

void DepositJoiner::join_customers() {
  std::map<std::pair<AddressId, ServiceId>, std::uint32_t> payees;
  const auto each = [&](auto&& visit) {
    for (const auto& deposit : deposits_) {
      const auto service = result_.deposits_.find(deposit.address);
      if (service != result_.deposits_.end()) visit(deposit, service->second);
    }
  };
  each([&](const DepositAddress& deposit, ServiceId service) {
    for (const auto& customer : deposit.customers)
      ++payees[{customer.customer, service}];
  });
  each([&](const DepositAddress& deposit, ServiceId service) {
    const CustomerDeposit* first = nullptr;
    for (const auto& customer : deposit.customers) {
      if (payees[{customer.customer, service}] > options_.payees_max ||
          result_.deposits_.contains(customer.customer))
        continue;
      if (first == nullptr)
        first = &customer;
      else
        wanted_.push_back({DepositRule::shared_deposit,
                           first->customer,
                           customer.customer,
                           deposit.address,
                           {first->paid, customer.paid}});
    }
  });
}

AddressId DepositJoiner::root(AddressId id) {
  auto at = parent_.emplace(id, id).first;
  while (at->second != at->first) {
    const auto above = parent_.find(at->second);
    at->second = above->second;  // halves the way of who comes next
    at = above;
  }
  return at->first;
}

void DepositJoiner::make_joins() {
  // A transfer makes at most one join of each rule as its second.
  std::sort(wanted_.begin(), wanted_.end(), [](const DepositJoin& a, const DepositJoin& b) {
    return std::pair(a.transfers.back(), a.rule) < std::pair(b.transfers.back(), b.rule);
  });
  for (const auto& join : wanted_) {
    const auto a = root(join.a), b = root(join.b);
    if (a == b) continue;
    const auto known = guard_.held_back().size();
    if (!guard_.allows(a, b, join.a, join.b, join.transfers.back(),
                       static_cast<std::uint8_t>(join.rule))) {
      // One that says the same as the one before is not noted again.
      if (guard_.held_back().size() == known) continue;
      const auto& held = guard_.held_back().back();
      result_.held_back_.push_back({join, held.service_a, held.service_b});
      continue;
    }
    parent_[b] = a;
    guard_.merged(a, b);
    const auto number = static_cast<std::uint32_t>(result_.joins_.size());
    result_.joins_of_[join.a].push_back(number);
    result_.joins_of_[join.b].push_back(number);
    result_.joins_.push_back(join);
  }
  std::stable_sort(result_.held_back_.begin(), result_.held_back_.end(),
                   [](const HeldBackDeposit& a, const HeldBackDeposit& b) {
                     return a.join.transfers.back() < b.join.transfers.back();
                   });
}

void DepositJoiner::name_entities() {
  std::unordered_map<AddressId, std::vector<AddressId>> by_root;
  for (const auto& [id, joins] : result_.joins_of_)
    by_root[root(id)].push_back(id);
  for (auto& [top, members] : by_root) {
    std::sort(members.begin(), members.end(),
              [&](AddressId a, AddressId b) { return bytes(a) < bytes(b); });
    for (const auto member : members)
      result_.entity_of_.emplace(member, members.front());
    const auto name = members.front();
    result_.members_.emplace(name, std::move(members));
  }
}

DepositEntities DepositEntities::find(const Snapshot& snapshot,
                                      std::span<const LabelledAddress> labelled,
                                      const DepositOptions& options) {
  return DepositJoiner(snapshot, labelled, options).run();
}

AddressId DepositEntities::entity(AddressId id) const {
  const auto found = entity_of_.find(id);
  return found == entity_of_.end() ? id : found->second;
}

std::vector<AddressId> DepositEntities::members(AddressId id) const {
  const auto found = members_.find(entity(id));
  return found == members_.end() ? std::vector{id} : found->second;
}

std::optional<ServiceId> DepositEntities::service_of_deposit(AddressId id) const {
  const auto found = deposits_.find(id);
  if (found == deposits_.end()) return std::nullopt;
  return found->second;
}

// The joins are a forest: there is one way, and whichever search comes to it finds it.
std::optional<std::vector<DepositStep>> DepositEntities::why(AddressId a, AddressId b) const {
  if (entity(a) != entity(b)) return std::nullopt;
  std::unordered_map<AddressId, std::uint32_t> came_by;
  std::deque<AddressId> next = {a};
  while (!next.empty() && next.front() != b) {
    const auto at = next.front();
    next.pop_front();
    const auto joins = joins_of_.find(at);
    if (joins == joins_of_.end()) continue;
    for (const auto number : joins->second) {
      const auto& join = joins_[number];
      const auto other = join.a == at ? join.b : join.a;
      if (other != a && came_by.emplace(other, number).second) next.push_back(other);
    }
  }
  std::vector<DepositStep> steps;
  for (auto at = b; at != a;) {
    const auto& join = joins_[came_by.at(at)];
    const auto before = join.a == at ? join.b : join.a;
    steps.push_back({before, at, join});
    at = before;
  }
  std::reverse(steps.begin(), steps.end());
  return steps;
}

}  // namespace clew::account
