#include "graph/entities.h"

#include <algorithm>

#include "graph/entity_data.h"
#include "graph/entity_store.h"

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

EntityBasis basis_of(const ledger::Snapshot& snapshot, const EntityOptions& options) {
  EntityBasis basis;
  basis.snapshot_version = snapshot.version();
  basis.rules = options.rules;
  basis.with_coinjoins = options.with_coinjoins;
  if (!options.with_coinjoins) basis.coinjoins = options.coinjoins.version;
  basis.services = options.services.version;
  basis.as_of_height = options.as_of_height;
  return basis;
}

std::optional<EntityRow> EntityData::joined_row(AddressId name) const {
  const std::size_t row = lower_bound(joined, name);
  if (row == joined.size() || joined[row].name != name) return std::nullopt;
  return joined[row];
}

Result<Entities> Entities::build(const ledger::Snapshot& snapshot, const EntityOptions& options) {
  CLEW_TRY(data, build_entities(snapshot, options));
  return Entities(std::move(data));
}

Result<Entities> Entities::open(const ledger::Snapshot& snapshot, const std::string& directory,
                                const EntityOptions& options, std::vector<std::string>& notices,
                                FileSystem& files) {
  EntityStore store(directory, files);
  const EntityBasis basis = basis_of(snapshot, options);
  if (auto stored = store.load(snapshot, basis, notices)) return Entities(std::move(stored));
  CLEW_TRY(data, build_entities(snapshot, options));
  if (auto saved = store.save(*data); !saved)
    notices.push_back("entities are not stored: " + saved.error().message);
  return Entities(std::move(data));
}

const EntityBasis& Entities::basis() const {
  return data_->basis;
}
std::uint64_t Entities::address_count() const {
  return data_->address_count;
}
std::uint64_t Entities::entity_count() const {
  return data_->entity_count;
}

std::optional<AddressId> Entities::entity(AddressId address) const {
  if (address >= data_->names.size() || data_->names[address] == 0) return std::nullopt;
  return data_->names[address] - 1;
}

std::uint64_t Entities::member_count(AddressId entity) const {
  if (this->entity(entity) != entity) return 0;
  const auto row = data_->joined_row(entity);
  return row ? row->count : 1;
}

std::vector<AddressId> Entities::members(AddressId entity, std::uint64_t offset,
                                         std::uint64_t limit) const {
  const std::uint64_t count = member_count(entity);
  if (offset >= count) return {};
  const auto row = data_->joined_row(entity);
  if (!row) return {entity};
  std::vector<AddressId> page(std::min(limit, count - offset));
  for (std::size_t i = 0; i < page.size(); ++i)
    page[i] = data_->members[row->first_member + offset + i];
  return page;
}

Totals Entities::totals(AddressId entity) const {
  const std::size_t busy = lower_bound(data_->busy, entity);
  if (busy < data_->busy.size() && data_->busy[busy].name == entity)
    return data_->busy_totals[busy];
  return totals_of(data_->snapshot, members(entity), horizon(data_->basis));
}

std::optional<std::vector<Step>> Entities::why(AddressId a, AddressId b) const {
  if (!entity(a) || !entity(b)) return std::nullopt;
  return data_->forest().why(a, b);
}

const std::vector<HeldBackJoin>& Entities::held_back() const {
  return data_->held_back;
}

void Entities::each(const std::function<void(AddressId address, AddressId entity)>& visit) const {
  for (std::size_t address = 0; address < data_->names.size(); ++address)
    if (const std::uint32_t name = data_->names[address])
      visit(static_cast<AddressId>(address), name - 1);
}

void Entities::each_joined(
    const std::function<void(AddressId entity, std::uint64_t members)>& visit) const {
  for (std::size_t i = 0; i < data_->joined.size(); ++i)
    visit(data_->joined[i].name, data_->joined[i].count);
}

std::vector<std::string> verify_stored_entities(const std::string& directory, FileSystem& files) {
  return EntityStore(directory, files).verify();
}

}  // namespace clew::graph
