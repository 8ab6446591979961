// What the change rules look at: one transaction's inputs and outputs with what came before and,
// for rules that look ahead, after it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "chain/bitcoin/script.h"
#include "graph/rules.h"
#include "ledger/snapshot.h"

namespace clew::graph {

using ledger::AddressId;
using ledger::TxIndex;

struct InputFacts {
  AddressId address = ledger::kNoAddress;
  std::optional<std::int64_t> value;        // satoshi; nothing if unknown
  std::optional<bitcoin::ScriptType> type;  // of the spent output; nothing if outside the ledger
  bool origin_peels = false;                // created by a one-input, two-output transaction
};

struct SpendFacts {
  bool has_lock_time = false;
  bool peels = false;                    // has one input and two outputs
  std::optional<std::int64_t> fee_rate;  // satoshi per 1,000 virtual bytes
};

struct OutputFacts {
  AddressId address = ledger::kNoAddress;
  std::int64_t value = 0;  // satoshi
  bitcoin::ScriptType type = bitcoin::ScriptType::nonstandard;
  bool fresh = false;      // no earlier transaction shows its address
  bool used_once = false;  // up to the horizon: received in one transaction, spent in ≤ 1
  std::optional<SpendFacts> spend;  // nothing if unspent up to the horizon
};

struct TxFacts {
  TxIndex tx = 0;
  bool coinbase = false;
  std::uint32_t lock_time = 0;
  std::optional<std::int64_t> fee_rate;  // satoshi per 1,000 virtual bytes; nothing if unknown
  std::vector<InputFacts> inputs;        // none of a coinbase
  std::vector<OutputFacts> outputs;
};

// Which facts are worth their price: those that the rules ask for.
struct FactsNeeded {
  bool origins = false, fresh = false, used_once = false, spends = false, fee_rates = false;
  static FactsNeeded by(RuleSet rules);
  static FactsNeeded all() { return {true, true, true, true, true}; }
};

// Reads facts as they were known when the block at `horizon` was the newest.
class FactsReader {
 public:
  explicit FactsReader(ledger::Snapshot snapshot, std::uint32_t horizon = ~std::uint32_t{0})
      : snapshot_(std::move(snapshot)), horizon_(horizon) {}

  // Fills `out`, whose vectors keep their memory from call to call.
  void read(const ledger::TxRow& row, FactsNeeded needed, TxFacts& out) const;

 private:
  InputFacts read_input(ledger::InputId input, FactsNeeded needed) const;
  OutputFacts read_output(ledger::OutputId output, TxIndex tx, FactsNeeded needed) const;
  void read_usage(TxIndex tx, OutputFacts& output) const;
  std::optional<SpendFacts> read_spend(ledger::OutputId output, FactsNeeded needed) const;
  std::optional<std::int64_t> fee_rate(const ledger::TxRow& row) const;
  bool known(TxIndex tx) const;

  ledger::Snapshot snapshot_;
  std::uint32_t horizon_;  // height
};

}  // namespace clew::graph
