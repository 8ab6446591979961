#include "graph/entity_columns.h"

#include <algorithm>

namespace clew::graph {

namespace {

// First row whose name is not smaller, as in std::lower_bound, over a checked column.
template <class Row>
std::size_t lower_bound(const Column<Row>& rows, AddressId name) {
  std::size_t low = 0, high = rows.size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (rows[middle].name < name)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

std::uint32_t horizon(const EntityBasis& basis) {
  return basis.as_of_height.value_or(~std::uint32_t{0});
}

}  // namespace

std::optional<EntityRow> EntityColumns::joined_row(AddressId name) const {
  const std::size_t row = lower_bound(data_->joined, name);
  if (row == data_->joined.size() || data_->joined[row].name != name) return std::nullopt;
  return data_->joined[row];
}

std::optional<AddressId> EntityColumns::entity(AddressId address) const {
  if (address >= data_->names.size() || data_->names[address] == 0) return std::nullopt;
  return data_->names[address] - 1;
}

std::uint64_t EntityColumns::member_count(AddressId entity) const {
  if (this->entity(entity) != entity) return 0;
  const auto row = joined_row(entity);
  return row ? row->count : 1;
}

std::vector<AddressId> EntityColumns::members(AddressId entity, std::uint64_t offset,
                                              std::uint64_t limit) const {
  const std::uint64_t count = member_count(entity);
  if (offset >= count || limit == 0) return {};
  const auto row = joined_row(entity);
  if (!row) return {entity};
  std::vector<AddressId> page(std::min(limit, count - offset));
  for (std::size_t i = 0; i < page.size(); ++i)
    page[i] = data_->members[row->first_member + offset + i];
  return page;
}

std::optional<Totals> EntityColumns::stored_totals(AddressId entity) const {
  const std::size_t busy = lower_bound(data_->busy, entity);
  if (busy == data_->busy.size() || data_->busy[busy].name != entity) return std::nullopt;
  return data_->busy_totals[busy];
}

Totals EntityColumns::totals(AddressId entity) const {
  if (const auto stored = stored_totals(entity)) return *stored;
  return totals_of(data_->snapshot, members(entity, 0, ledger::kNone), horizon(data_->basis));
}

std::optional<std::vector<Step>> EntityColumns::why(AddressId a, AddressId b) const {
  if (!entity(a) || !entity(b)) return std::nullopt;
  return data_->forest().why(a, b);
}

void EntityColumns::each(const std::function<void(AddressId, AddressId)>& visit) const {
  for (std::size_t address = 0; address < data_->names.size(); ++address)
    if (const std::uint32_t name = data_->names[address])
      visit(static_cast<AddressId>(address), name - 1);
}

void EntityColumns::each_joined(const std::function<void(AddressId, std::uint64_t)>& visit) const {
  for (std::size_t i = 0; i < data_->joined.size(); ++i)
    visit(data_->joined[i].name, data_->joined[i].count);
}

}  // namespace clew::graph
