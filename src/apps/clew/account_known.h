// Everything that is known about a ledger of accounts beyond its rows: labels, the services they
// name, and the entities that follow from deposit addresses. Known (known.h) says the same of
// ledgers of outputs.
#pragma once

#include "apps/clew/account_view.h"
#include "apps/clew/commands.h"
#include "apps/clew/services.h"
#include "graph/account/deposit.h"

namespace clew::app {

// Left out, every address is an entity of its own, and no transfer of a service is looked at.
enum class Deposits { found, left_out };

struct AccountKnown {
  // usage if `choice` asks for what there is on chains of outputs only.
  static Result<AccountKnown> open(const Session& session, const EntityChoice& choice = {},
                                   Deposits deposits = Deposits::found);

  AccountView view;
  std::shared_ptr<const labels::Store> store;
  std::string labels_version;
  Services services;
  account::DepositOptions options;  // by which entities are formed
  std::optional<std::uint32_t> as_of;
  account::DepositEntities entities;

  // Of the address itself, else of its entity.
  std::optional<graph::ServiceId> service_of(account::AddressId id) const;
  // Of the address itself.
  std::optional<graph::ServiceId> own_service_of(account::AddressId id) const;
  // The name of the service whose deposit address this is.
  std::optional<std::string> deposit_of(account::AddressId id) const;
  std::string address_text(account::AddressId id) const;
  // The addresses that "ADDRESS" or "entity:ADDRESS" means.
  Result<std::vector<account::AddressId>> find_party(std::string_view text) const;
  Result<std::vector<labels::StoredLabel>> labels_of(account::AddressId id) const;
  // Labels of all members of an entity, best first, each naming its address.
  Result<std::vector<labels::StoredLabel>> inherited_labels(account::AddressId entity) const;

 private:
  AccountKnown(AccountView v, Services s) : view(std::move(v)), services(std::move(s)) {}

  std::unordered_map<account::AddressId, graph::ServiceId> of_entity_;
};

// Rules, their bounds, and which labels the entities rest on.
Json basis_json(const AccountKnown& known);

}  // namespace clew::app
