// Builds the columns of entities: one pass over the transactions in chain order joins, the next
// ones name the entities, list their members and sum up the busy ones.
#include <algorithm>
#include <bit>
#include <numeric>

#include "graph/block_order.h"
#include "graph/entity_data.h"
#include "graph/tx_joins.h"
#include "graph/union_forest.h"

namespace clew::graph {

namespace {

using ledger::BlockRow;
using ledger::Snapshot;
using ledger::TxRow;

constexpr std::size_t kBatchRows = 1 << 16;
constexpr std::uint32_t kBusyMovements = 4096;

struct Columns {
  UnionForest forest;
  HugeArray<std::uint32_t> names;
  std::vector<EntityRow> joined;
  std::vector<AddressId> members;
  std::vector<BusyRow> busy;
  std::vector<Totals> busy_totals;
};

class EntityBuilder {
 public:
  EntityBuilder(const Snapshot& snapshot, const EntityOptions& options)
      : snapshot_(snapshot),
        options_(options),
        blocks_(blocks_by_height(snapshot, 0, options.as_of_height.value_or(~std::uint32_t{0}))),
        joins_(snapshot, options) {
    // Chain order, whatever the order of arrival: evidence follows from content alone.
    for (const BlockRow& block : blocks_)
      tx_count_ += block.tx_count;
  }

  Result<std::shared_ptr<EntityData>> build();

 private:
  template <class Visit>
  void each_tx(Visit&& visit) const;

  void join_all(ServiceGuard* guard);
  void add_inputs(const TxRow& row, ServiceGuard* guard);
  void flush(ServiceGuard* guard);
  void join_change(const TxRow& row, ServiceGuard* guard);

  Result<void> count_movements();
  Result<void> name_entities();
  void list_members();
  void sum_up_busy();
  std::shared_ptr<EntityData> finish(std::vector<HeldBackJoin> held_back);

  const Snapshot& snapshot_;
  const EntityOptions& options_;
  const std::vector<BlockRow> blocks_;  // up to the horizon, by height
  std::uint64_t tx_count_ = 0;          // of those blocks
  TxJoins joins_;

