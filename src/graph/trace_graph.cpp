#include "graph/trace_graph.h"

#include <map>

#include "graph/taint.h"

namespace clew::graph {

namespace {

// Enough for the transactions of any block.
constexpr int kPositionBits = 32;

constexpr std::uint64_t kPage = 1 << 16;  // movements read at once

}  // namespace

LedgerFlow::LedgerFlow(ledger::Snapshot snapshot) : snapshot_(std::move(snapshot)) {
  const auto blocks = static_cast<BlockIndex>(snapshot_.block_count());
  for (BlockIndex i = 1; i < blocks && chronological_; ++i)
    chronological_ = snapshot_.height_of(i - 1) < snapshot_.height_of(i);
}

FlowShape LedgerFlow::shape(TxIndex tx) const {
  const auto row = snapshot_.tx(tx);
  return {row.first_input, row.first_output, row.input_count, row.output_count, row.coinbase};
}

void LedgerFlow::load(TxIndex tx, FlowTx& out) const {
  out.shape = shape(tx);
  const auto& shape = out.shape;
  out.spent.resize(shape.input_count);
  out.input_values.resize(shape.coinbase ? 0 : shape.input_count);
  out.output_values.resize(shape.output_count);
  // Links first, then values: these are far apart, and so their reads can overlap.
  for (std::uint32_t i = 0; i < shape.input_count; ++i)
    out.spent[i] =
        shape.coinbase ? kNone : snapshot_.spent_output(shape.first_input + i).value_or(kNone);
  for (std::uint32_t i = 0; i < out.input_values.size(); ++i)
    out.input_values[i] =
        out.spent[i] != kNone
            ? snapshot_.value(out.spent[i])
            : snapshot_.input_value(shape.first_input + i).value_or(kUnknownValue);
  for (std::uint32_t i = 0; i < shape.output_count; ++i)
    out.output_values[i] = snapshot_.value(shape.first_output + i);
}

std::int64_t LedgerFlow::value(OutputId output) const {
  return snapshot_.value(output);
}

AddressId LedgerFlow::address(OutputId output) const {
  return snapshot_.output_address(output);
}

AddressId LedgerFlow::input_address(InputId input) const {
  return snapshot_.input_address(input);
}

TxIndex LedgerFlow::creator(OutputId output) const {
  return snapshot_.tx_of_output(output);
}

TxIndex LedgerFlow::spender(OutputId output) const {
  return snapshot_.spender(output).value_or(kNone);
}

bool LedgerFlow::unspendable(OutputId output) const {
  return snapshot_.output_address(output) == kNoAddress &&
         snapshot_.output_type(output) == bitcoin::ScriptType::op_return;
}

FlowTime LedgerFlow::when(TxIndex tx) const {
  const auto block = snapshot_.block_of_tx(tx);
  return {snapshot_.height_of(block), snapshot_.time_of(block)};
}

std::uint64_t LedgerFlow::order(TxIndex tx) const {
  if (chronological_) return tx;
  const auto block = snapshot_.block(snapshot_.block_of_tx(tx));
  return std::uint64_t{block.height} << kPositionBits | (tx - block.first_tx);
}

std::vector<OutputId> LedgerFlow::received(AddressId address, const TraceWindow& window,
                                           std::uint64_t limit) const {
  std::vector<OutputId> outputs;
  for (std::uint64_t offset = 0; outputs.size() < limit; offset += kPage) {
    const auto page = snapshot_.history(address, offset, kPage);
    for (const auto& posting : page)
      if (!posting.spends && outputs.size() < limit &&
          (window.is_open() || window.holds(when(posting.tx))))
        outputs.push_back(posting.row);
    if (page.size() < kPage) break;
  }
  return outputs;
}

std::vector<OutsideSpend> LedgerFlow::outside_spends(AddressId address, std::uint64_t limit) const {
  std::vector<OutsideSpend> spends;
  if (snapshot_.outside_input_count() == 0) return spends;
  std::map<Hash256, std::uint64_t> makers;
  for (std::uint64_t offset = 0; spends.size() < limit; offset += kPage) {
    const auto page = snapshot_.history(address, offset, kPage);
    for (const auto& posting : page) {
      if (!posting.spends || spends.size() >= limit || snapshot_.spent_output(posting.row))
        continue;
      const auto maker = makers.emplace(snapshot_.outpoint(posting.row).txid, makers.size());
      spends.push_back({posting.row, posting.tx,
                        snapshot_.input_value(posting.row).value_or(kUnknownValue),
                        maker.first->second});
    }
    if (page.size() < kPage) break;
  }
  return spends;
}

}  // namespace clew::graph
