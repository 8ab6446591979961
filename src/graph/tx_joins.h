// What the rules that are switched on join in one transaction.
#pragma once

#include <algorithm>
#include <vector>

#include "graph/change.h"
#include "graph/entities.h"
#include "graph/tx_facts.h"

namespace clew::graph {

// One thread at a time. `options` must outlive this object.
class TxJoins {
 public:
  // Rules that look ahead see the blocks up to the options' height.
  TxJoins(const ledger::Snapshot& snapshot, const EntityOptions& options);

  // False if the transaction joins nothing: a coinbase, a CoinJoin, too few inputs.
  bool joins(const ledger::TxRow& row) const {
    return !row.coinbase && (row.input_count > 1 || by_change()) && !left_out(row);
  }
  bool by_inputs() const { return by_inputs_; }
  bool by_change() const { return !change_rules_.empty(); }

  // Calls visit(address) for each input that has one, in order.
  template <class Visit>
  void each_input(const ledger::TxRow& row, Visit&& visit) const {
    for (std::uint32_t i = 0; i < row.input_count; ++i)
      if (const AddressId address = snapshot_.input_address(row.first_input + i);
          address != ledger::kNoAddress)
        visit(address);
  }
  // Calls visit(payer, change, rule) for each change output, rule by rule.
  template <class Visit>
  void each_change(const ledger::TxRow& row, Visit&& visit) {
    reader_.read(row, needed_, facts_);
    const auto payer =
        std::find_if(facts_.inputs.begin(), facts_.inputs.end(),
                     [](const InputFacts& input) { return input.address != ledger::kNoAddress; });
    if (payer == facts_.inputs.end()) return;
    for (const Rule rule : change_rules_)
      for (const std::uint32_t output : change_to_join(rule, facts_))
        visit(payer->address, facts_.outputs[output].address, rule);
  }

 private:
  bool left_out(const ledger::TxRow& row) const;

  const ledger::Snapshot snapshot_;
  const EntityOptions& options_;
  const bool by_inputs_;
  const std::vector<Rule> change_rules_;
  const FactsNeeded needed_;
  const FactsReader reader_;
  TxFacts facts_;
};

}  // namespace clew::graph
