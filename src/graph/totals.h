// What moved through an address or an entity.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ledger/snapshot.h"

namespace clew::graph {

// Counts and sums over the blocks up to a height. Every output and input counts with its whole
// value, also where a transaction pays an address it spends from.
struct Totals {
  std::uint64_t outputs = 0, inputs = 0;  // that pay, that spend
  std::uint64_t unknown_inputs = 0;       // of the inputs: value unknown, not part of `spent`
  std::uint64_t paying_txs = 0, spending_txs = 0;
  std::int64_t received = 0, spent = 0;  // satoshi
  std::int64_t balance = 0;              // satoshi: outputs held in the ledger and not spent
  std::uint32_t first_height = 0, last_height = 0;  // meaningless without outputs and inputs
  std::uint32_t first_time = 0, last_time = 0;      // seconds, of those blocks
  std::uint32_t unused[12] = {};
  bool operator==(const Totals&) const = default;

  bool empty() const { return outputs == 0 && inputs == 0; }
  // Whether the ledger tells any of it. What only spends got all that from outside the ledger, so
  // that neither what it received nor what it holds is known to be nothing.
  bool knows_received() const { return outputs > 0 || inputs == 0; }
  bool knows_spent() const { return unknown_inputs < inputs || inputs == 0; }
};
static_assert(sizeof(Totals) == 128);

// Sums up movements. Those of one transaction must follow each other; transactions may come in any
// order.
class TotalsMeter {
 public:
  // A movement with the block that holds it.
  struct Movement {
    ledger::Posting posting;
    std::uint32_t height = 0, time = 0;
  };
  void add(const ledger::Snapshot& snapshot, const Movement& movement);
  const Totals& totals() const { return totals_; }

 private:
  Totals totals_;
  ledger::TxIndex last_paying_ = ledger::kNone, last_spending_ = ledger::kNone;
};

// Of several addresses, over the blocks up to `horizon`, by transaction if there are several.
std::vector<TotalsMeter::Movement> movements_of(const ledger::Snapshot& snapshot,
                                                std::span<const ledger::AddressId> addresses,
                                                std::uint32_t horizon = ~std::uint32_t{0});

// Of several addresses together, over the blocks up to `horizon`. Costs time and memory in
// proportion to their movements.
Totals totals_of(const ledger::Snapshot& snapshot, std::span<const ledger::AddressId> addresses,
                 std::uint32_t horizon = ~std::uint32_t{0});

}  // namespace clew::graph
