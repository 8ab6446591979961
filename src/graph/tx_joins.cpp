#include "graph/tx_joins.h"

namespace clew::graph {

namespace {

std::vector<Rule> change_rules(RuleSet rules) {
  std::vector<Rule> list = rules.list();
  // multi_input_change finds outputs that co-spending has joined already: nothing is left to join.
  std::erase_if(list, [](Rule rule) {
    return rule == Rule::multi_input || rule == Rule::multi_input_change;
  });
  return list;
}

}  // namespace

TxJoins::TxJoins(const ledger::Snapshot& snapshot, const EntityOptions& options)
    : snapshot_(snapshot),
      options_(options),
      by_inputs_(options.rules.has(Rule::multi_input)),
      change_rules_(change_rules(options.rules)),
      needed_(FactsNeeded::by(options.rules)),
      reader_(snapshot, options.as_of_height.value_or(~std::uint32_t{0})) {}

bool TxJoins::left_out(const ledger::TxRow& row) const {
  return !options_.with_coinjoins && row.input_count > 1 && options_.coinjoins.is_coinjoin &&
         options_.coinjoins.is_coinjoin(row.index);
}

}  // namespace clew::graph
