// Who paid an address or an entity and whom it paid, the largest first: for --relations.
#pragma once

#include <span>
#include <string>

#include "apps/clew/known.h"
#include "graph/relations.h"

namespace clew::app {

struct Neighbour {
  graph::NodeId node = 0;  // an address, the name of an entity, or kNewCoins
  graph::Relation relation;
};

struct Neighbours {
  bool entities = false;  // whether nodes are entities
  std::vector<std::string> currencies;
  std::vector<Neighbour> payers, payees;  // largest estimated value first, at most as asked for
  std::uint64_t payer_count = 0, payee_count = 0;
  std::optional<graph::Relation> within;  // what an entity paid itself
  std::uint64_t transactions = 0;         // that the sums rest on
  std::uint64_t left_out = 0;             // beyond the work that one answer may cost
  bool cut = false;                       // not even read: too many movements
};

// `subject` is an address, or with `entities` the name of an entity, whose members are `addresses`.
// Of entities as of a height only blocks up to it count.
Result<Neighbours> find_neighbours(const Known& known, graph::NodeId subject, bool entities,
                                   std::span<const ledger::AddressId> addresses,
                                   const RelationOptions& options);

Result<Json> neighbours_json(const Known& known, const Neighbours& neighbours);
Result<void> print_neighbours(const Known& known, const Neighbours& neighbours);

}  // namespace clew::app
