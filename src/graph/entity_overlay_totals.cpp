// Totals of entities that have a busy part: its stored sum, and what other parts and the head add.
#include <algorithm>

#include "graph/amount_sum.h"
#include "graph/entity_overlay.h"

namespace clew::graph {

using ledger::BlockRow;
using ledger::TxIndex;
using ledger::TxRow;
using Movement = TotalsMeter::Movement;

namespace {

void add_totals(Totals& sum, const Totals& more) {
  if (more.empty()) return;
  sum.outputs += more.outputs;
  sum.inputs += more.inputs;
  sum.unknown_inputs += more.unknown_inputs;
  sum.paying_txs += more.paying_txs;
  sum.spending_txs += more.spending_txs;
  add_to(sum.received, more.received);
  add_to(sum.spent, more.spent);
  add_to(sum.balance, more.balance);
  if (more.first_height < sum.first_height) {
    sum.first_height = more.first_height;
    sum.first_time = more.first_time;
  }
  if (more.last_height > sum.last_height) {
    sum.last_height = more.last_height;
    sum.last_time = more.last_time;
  }
}

}  // namespace

// Of a component of the base, in the order of the head's transactions.
std::vector<Movement> EntityOverlay::head_movements(ComponentId component) const {
  std::vector<Movement> movements;
  for (const BlockRow& block : head_) {
    for (TxIndex tx = block.first_tx; tx < block.first_tx + block.tx_count; ++tx) {
      const TxRow row = snapshot_.tx(tx);
      const auto add = [&](bool spends, std::uint64_t number, AddressId address) {
        if (!is_new(address) && base_.entity(address) == component)
          movements.push_back({{spends, number, tx}, block.height, block.header.time});
      };
      for (std::uint64_t i = row.first_input; i < row.first_input + row.input_count; ++i)
        add(true, i, snapshot_.input_address(i));
      for (std::uint64_t o = row.first_output; o < row.first_output + row.output_count; ++o)
        add(false, o, snapshot_.output_address(o));
    }
  }
  return movements;
}

// Whether a component of the base spends in, or is paid by, a transaction.
bool EntityOverlay::takes_part(ComponentId component, TxIndex tx, bool spends) const {
  const TxRow row = snapshot_.tx(tx);
  const std::uint64_t first = spends ? row.first_input : row.first_output;
  const std::uint32_t count = spends ? row.input_count : row.output_count;
  for (std::uint64_t i = first; i < first + count; ++i) {
    const AddressId address = spends ? snapshot_.input_address(i) : snapshot_.output_address(i);
    if (!is_new(address) && base_.entity(address) == component) return true;
  }
  return false;
}

// A transaction of the base that moves both the stored component and one beside it was counted
// twice. `beside` is by transaction.
void EntityOverlay::count_once(Totals& totals, ComponentId component,
                               std::span<const Movement> beside) const {
  for (const bool spends : {false, true}) {
    TxIndex last = ledger::kNone;
    for (const auto& [posting, height, time] : beside) {
      if (posting.spends != spends || posting.tx == last || posting.tx >= base_txs_) continue;
      last = posting.tx;
      if (takes_part(component, posting.tx, spends))
        --(spends ? totals.spending_txs : totals.paying_txs);
    }
  }
}

Totals EntityOverlay::totals(AddressId entity) const {
  const auto parts = components(entity);
  std::optional<Totals> stored;
  ComponentId busiest = 0;
  for (const ComponentId part : parts) {
    const auto sum = is_new(part) ? std::nullopt : base_.stored_totals(part);
    if (!sum || (stored && sum->outputs + sum->inputs <= stored->outputs + stored->inputs))
      continue;
    stored = sum;
    busiest = part;
  }
  std::vector<AddressId> beside;
  for (const ComponentId part : parts) {
    if (stored && part == busiest) continue;
    const auto members =
        is_new(part) ? std::vector<AddressId>{part} : base_.members(part, 0, ledger::kNone);
    beside.insert(beside.end(), members.begin(), members.end());
  }
  if (!stored) return totals_of(snapshot_, beside);
  std::vector<Movement> movements = movements_of(snapshot_, beside);
  const auto head = head_movements(busiest);
  movements.insert(movements.end(), head.begin(), head.end());
  std::sort(movements.begin(), movements.end(),
            [](const Movement& a, const Movement& b) { return a.posting.tx < b.posting.tx; });
  TotalsMeter meter;
  for (const Movement& movement : movements)
    meter.add(snapshot_, movement);
  add_totals(*stored, meter.totals());
  count_once(*stored, busiest, movements);
  return *stored;
}

}  // namespace clew::graph
