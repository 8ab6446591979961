#include "apps/clew/services.h"

#include <iostream>
#include <map>

#include "labels/account_subject.h"
#include "labels/printable.h"
#include "labels/taxonomy.h"

namespace clew::app {
namespace {

// The label that says whose an address is.
struct Claim {
  ledger::AddressId address = 0;
  std::string name, category;
  std::string actor;  // empty: none
  std::string text;   // as labels of one party have it in common; empty: the holder has no name
};

Claim claim_of(ledger::AddressId address, const labels::StoredLabel& stored) {
  const auto& label = stored.label;
  const bool service = stored.service != labels::ServiceKind::none;
  return {address, label.label, service ? labels::name(stored.service) : "sanctioned", label.actor,
          labels::names_party(label) ? labels::party_text(label) : std::string()};
}

bool names_stop(const labels::StoredLabel& stored) {
  return stored.service != labels::ServiceKind::none || labels::is_sanctioned(stored.label);
}

// Adds what the next best label of an address says; labels of one address follow each other.
void add_claim(std::vector<Claim>& claims, ledger::AddressId address,
               const labels::StoredLabel& stored) {
  if (claims.empty() || claims.back().address != address)
    claims.push_back(claim_of(address, stored));
  else if (claims.back().text.empty() && labels::names_party(stored.label))
    claims.back() = claim_of(address, stored);
}

// One claim an address, in canonical address order.
Result<std::vector<Claim>> read_claims(const labels::Store& store,
                                       const ledger::Snapshot& snapshot) {
  std::vector<Claim> claims;
  const auto visit = [&](const bitcoin::Address& address, const labels::StoredLabel& stored) {
    if (!names_stop(stored)) return true;
    if (const auto id = snapshot.find_address(address)) add_claim(claims, *id, stored);
    return true;
  };
  CLEW_CHECK(store.for_each(snapshot.chain(), visit));
  return claims;
}

Result<std::vector<Claim>> read_claims(const labels::Store& store,
                                       const account::Snapshot& snapshot, evm::AddressForm form) {
  std::map<chain::Account, std::pair<ledger::AddressId, std::vector<labels::StoredLabel>>> found;
  const auto visit = [&](const labels::StoredLabel& stored) -> Result<void> {
    const auto account = names_stop(stored) ? labels::account_of(stored.label, form) : std::nullopt;
    const auto id = account ? snapshot.find_address(*account) : std::nullopt;
    if (!id) return {};
    auto& entry = found[*account];
    entry.first = *id;
    entry.second.push_back(stored);
    return {};
  };
  CLEW_CHECK(store.for_each(labels::LabelFilter{}, visit));
  std::vector<Claim> claims;
  for (auto& [account, entry] : found) {
    labels::rank(entry.second);
    for (const auto& stored : entry.second)
      add_claim(claims, entry.first, stored);
  }
  return claims;
}

// Texts that labels use with an actor; empty if with several.
std::unordered_map<std::string, std::string> actors_by_text(const std::vector<Claim>& claims) {
  std::unordered_map<std::string, std::string> actors;
  for (const auto& claim : claims) {
    if (claim.actor.empty()) continue;
    const auto [entry, is_new] = actors.emplace(claim.text, claim.actor);
    if (!is_new && entry->second != claim.actor) entry->second.clear();
  }
  return actors;
}

Services services_of(std::vector<Claim> claims) {
  const auto actors = actors_by_text(claims);
  Services services;
  std::unordered_map<std::string, graph::ServiceId> numbers;
  for (auto& claim : claims) {
    auto number = static_cast<graph::ServiceId>(services.list.size());
    const bool named = !claim.text.empty();
    if (named) {
      if (const auto known = actors.find(claim.text); claim.actor.empty() && known != actors.end())
        claim.actor = known->second;
      const auto key = claim.actor.empty() ? "text:" + claim.text : "actor:" + claim.actor;
      number = numbers.emplace(key, number).first->second;
    }
    if (number == services.list.size())
      services.list.push_back({std::move(claim.name), std::move(claim.category)});
    services.of_address.emplace(claim.address, number);
    (named ? services.named : services.unnamed).push_back({claim.address, number});
  }
  return services;
}

}  // namespace

Result<Services> find_services(const labels::Store& store, const ledger::Snapshot& snapshot) {
  CLEW_TRY(claims, read_claims(store, snapshot));
  return services_of(std::move(claims));
}

Result<Services> find_services(const labels::Store& store, const account::Snapshot& snapshot,
                               evm::AddressForm form) {
  CLEW_TRY(claims, read_claims(store, snapshot, form));
  return services_of(std::move(claims));
}

void print_held_back(const Json& joins, const char* by) {
  for (const auto& join : joins)
    std::cout << "  held back " << join[by].get<std::string>() << " would join "
              << labels::printable(join["service_a"].get<std::string>()) << " and "
              << labels::printable(join["service_b"].get<std::string>()) << '\n';
}

}  // namespace clew::app
