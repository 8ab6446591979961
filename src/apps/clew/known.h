// Everything that is known about a ledger beyond its rows: labels, the services they name,
// CoinJoins and entities. Opened once a command; what is costly is worked out when first asked for.
#pragma once

#include <memory>
#include <optional>

#include "apps/clew/commands.h"
#include "apps/clew/services.h"
#include "detect/coinjoin_scan.h"
#include "graph/entities.h"

namespace clew::app {

struct Known {
  // `choice` decides how entities are formed. Notices (what was rebuilt, and why) go to standard
  // error.
  static Result<Known> open(const Session& session, const EntityChoice& choice);

  ledger::Snapshot snapshot;
  std::shared_ptr<const labels::Store> store;
  std::string labels_version;
  graph::Entities entities;

  // Every labelled service; read on first use, because it takes all labels of the chain.
  const Services& services() const;
  bool is_coinjoin(ledger::TxIndex tx) const;
  // Of the address itself, else of its entity: the one named party in it (joins of two are held
  // back), else, of the sanctioned addresses that nobody names, the first in canonical order.
  std::optional<graph::ServiceId> service_of(ledger::AddressId id) const;
  // Of the address itself.
  std::optional<graph::ServiceId> own_service_of(ledger::AddressId id) const;

  // The entity's name: its smallest address. The address itself if it has none at that height.
  ledger::AddressId entity_of(ledger::AddressId id) const {
    return entities.entity(id).value_or(id);
  }
  // The address, known when the entities are as of; not_found if it is not in the ledger or
  // appeared later only.
  Result<ledger::AddressId> find_known(const std::string& text) const;
  // Labels of an address, best first.
  Result<std::vector<labels::StoredLabel>> labels_of(ledger::AddressId id) const;
  // Labels of all members of an entity that are labelled, best first, each naming its address.
  Result<std::vector<labels::StoredLabel>> inherited_labels(ledger::AddressId entity) const;

 private:
  Known(ledger::Snapshot s, graph::Entities e) : snapshot(std::move(s)), entities(std::move(e)) {}

  // The recogniser with the snapshot that it refers to.
  struct CoinJoinJudge {
    explicit CoinJoinJudge(ledger::Snapshot s) : snapshot(std::move(s)) {}
    bool is_coinjoin(ledger::TxIndex tx);
    ledger::Snapshot snapshot;
    detect::LedgerRecogniser recogniser{snapshot};
  };
  std::shared_ptr<CoinJoinJudge> judge_;
  struct ServiceBook;
  std::shared_ptr<ServiceBook> services_;
};

// not_found, naming the newest block, if `choice` is of a height above it.
Result<void> check_as_of(const EntityChoice& choice, const std::optional<ledger::Tip>& tip);

// Which rules, labels and CoinJoin recognition the entities rest on.
Json basis_json(const graph::EntityBasis& basis);

}  // namespace clew::app
