// What tracing and path finding read: transactions with the values and links of their inputs and
// outputs. LedgerFlow reads them from a ledger; tests make worlds of their own.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "ledger/ids.h"
#include "ledger/snapshot.h"

namespace clew::graph {

using ledger::AddressId;
using ledger::BlockIndex;
using ledger::InputId;
using ledger::kNoAddress;
using ledger::kNone;
using ledger::OutputId;
using ledger::TxIndex;

struct FlowShape {
  InputId first_input = 0;
  OutputId first_output = 0;
  std::uint32_t input_count = 0, output_count = 0;
  bool coinbase = false;
};
// A transaction's inputs and outputs in order. Reuse one object: its vectors keep their memory.
struct FlowTx {
  FlowShape shape;
  std::vector<OutputId> spent;              // one an input; kNone if outside the ledger or coinbase
  std::vector<std::int64_t> input_values;   // satoshi; kUnknownValue if unknown; none of a coinbase
  std::vector<std::int64_t> output_values;  // satoshi
};
struct FlowTime {
  std::uint32_t height = 0, time = 0;  // of the block; seconds
};

// An input that spends an output from outside the ledger.
struct OutsideSpend {
  InputId input = 0;
  TxIndex tx = 0;           // that it is of
  std::int64_t value = 0;   // satoshi; kUnknownValue if unknown
  std::uint64_t maker = 0;  // equal for outputs of one transaction, within one answer
};

// A span of blocks, both ends included. Heights and header times (seconds) both apply.
struct TraceWindow {
  std::uint32_t height_from = 0, height_to = 0xffffffff;
  std::uint32_t time_from = 0, time_to = 0xffffffff;
  bool holds(const FlowTime& when) const {
    return when.height >= height_from && when.height <= height_to && when.time >= time_from &&
           when.time <= time_to;
  }
  bool is_open() const {
    return height_from == 0 && height_to == 0xffffffff && time_from == 0 && time_to == 0xffffffff;
  }
};

class FlowGraph {
 public:
  virtual ~FlowGraph() = default;
  virtual FlowShape shape(TxIndex tx) const = 0;
  virtual void load(TxIndex tx, FlowTx& out) const = 0;
  virtual std::int64_t value(OutputId output) const = 0;
  virtual AddressId address(OutputId output) const = 0;  // kNoAddress if its script has none
  virtual AddressId input_address(InputId input) const = 0;
  virtual TxIndex creator(OutputId output) const = 0;
  virtual TxIndex spender(OutputId output) const = 0;  // kNone if unspent
  // Of an unspent output: whether its script can never be spent.
  virtual bool unspendable(OutputId output) const = 0;
  virtual FlowTime when(TxIndex tx) const = 0;
  // Ascending in chain order: height, then place in the block. Different for every transaction.
  virtual std::uint64_t order(TxIndex tx) const = 0;
  // Outputs paid to an address inside the window, in chain order, at most `limit`.
  virtual std::vector<OutputId> received(AddressId address, const TraceWindow& window,
                                         std::uint64_t limit) const = 0;
  // Inputs that spend from outside what is an address's by their own words (script, witness, or as
  // the source declared it), in chain order, at most `limit`.
  virtual std::vector<OutsideSpend> outside_spends(AddressId address,
                                                   std::uint64_t limit) const = 0;
};

class LedgerFlow final : public FlowGraph {
 public:
  // Looks at every block's height once, so keep it as long as the snapshot.
  explicit LedgerFlow(ledger::Snapshot snapshot);

  FlowShape shape(TxIndex tx) const override;
  void load(TxIndex tx, FlowTx& out) const override;
  std::int64_t value(OutputId output) const override;
  AddressId address(OutputId output) const override;
  AddressId input_address(InputId input) const override;
  TxIndex creator(OutputId output) const override;
  TxIndex spender(OutputId output) const override;
  bool unspendable(OutputId output) const override;
  FlowTime when(TxIndex tx) const override;
  std::uint64_t order(TxIndex tx) const override;
  std::vector<OutputId> received(AddressId address, const TraceWindow& window,
                                 std::uint64_t limit) const override;
  std::vector<OutsideSpend> outside_spends(AddressId address, std::uint64_t limit) const override;

  const ledger::Snapshot& snapshot() const { return snapshot_; }

 private:
  ledger::Snapshot snapshot_;
  bool chronological_ = true;  // blocks arrived by height: a TxIndex is its own order
};

}  // namespace clew::graph
