#include "apps/clew/totals_text.h"

#include <iostream>

#include "apps/clew/count_text.h"

namespace clew::app {

void print_totals(const graph::Totals& t, const bitcoin::ChainParams& chain) {
  std::cout << "  balance   " << amount_text(t.balance, chain) << '\n'
            << "  received  " << amount_text(t.received, chain) << " in "
            << counted(t.outputs, "output") << " of " << counted(t.paying_txs, "transaction")
            << '\n'
            << "  spent     " << amount_text(t.spent, chain) << " in " << counted(t.inputs, "input")
            << " of " << counted(t.spending_txs, "transaction") << '\n';
  if (t.unknown_inputs > 0)
    std::cout << "            and " << counted(t.unknown_inputs, "input")
              << " of unknown value, spent from outside this ledger\n";
  if (!t.empty())
    std::cout << "  seen      " << time_text(t.first_time) << " (height " << t.first_height
              << ") to " << time_text(t.last_time) << " (height " << t.last_height << ") UTC\n";
}

Json totals_json(const graph::Totals& t) {
  Json document = {{"balance", t.balance},
                   {"received", t.received},
                   {"spent", t.spent},
                   {"outputs", t.outputs},
                   {"inputs", t.inputs},
                   {"unknown_inputs", t.unknown_inputs},
                   {"paying_transactions", t.paying_txs},
                   {"spending_transactions", t.spending_txs},
                   {"first_seen", nullptr},
                   {"last_seen", nullptr}};
  if (t.empty()) return document;
  document["first_seen"] = {{"height", t.first_height}, {"time", t.first_time}};
  document["last_seen"] = {{"height", t.last_height}, {"time", t.last_time}};
  return document;
}

}  // namespace clew::app
