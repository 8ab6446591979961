// Entities of a snapshot as those of its final blocks with the head, the blocks that a
// reorganisation may still replace, on top. Answers are those that building the whole snapshot
// gives. Memory and time follow the size of the head, not that of the ledger.
// Method: docs/entities.md, "Stored entities".
#pragma once

#include <memory>

#include "graph/block_order.h"
#include "graph/entity_columns.h"
#include "graph/overlay_forest.h"
#include "graph/party_numbers.h"

namespace clew::graph {

// The entities of the blocks up to a height that are the first that arrived, and nothing of later
// addresses in their columns. Services in held_back are numbered by their smallest address.
struct FinalEntities {
  std::shared_ptr<const EntityData> data;
  LowerPart part;
};

class EntityOverlay final : public EntityAnswers {
 public:
  // Goes through the blocks above `base` in chain order. `options` must have no height and no rule
  // that looks ahead, and be otherwise those that `base` was built with. Damaged stored columns
  // throw ledger::Corruption.
  EntityOverlay(const ledger::Snapshot& snapshot, const FinalEntities& base,
                const EntityOptions& options, const PartyNumbers& parties);

  const EntityBasis& basis() const override { return basis_; }
  std::uint64_t address_count() const override { return snapshot_.address_count(); }
  std::uint64_t entity_count() const override;
  std::optional<AddressId> entity(AddressId address) const override;
  std::uint64_t member_count(AddressId entity) const override;
  std::vector<AddressId> members(AddressId entity, std::uint64_t offset,
                                 std::uint64_t limit) const override;
  Totals totals(AddressId entity) const override;
  std::optional<std::vector<Step>> why(AddressId a, AddressId b) const override;
  const std::vector<HeldBackJoin>& held_back() const override { return held_back_; }
  void each(const std::function<void(AddressId, AddressId)>& visit) const override;
  void each_joined(const std::function<void(AddressId, std::uint64_t)>& visit) const override;

 private:
  // A group of components that the head joined.
  struct Joined {
    AddressId name = 0;
    std::uint64_t members = 0;
  };

  void join_head(const EntityOptions& options, ServiceGuard* guard);
  void name_groups();
  bool is_new(AddressId address) const { return address >= base_addresses_; }
  ComponentId component_of(AddressId address) const;
  std::uint64_t component_size(ComponentId component) const;
  AddressId name_of(ComponentId component) const;
  // The components of an entity by its name; none if it is not one.
  std::vector<ComponentId> components(AddressId entity) const;

  std::vector<TotalsMeter::Movement> head_movements(ComponentId component) const;
  bool takes_part(ComponentId component, ledger::TxIndex tx, bool spends) const;
  void count_once(Totals& totals, ComponentId component,
                  std::span<const TotalsMeter::Movement> beside) const;

  const ledger::Snapshot snapshot_;
  const EntityBasis basis_;
  const EntityColumns base_;
  const std::uint64_t base_addresses_;
  const ledger::TxIndex base_txs_;
  const std::vector<ledger::BlockRow> head_;  // by height
  OverlayForest forest_;
  std::vector<Joined> joined_;  // by group
  std::vector<HeldBackJoin> held_back_;
};

}  // namespace clew::graph
