#include "graph/entity_overlay.h"

#include <algorithm>

#include "graph/tx_joins.h"

namespace clew::graph {

using ledger::BlockRow;
using ledger::TxIndex;
using ledger::TxRow;

namespace {

Edge edge_of(AddressId a, AddressId b, TxIndex tx, Rule rule) {
  return {a,
          b,
          static_cast<std::uint32_t>(tx),
          static_cast<std::uint8_t>(tx >> 32),
          static_cast<RuleId>(rule),
          0};
}

// The members of a component one by one; those of a large one are fetched a page at a time.
class MemberCursor {
 public:
  MemberCursor(const EntityColumns* base, ComponentId component)
      : base_(base), component_(component), page_{component} {
    if (base_ != nullptr) fetch();
  }
  AddressId here() const { return page_[place_]; }
  // False after the last.
  bool step() {
    if (++place_ < page_.size()) return true;
    if (base_ == nullptr) return false;
    fetch();
    return !page_.empty();
  }

 private:
  static constexpr std::size_t kPage = 1024;

  void fetch() {
    page_ = base_->members(component_, fetched_, kPage);
    fetched_ += page_.size();
    place_ = 0;
  }

  const EntityColumns* base_;  // null: the component is one address
  ComponentId component_;
  std::vector<AddressId> page_;
  std::size_t place_ = 0;
  std::uint64_t fetched_ = 0;
};

}  // namespace

EntityOverlay::EntityOverlay(const ledger::Snapshot& snapshot, const FinalEntities& base,
                             const EntityOptions& options, const PartyNumbers& parties)
    : snapshot_(snapshot),
      basis_(basis_of(snapshot, options)),
      base_(base.data),
      base_addresses_(base.data->names.size()),
      base_txs_(base.part.tx_count),
      head_(blocks_by_height(snapshot, base.part.block_count)) {
  for (HeldBackJoin join : base_.held_back()) {
    join.service_a = parties.original(join.service_a);
    join.service_b = parties.original(join.service_b);
    held_back_.push_back(join);
  }
  std::optional<ServiceGuard> guard;
  if (options.services.load) {
    // Below, all labelled addresses of one component are of one service.
    std::vector<ServiceAddress> labelled = parties.labelled();
    for (ServiceAddress& one : labelled)
      one.address = component_of(one.address);
    guard.emplace(labelled);
  }
  join_head(options, guard ? &*guard : nullptr);
  forest_.seal();
  name_groups();
  if (guard)
    held_back_.insert(held_back_.end(), guard->held_back().begin(), guard->held_back().end());
}

// Goes through the head as building goes through the whole: what is joined, and in which order, is
// the same.
void EntityOverlay::join_head(const EntityOptions& options, ServiceGuard* guard) {
  TxJoins joins(snapshot_, options);
  const auto join = [&](AddressId a, AddressId b, TxIndex tx, Rule rule) {
    if (a == b) return;
    forest_.join({edge_of(a, b, tx, rule), component_of(a), component_of(b)}, guard);
  };
  for (const BlockRow& block : head_) {
    for (TxIndex tx = block.first_tx; tx < block.first_tx + block.tx_count; ++tx) {
      const TxRow row = snapshot_.tx(tx);
      if (!joins.joins(row)) continue;
      std::optional<AddressId> first;
      if (joins.by_inputs() && row.input_count > 1)
        joins.each_input(row, [&](AddressId address) {
          if (!first) first = address;
          join(*first, address, tx, Rule::multi_input);
        });
      if (joins.by_change())
        joins.each_change(row, [&](AddressId payer, AddressId change, Rule rule) {
          join(payer, change, tx, rule);
        });
    }
  }
}

// A component's number is its name, so the smallest of these names the group.
void EntityOverlay::name_groups() {
  for (std::size_t group = 0; group < forest_.group_count(); ++group) {
    const auto components = forest_.group(group);
    Joined joined{components[0], 0};
    bitcoin::Address smallest = snapshot_.address(joined.name);
    for (const ComponentId component : components) {
      joined.members += component_size(component);
      const bitcoin::Address address = snapshot_.address(component);
      if (!(address < smallest)) continue;
      smallest = address;
      joined.name = component;
    }
    joined_.push_back(joined);
  }
}

ComponentId EntityOverlay::component_of(AddressId address) const {
  return is_new(address) ? address : base_.entity(address).value_or(address);
}

std::uint64_t EntityOverlay::component_size(ComponentId component) const {
  return is_new(component) ? 1 : base_.member_count(component);
}

AddressId EntityOverlay::name_of(ComponentId component) const {
  const auto group = forest_.group_of(component);
  return group ? joined_[*group].name : component;
}

std::uint64_t EntityOverlay::entity_count() const {
  return base_.entity_count() + (address_count() - base_addresses_) - forest_.edge_count();
}

std::optional<AddressId> EntityOverlay::entity(AddressId address) const {
  if (address >= address_count()) return std::nullopt;
  return name_of(component_of(address));
}

std::vector<ComponentId> EntityOverlay::components(AddressId entity) const {
  if (this->entity(entity) != entity) return {};
  const auto group = forest_.group_of(entity);
  if (!group) return {entity};
  const auto components = forest_.group(*group);
  return {components.begin(), components.end()};
}

std::uint64_t EntityOverlay::member_count(AddressId entity) const {
  if (this->entity(entity) != entity) return 0;
  const auto group = forest_.group_of(entity);
  return group ? joined_[*group].members : component_size(entity);
}

std::vector<AddressId> EntityOverlay::members(AddressId entity, std::uint64_t offset,
                                              std::uint64_t limit) const {
  const auto parts = components(entity);
  const std::uint64_t count = member_count(entity);
  if (offset >= count || limit == 0) return {};
  if (parts.size() == 1 && !is_new(entity)) return base_.members(entity, offset, limit);
  const auto later = [](const MemberCursor& a, const MemberCursor& b) {
    return a.here() > b.here();
  };
  std::vector<MemberCursor> heap;
  for (const ComponentId part : parts)
    heap.emplace_back(is_new(part) ? nullptr : &base_, part);
  std::make_heap(heap.begin(), heap.end(), later);
  std::vector<AddressId> page;
  const std::uint64_t wanted = std::min(limit, count - offset);
  for (std::uint64_t n = 0; page.size() < wanted && !heap.empty(); ++n) {
    std::pop_heap(heap.begin(), heap.end(), later);
    if (n >= offset) page.push_back(heap.back().here());
    if (heap.back().step())
      std::push_heap(heap.begin(), heap.end(), later);
    else
      heap.pop_back();
  }
  return page;
}

// The forest of all unions in chain order is that of the base with the head's edges between its
// trees, so the one path leads through base trees from edge to edge.
std::optional<std::vector<Step>> EntityOverlay::why(AddressId a, AddressId b) const {
  if (!entity(a) || !entity(b)) return std::nullopt;
  ComponentId component = component_of(a);
  const auto way = forest_.way(component, component_of(b));
  if (!way) return std::nullopt;
  std::vector<Step> steps;
  const auto walk_to = [&](AddressId to) {
    if (a == to) return;
    const auto below = base_.why(a, to);
    if (below) steps.insert(steps.end(), below->begin(), below->end());
    a = to;
  };
  for (const OverlayEdge& made : *way) {
    const bool from_a = made.component_a == component;
    walk_to(from_a ? made.edge.a : made.edge.b);
    const AddressId next = made.edge.other(a);
    steps.push_back({a, next, made.edge.tx(), made.edge.rule});
    a = next;
    component = from_a ? made.component_b : made.component_a;
  }
  walk_to(b);
  return steps;
}

void EntityOverlay::each(const std::function<void(AddressId, AddressId)>& visit) const {
  base_.each([&](AddressId address, AddressId component) { visit(address, name_of(component)); });
  for (std::uint64_t id = base_addresses_; id < address_count(); ++id)
    visit(static_cast<AddressId>(id), name_of(static_cast<AddressId>(id)));
}

void EntityOverlay::each_joined(const std::function<void(AddressId, std::uint64_t)>& visit) const {
  std::vector<Joined> joined = joined_;
  std::sort(joined.begin(), joined.end(),
            [](const Joined& a, const Joined& b) { return a.name < b.name; });
  auto next = joined.begin();
  const auto visit_below = [&](std::uint64_t name) {
    for (; next != joined.end() && next->name < name; ++next)
      visit(next->name, next->members);
  };
  base_.each_joined([&](AddressId name, std::uint64_t members) {
    if (forest_.group_of(name)) return;
    visit_below(name);
    visit(name, members);
  });
  visit_below(ledger::kNone);
}

}  // namespace clew::graph
