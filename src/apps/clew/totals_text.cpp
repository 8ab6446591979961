#include "apps/clew/totals_text.h"

#include <iostream>

namespace clew::app {

void print_totals(const graph::Totals& t, const bitcoin::ChainParams& chain) {
  std::cout << "  balance   " << amount_text(t.balance, chain) << '\n'
            << "  received  " << amount_text(t.received, chain) << " in " << grouped(t.outputs)
            << " outputs of " << grouped(t.paying_txs) << " transactions\n"
            << "  spent     " << amount_text(t.spent, chain) << " in " << grouped(t.inputs)
            << " inputs of " << grouped(t.spending_txs) << " transactions\n";
  if (t.unknown_inputs > 0)
    std::cout << "            and " << grouped(t.unknown_inputs)
              << " inputs of unknown value: they spend outputs outside this ledger\n";
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
