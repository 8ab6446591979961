#include "apps/clew/services.h"

#include "labels/taxonomy.h"

namespace clew::app {
namespace {

// What two labels of one party have in common: the actor, or the text without case and blanks.
std::string party_key(const labels::Label& label) {
  if (!label.actor.empty()) return "actor:" + label.actor;
  std::string key = "label:";
  for (const char c : label.label)
    if (c != ' ') key += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return key;
}

}  // namespace

Result<Services> find_services(const labels::Store& store, const ledger::Snapshot& snapshot) {
  Services services;
  std::unordered_map<std::string, graph::ServiceId> numbers;
  const auto visit = [&](const bitcoin::Address& address, const labels::StoredLabel& stored) {
    const bool service = stored.service != labels::ServiceKind::none;
    if (!service && !labels::is_sanctioned(stored.label)) return true;
    const auto id = snapshot.find_address(address);
    if (!id || services.of_address.contains(*id)) return true;  // the best label comes first
    const auto [entry, is_new] = numbers.emplace(party_key(stored.label), services.list.size());
    if (is_new)
      services.list.push_back(
          {stored.label.label, service ? labels::name(stored.service) : "sanctioned"});
    services.of_address.emplace(*id, entry->second);
    services.addresses.push_back({*id, entry->second});
    return true;
  };
  CLEW_CHECK(store.for_each(snapshot.chain(), visit));
  return services;
}

}  // namespace clew::app
