// What Entities answers, whoever keeps it: columns, or columns with the head of the chain on top.
// Meanings: entities.h.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "graph/entities.h"

namespace clew::graph {

class EntityAnswers {
 public:
  virtual ~EntityAnswers() = default;

  virtual const EntityBasis& basis() const = 0;
  virtual std::uint64_t address_count() const = 0;
  virtual std::uint64_t entity_count() const = 0;
  virtual std::optional<AddressId> entity(AddressId address) const = 0;
  virtual std::uint64_t member_count(AddressId entity) const = 0;
  virtual std::vector<AddressId> members(AddressId entity, std::uint64_t offset,
                                         std::uint64_t limit) const = 0;
  virtual Totals totals(AddressId entity) const = 0;
  virtual std::optional<std::vector<Step>> why(AddressId a, AddressId b) const = 0;
  virtual const std::vector<HeldBackJoin>& held_back() const = 0;
  virtual void each(const std::function<void(AddressId, AddressId)>& visit) const = 0;
  virtual void each_joined(const std::function<void(AddressId, std::uint64_t)>& visit) const = 0;
};

}  // namespace clew::graph
