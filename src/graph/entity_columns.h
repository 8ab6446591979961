// Entities as columns answer for them: of a whole snapshot, or of its final blocks alone.
#pragma once

#include <memory>

#include "graph/entity_answers.h"
#include "graph/entity_data.h"

namespace clew::graph {

class EntityColumns final : public EntityAnswers {
 public:
  explicit EntityColumns(std::shared_ptr<const EntityData> data) : data_(std::move(data)) {}

  const EntityBasis& basis() const override { return data_->basis; }
  std::uint64_t address_count() const override { return data_->address_count; }
  std::uint64_t entity_count() const override { return data_->entity_count; }
  std::optional<AddressId> entity(AddressId address) const override;
  std::uint64_t member_count(AddressId entity) const override;
  std::vector<AddressId> members(AddressId entity, std::uint64_t offset,
                                 std::uint64_t limit) const override;
  Totals totals(AddressId entity) const override;
  std::optional<std::vector<Step>> why(AddressId a, AddressId b) const override;
  const std::vector<HeldBackJoin>& held_back() const override { return data_->held_back; }
  void each(const std::function<void(AddressId, AddressId)>& visit) const override;
  void each_joined(const std::function<void(AddressId, std::uint64_t)>& visit) const override;

  // Totals that need not be summed up: those of an entity of many movements.
  std::optional<Totals> stored_totals(AddressId entity) const;

 private:
  std::optional<EntityRow> joined_row(AddressId name) const;

  std::shared_ptr<const EntityData> data_;
};

}  // namespace clew::graph
