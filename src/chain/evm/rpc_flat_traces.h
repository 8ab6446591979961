// Parity's flat traces: a list of calls in preorder, each with its place in the tree
// ("traceAddress"); geth's flatCallTracer gives the same.
// https://openethereum.github.io/JSONRPC-trace-module
#pragma once

#include <vector>

#include "base/json_fields.h"
#include "chain/evm/call_sink.h"
#include "chain/evm/rpc_fields.h"

namespace clew::evm {

// Keeps scratch memory.
class FlatTraceReader {
 public:
  FlatTraceReader();

  // Before the first trace of an answer. With a block, a trace may say which transaction it is of;
  // without, all are of one.
  void start(const Block* block);
  // Before the traces of the next transaction, where the answer groups them.
  void start_transaction();
  // An array of traces; rewards go to `rewards`.
  Result<void> read(JsonValue traces, CallSink& sink, std::vector<TracedReward>& rewards);
  // After the last trace of a transaction: all that were announced ("subtraces") must have come.
  Result<void> finish_transaction();
  std::uint32_t transaction_count() const { return next_tx_; }

 private:
  // A call that is still open: how many calls it made so far, and how many it makes in all.
  struct Level {
    std::uint64_t children = 0, announced = 0;
  };

  Result<void> read_trace(JsonValue value, CallSink& sink, std::vector<TracedReward>& rewards);
  Result<void> read_field(std::string_view key, JsonValue value);
  Result<void> read_address(JsonValue value);
  Result<void> check_stated() const;
  Result<void> check_hash(std::size_t field, const Hash256& known) const;
  Result<void> read_reward(std::vector<TracedReward>& rewards) const;
  // Goes to where the trace stands in the tree; its depth.
  Result<std::uint32_t> enter();
  Result<void> close_levels(std::size_t depth);
  Result<void> read_common(Call& call) const;
  Result<void> read_call(CallSink& sink, std::uint32_t place) const;
  Result<void> read_create(CallSink& sink, std::uint32_t place) const;
  Result<void> read_self_destruct(Call& call) const;

  const Block* block_ = nullptr;
  std::uint32_t next_tx_ = 0;  // the number of transactions begun
  bool grouped_ = false, group_is_empty_ = true;
  std::vector<Level> levels_;

  // Of the trace at hand.
  FieldTexts<13> action_;
  FieldTexts<4> result_;
  FieldTexts<4> trace_;
  std::vector<std::uint64_t> address_;
  bool has_address_ = false;
  std::optional<std::uint64_t> position_, subtraces_;
};

}  // namespace clew::evm
