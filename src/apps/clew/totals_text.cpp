#include "apps/clew/totals_text.h"

#include <iostream>

#include "apps/clew/count_text.h"

namespace clew::app {

void print_totals(const graph::Totals& t, const bitcoin::ChainParams& chain) {
  const auto amount = [&](bool known, std::int64_t value) {
    return known ? amount_text(value, chain) : std::string("unknown");
  };
  // Outputs that lie outside may have been spent there, so that a balance is no least one.
  const bool part = t.unknown_inputs > 0;
  const auto* at_least = part ? "at least " : "";
  std::cout << "  balance   " << amount(t.knows_received(), t.balance)
            << (part && t.knows_received() ? " of the outputs in this ledger" : "") << '\n'
            << "  received  " << (t.knows_received() ? at_least : "")
            << amount(t.knows_received(), t.received) << " in " << counted(t.outputs, "output")
            << " of " << counted(t.paying_txs, "transaction") << '\n'
            << "  spent     " << (t.knows_spent() ? at_least : "")
            << amount(t.knows_spent(), t.spent) << " in " << counted(t.inputs, "input") << " of "
            << counted(t.spending_txs, "transaction") << '\n';
  if (t.unknown_inputs > 0)
    std::cout << "            of these " << counted(t.unknown_inputs, "input")
              << " of unknown value, spent from outside this ledger\n";
  if (!t.empty())
    std::cout << "  seen      " << time_text(t.first_time) << " (height " << t.first_height
              << ") to " << time_text(t.last_time) << " (height " << t.last_height << ") UTC\n";
}

Json totals_json(const graph::Totals& t) {
  const auto amount = [](bool known, std::int64_t value) {
    return known ? Json(value) : Json(nullptr);
  };
  Json document = {{"balance", amount(t.knows_received(), t.balance)},
                   {"received", amount(t.knows_received(), t.received)},
                   {"spent", amount(t.knows_spent(), t.spent)},
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
