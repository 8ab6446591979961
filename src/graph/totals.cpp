#include "graph/totals.h"

#include <algorithm>

#include "graph/amount_sum.h"

namespace clew::graph {

void TotalsMeter::add(const ledger::Snapshot& snapshot, const Movement& movement) {
  const ledger::Posting& posting = movement.posting;
  const bool first = totals_.empty();
  if (posting.spends) {
    ++totals_.inputs;
    if (posting.tx != last_spending_) ++totals_.spending_txs;
    last_spending_ = posting.tx;
    if (const auto value = snapshot.input_value(posting.row)) {
      add_to(totals_.spent, *value);
      if (snapshot.spent_output(posting.row)) add_to(totals_.balance, -*value);
    } else {
      ++totals_.unknown_inputs;
    }
  } else {
    ++totals_.outputs;
    if (posting.tx != last_paying_) ++totals_.paying_txs;
    last_paying_ = posting.tx;
    const std::int64_t value = snapshot.value(posting.row);
    add_to(totals_.received, value);
    add_to(totals_.balance, value);
  }
  if (first || movement.height < totals_.first_height) {
    totals_.first_height = movement.height;
    totals_.first_time = movement.time;
  }
  if (first || movement.height > totals_.last_height) {
    totals_.last_height = movement.height;
    totals_.last_time = movement.time;
  }
}

std::vector<TotalsMeter::Movement> movements_of(const ledger::Snapshot& snapshot,
                                                std::span<const ledger::AddressId> addresses,
                                                std::uint32_t horizon) {
  std::vector<TotalsMeter::Movement> movements;
  for (const ledger::AddressId address : addresses) {
    for (const ledger::Posting& posting : snapshot.history(address)) {
      const ledger::BlockIndex block = snapshot.block_of_tx(posting.tx);
      const std::uint32_t height = snapshot.height_of(block);
      if (height <= horizon) movements.push_back({posting, height, snapshot.time_of(block)});
    }
  }
  // Of one address they are grouped already, and their sums do not depend on the order.
  if (addresses.size() > 1)
    std::sort(movements.begin(), movements.end(),
              [](const auto& a, const auto& b) { return a.posting.tx < b.posting.tx; });
  return movements;
}

Totals totals_of(const ledger::Snapshot& snapshot, std::span<const ledger::AddressId> addresses,
                 std::uint32_t horizon) {
  TotalsMeter meter;
  for (const TotalsMeter::Movement& movement : movements_of(snapshot, addresses, horizon))
    meter.add(snapshot, movement);
  return meter.totals();
}

}  // namespace clew::graph
