#include "graph/tx_facts.h"

namespace clew::graph {

namespace {

bool peels(const ledger::TxRow& row) {
  return !row.coinbase && row.input_count == 1 && row.output_count == 2;
}

}  // namespace

FactsNeeded FactsNeeded::by(RuleSet rules) {
  FactsNeeded needed;
  needed.origins = rules.has(Rule::peeling_chain);
  needed.fresh = rules.has(Rule::one_time_change) || rules.has(Rule::legacy) ||
                 rules.has(Rule::client_change_address_behavior);
  needed.used_once = rules.has(Rule::one_time_change);
  needed.fee_rates = rules.has(Rule::fixed_fee);
  needed.spends = needed.fee_rates || rules.has(Rule::peeling_chain) || rules.has(Rule::locktime);
  return needed;
}

bool FactsReader::known(TxIndex tx) const {
  return snapshot_.height_of(snapshot_.block_of_tx(tx)) <= horizon_;
}

std::optional<std::int64_t> FactsReader::fee_rate(const ledger::TxRow& row) const {
  if (row.coinbase || row.weight == 0) return std::nullopt;
  std::int64_t fee = 0;
  for (std::uint32_t i = 0; i < row.input_count; ++i) {
    const auto value = snapshot_.input_value(row.first_input + i);
    if (!value || __builtin_add_overflow(fee, *value, &fee)) return std::nullopt;
  }
  for (std::uint32_t i = 0; i < row.output_count; ++i)
    if (__builtin_sub_overflow(fee, snapshot_.value(row.first_output + i), &fee))
      return std::nullopt;
  std::int64_t scaled = 0;
  if (__builtin_mul_overflow(fee, std::int64_t{1000}, &scaled)) return std::nullopt;
  return scaled / ((row.weight + 3) / 4);  // virtual size: BIP 141
}

std::optional<SpendFacts> FactsReader::read_spend(ledger::OutputId output,
                                                  FactsNeeded needed) const {
  const auto spender = snapshot_.spender(output);
  if (!spender || !known(*spender)) return std::nullopt;
  const ledger::TxRow row = snapshot_.tx(*spender);
  return SpendFacts{row.lock_time > 0, peels(row), needed.fee_rates ? fee_rate(row) : std::nullopt};
}

// Pages through the address's history until the answer is certain: two transactions that pay it or
// two that spend from it. A history is in chain order, so the first posting tells freshness.
void FactsReader::read_usage(TxIndex tx, OutputFacts& output) const {
  constexpr std::uint64_t kPage = 8;
  TxIndex paid_by = ledger::kNone, spent_by = ledger::kNone;
  output.used_once = true;
  for (std::uint64_t offset = 0;; offset += kPage) {
    const auto page = snapshot_.history(output.address, offset, kPage);
    for (std::size_t i = 0; i < page.size(); ++i) {
      const ledger::Posting& posting = page[i];
      if (offset == 0 && i == 0) output.fresh = posting.tx == tx;
      if (!known(posting.tx)) return;
      TxIndex& before = posting.spends ? spent_by : paid_by;
      if (before != ledger::kNone && before != posting.tx) {
        output.used_once = false;
        return;
      }
      before = posting.tx;
    }
    if (page.size() < kPage) return;
  }
}

InputFacts FactsReader::read_input(ledger::InputId input, FactsNeeded needed) const {
  InputFacts facts;
  facts.address = snapshot_.input_address(input);
  facts.value = snapshot_.input_value(input);
  if (const auto spent = snapshot_.spent_output(input)) {
    facts.type = snapshot_.output_type(*spent);
    if (needed.origins) facts.origin_peels = peels(snapshot_.tx(snapshot_.tx_of_output(*spent)));
  }
  return facts;
}

OutputFacts FactsReader::read_output(ledger::OutputId output, TxIndex tx,
                                     FactsNeeded needed) const {
  OutputFacts facts;
  facts.address = snapshot_.output_address(output);
  facts.value = snapshot_.value(output);
  facts.type = snapshot_.output_type(output);
  if (facts.address == ledger::kNoAddress) {
    facts.fresh = facts.used_once = true;  // a script without address is one of a kind
  } else if (needed.used_once) {
    read_usage(tx, facts);
  } else if (needed.fresh) {
    const auto first = snapshot_.history(facts.address, 0, 1);
    facts.fresh = !first.empty() && first.front().tx == tx;
  }
  if (needed.spends) facts.spend = read_spend(output, needed);
  return facts;
}

void FactsReader::read(const ledger::TxRow& row, FactsNeeded needed, TxFacts& out) const {
  out.tx = row.index;
  out.coinbase = row.coinbase;
  out.lock_time = row.lock_time;
  out.fee_rate = needed.fee_rates ? fee_rate(row) : std::nullopt;
  out.inputs.clear();
  out.outputs.clear();
  if (!row.coinbase)
    for (std::uint32_t i = 0; i < row.input_count; ++i)
      out.inputs.push_back(read_input(row.first_input + i, needed));
  for (std::uint32_t i = 0; i < row.output_count; ++i)
    out.outputs.push_back(read_output(row.first_output + i, row.index, needed));
}

}  // namespace clew::graph
