#include "graph/tx_source.h"

namespace clew::graph {

void LedgerTxSource::load(std::uint64_t tx, PaymentTx& out) const {
  const ledger::TxRow row = snapshot_.tx(tx);
  out.tx = tx;
  out.height = snapshot_.height_of(row.block);
  out.time = snapshot_.time_of(row.block);
  out.inputs.clear();
  out.outputs.clear();
  std::int64_t total = 0;
  bool overflow = false;
  for (std::uint64_t o = row.first_output; o < row.first_output + row.output_count; ++o) {
    out.outputs.push_back({snapshot_.output_address(o), snapshot_.value(o)});
    overflow |= __builtin_add_overflow(total, *out.outputs.back().value, &total);
  }
  if (row.coinbase) {
    out.inputs.push_back({kNewCoins, overflow ? std::nullopt : std::optional(total)});
    return;
  }
  for (std::uint64_t i = row.first_input; i < row.first_input + row.input_count; ++i)
    out.inputs.push_back({snapshot_.input_address(i), snapshot_.input_value(i)});
}

}  // namespace clew::graph