  std::shared_ptr<Columns> columns_ = std::make_shared<Columns>();
  std::vector<Participant> batch_;
  TxIndex batch_base_ = 0;
  HugeArray<std::uint32_t> movements_;  // by address, then by entity's name
  std::uint64_t address_count_ = 0, entity_count_ = 0;
};

template <class Visit>
void EntityBuilder::each_tx(Visit&& visit) const {
  for (const BlockRow& block : blocks_)
    for (TxIndex tx = block.first_tx; tx < block.first_tx + block.tx_count; ++tx)
      visit(snapshot_.tx(tx), block);
}

void EntityBuilder::join_all(ServiceGuard* guard) {
  std::uint64_t done = 0;
  each_tx([&](const TxRow& row, const BlockRow&) {
    if (options_.progress && (++done & 0xfff) == 0) options_.progress(done, tx_count_);
    if (!joins_.joins(row)) return;
    if (joins_.by_inputs() && row.input_count > 1) add_inputs(row, guard);
    if (joins_.by_change()) {
      flush(guard);  // joins are made in chain order
      join_change(row, guard);
    }
  });
  flush(guard);
  if (options_.progress) options_.progress(tx_count_, tx_count_);
}

void EntityBuilder::add_inputs(const TxRow& row, ServiceGuard* guard) {
  const bool far = row.index < batch_base_ || row.index - batch_base_ > ~std::uint32_t{0};
  if (batch_.size() >= kBatchRows || far) flush(guard);
  if (batch_.empty()) batch_base_ = row.index;
  const auto tx = static_cast<std::uint32_t>(row.index - batch_base_);
  joins_.each_input(row, [&](AddressId address) { batch_.push_back({tx, address}); });
}

void EntityBuilder::flush(ServiceGuard* guard) {
  columns_->forest.join_runs(batch_, batch_base_, static_cast<RuleId>(Rule::multi_input), guard);
  batch_.clear();
}

void EntityBuilder::join_change(const TxRow& row, ServiceGuard* guard) {
  joins_.each_change(row, [&](AddressId payer, AddressId change, Rule rule) {
    columns_->forest.join(payer, change, row.index, static_cast<RuleId>(rule), guard);
  });
}

// How often each address appears up to the horizon: 0 means that it was not known then.
Result<void> EntityBuilder::count_movements() {
  CLEW_TRY(movements, HugeArray<std::uint32_t>::make(columns_->forest.size()));
  movements_ = std::move(movements);
  const auto count = [&](AddressId address) {
    if (address == ledger::kNoAddress) return;
    std::uint32_t& seen = movements_[address];
    if (seen == 0) ++address_count_;
    if (seen != ~std::uint32_t{0}) ++seen;
  };
  each_tx([&](const TxRow& row, const BlockRow&) {
    for (std::uint32_t i = 0; i < row.input_count; ++i)
      count(snapshot_.input_address(row.first_input + i));
    for (std::uint32_t i = 0; i < row.output_count; ++i)
      count(snapshot_.output_address(row.first_output + i));
  });
  return {};
}

// The first bytes of an address in canonical order, so that few comparisons read both.
std::uint64_t leading_bytes(const bitcoin::Address& address) {
  std::uint64_t key = static_cast<std::uint64_t>(address.kind);
  for (std::size_t i = 0; i < 7; ++i)
    key = key << 8 | address.payload[i];
  return key;
}

Result<void> EntityBuilder::name_entities() {
  UnionForest& forest = columns_->forest;
  const std::uint32_t size = forest.size();
  CLEW_TRY(names, HugeArray<std::uint32_t>::make(size));
  CLEW_TRY(keys, HugeArray<std::uint64_t>::make(size));  // of the best name, at the root
  for (AddressId id = 0; id < size; ++id) {
    if (movements_[id] == 0) continue;
    const AddressId root = forest.find(id);
    const bitcoin::Address address = snapshot_.address(id);
    const std::uint64_t key = leading_bytes(address);
    const bool first = names[root] == 0;
    if (first || key < keys[root] ||
        (key == keys[root] && address < snapshot_.address(names[root] - 1))) {
      names[root] = id + 1;
      keys[root] = key;
    }
    if (root == id) ++entity_count_;
  }
  for (AddressId id = 0; id < size; ++id)
    if (movements_[id] != 0) names[id] = names[forest.find(id)];
  columns_->names = std::move(names);
  return {};
}

// Counting sort of the addresses by entity; leaves the entities' movements in movements_.
void EntityBuilder::list_members() {
  const HugeArray<std::uint32_t>& names = columns_->names;
  std::vector<std::uint32_t> place(names.size(), 0);  // by name: members, then where the next goes
  for (AddressId id = 0; id < names.size(); ++id) {
    if (names[id] == 0) continue;
    const AddressId name = names[id] - 1;
    ++place[name];
    if (name == id) continue;
    std::uint32_t& sum = movements_[name];
    sum = movements_[id] > ~sum ? ~std::uint32_t{0} : sum + movements_[id];
    movements_[id] = 0;
  }
  std::uint32_t total = 0;
  for (AddressId id = 0; id < names.size(); ++id) {
    if (place[id] > 1) {
      columns_->joined.push_back({id, place[id], total});
      total += place[id];
      place[id] = total - place[id] + 1;  // 1 + the first place; 0 and 1 mean "no row"
    } else {
      place[id] = 0;
    }
  }
  columns_->members.resize(total);
  for (AddressId id = 0; id < names.size(); ++id) {
    if (names[id] == 0 || place[names[id] - 1] == 0) continue;
    columns_->members[place[names[id] - 1]++ - 1] = id;
  }
}

void EntityBuilder::sum_up_busy() {
  const HugeArray<std::uint32_t>& names = columns_->names;
  for (AddressId id = 0; id < movements_.size(); ++id)
    if (movements_[id] >= kBusyMovements) columns_->busy.push_back({id});
  std::vector<TotalsMeter> meters(columns_->busy.size());
  if (meters.empty()) return;
  const auto meter_of = [&](AddressId address) -> TotalsMeter* {
    if (address == ledger::kNoAddress) return nullptr;
    const AddressId name = names[address] - 1;
    if (movements_[name] < kBusyMovements) return nullptr;
    const auto row =
        std::lower_bound(columns_->busy.begin(), columns_->busy.end(), name,
                         [](const BusyRow& busy, AddressId wanted) { return busy.name < wanted; });
    return &meters[static_cast<std::size_t>(row - columns_->busy.begin())];
  };
  each_tx([&](const TxRow& row, const BlockRow& block) {
    const auto add = [&](bool spends, std::uint64_t number, AddressId address) {
      if (TotalsMeter* meter = meter_of(address))
        meter->add(snapshot_, {{spends, number, row.index}, block.height, block.header.time});
    };
    for (std::uint64_t i = row.first_input; i < row.first_input + row.input_count; ++i)
      add(true, i, snapshot_.input_address(i));
    for (std::uint64_t i = row.first_output; i < row.first_output + row.output_count; ++i)
      add(false, i, snapshot_.output_address(i));
  });
  for (const TotalsMeter& meter : meters)
    columns_->busy_totals.push_back(meter.totals());
}

std::shared_ptr<EntityData> EntityBuilder::finish(std::vector<HeldBackJoin> held_back) {
  auto data = std::make_shared<EntityData>(snapshot_);
  data->basis = basis_of(snapshot_, options_);
  data->address_count = address_count_;
  data->entity_count = entity_count_;
  data->nodes = Column<ForestNode>(columns_->forest.nodes());
  data->edges = Column<Edge>(columns_->forest.edges());
  data->names = Column<std::uint32_t>(std::span(columns_->names.data(), columns_->names.size()));
  data->joined = Column<EntityRow>(columns_->joined);
  data->members = Column<AddressId>(columns_->members);
  data->busy = Column<BusyRow>(columns_->busy);
  data->busy_totals = Column<Totals>(columns_->busy_totals);
  data->held_back = std::move(held_back);
  data->owner = columns_;
  return data;
}

Result<std::shared_ptr<EntityData>> EntityBuilder::build() {
  if (options_.rules == RuleSet{}) return fail(ErrorKind::usage, "no rule is given");
  CLEW_TRY(forest, UnionForest::create(static_cast<std::uint32_t>(snapshot_.address_count())));
  columns_->forest = std::move(forest);
  std::optional<ServiceGuard> guard;
  if (options_.services.load) guard.emplace(options_.services.load());
  join_all(guard ? &*guard : nullptr);
  CLEW_CHECK(count_movements());
  CLEW_CHECK(name_entities());
  list_members();
  sum_up_busy();
  return finish(guard ? guard->held_back() : std::vector<HeldBackJoin>{});
}

}  // namespace

void EntityData::drop_unknown_tail() {
  std::size_t known = names.size();
  while (known > 0 && names[known - 1] == 0)
    --known;
  names = names.first(known);
  nodes = nodes.first(known);
}

Result<std::shared_ptr<EntityData>> build_entities(const Snapshot& snapshot,
                                                   const EntityOptions& options) {
  return EntityBuilder(snapshot, options).build();
}

}  // namespace clew::graph
