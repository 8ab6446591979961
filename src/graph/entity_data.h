// The columns behind Entities, in memory or mapped from a file. Format: docs/formats/entities.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "graph/column.h"
#include "graph/entities.h"
#include "graph/forest_view.h"

namespace clew::graph {

// An entity of at least two addresses. Sorted by `name`.
struct EntityRow {
  AddressId name = 0;
  std::uint32_t count = 0;
  std::uint64_t first_member = 0;  // into the members column
};
static_assert(sizeof(EntityRow) == 16);

// An entity of so many movements that summing them up takes longer than a reader waits. Sorted by
// `name`; the totals have the same row number.
struct BusyRow {
  AddressId name = 0;
};

struct EntityData {
  explicit EntityData(ledger::Snapshot of) : snapshot(std::move(of)) {}

  ledger::Snapshot snapshot;
  EntityBasis basis;
  std::uint64_t address_count = 0, entity_count = 0;

  Column<ForestNode> nodes;
  Column<Edge> edges;
  Column<std::uint32_t> names;  // by address: 1 + id of the entity's name, 0 if not known yet
  Column<EntityRow> joined;
  Column<AddressId> members;  // of one entity after the other, each in order of id
  Column<BusyRow> busy;
  Column<Totals> busy_totals;
  std::vector<HeldBackJoin> held_back;

  std::shared_ptr<const void> owner;  // of what the columns look at

  ForestView forest() const { return {nodes, edges}; }
  // Leaves out the addresses after the last one that was known at the basis' height.
  void drop_unknown_tail();
};

// Builds the columns in memory.
Result<std::shared_ptr<EntityData>> build_entities(const ledger::Snapshot& snapshot,
                                                   const EntityOptions& options);

}  // namespace clew::graph
