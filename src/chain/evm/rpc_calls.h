// Calls from a node's JSON-RPC answers: the nested frames of callTracer and the flat lists of
// Parity's traces. Both give the same calls for the same transaction, except for what the forms do
// not share:
// - Parity's form leaves out calls to precompiles that bring no value, geth's flatCallTracer also
//   those that do. callTracer names them all. See is_call_to_precompile().
// - Calls that never began (too deep, or for want of balance) are told by geth, not by OpenEthereum
//   and Erigon. They always failed.
// - `gas` and `gas_used` of the transaction itself: callTracer counts the intrinsic gas, Parity's
//   form does not, and Anvil says 0.
// - `gas_used` and `output` of a failed call: Parity's form has neither, Erigon's has both if the
//   call was reverted.
// - The words of `error`. Whether there is one is the same.
// - Before "creationMethod" came up, Parity's form did not tell create2 from create.
// - Logs: only callTracer, if asked "withLog".
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "chain/evm/call.h"

namespace clew::evm {

// What an answer's result is made of.
enum class TraceForm : std::uint8_t {
  nested,      // debug_traceBlockBy..., _traceTransaction or _traceCall with callTracer
  flat_debug,  // the same with flatCallTracer
  flat,        // trace_block, trace_transaction
  replay,      // trace_replayBlockTransactions, _replayTransaction, trace_call, _rawTransaction
};

struct TraceOptions {
  bool data = true;  // else Call::input and ::output stay empty, and reading is quicker
};

// Keeps scratch memory; not to be shared between threads.
class RpcCallsReader {
 public:
  explicit RpcCallsReader(const TraceOptions& options = {});
  ~RpcCallsReader();
  // An answer for a whole block, into `out`: one entry a transaction, in their order, and what it
  // states of hashes and positions must be so. Calls must come in preorder and be no deeper than
  // kCallDepthMax; nesting takes memory, not stack. The error names transaction, call and field;
  // `out` is then not to be used. Nothing else is held against the block: see check_calls().
  Result<void> read_block(TraceForm form, std::string_view answer, const Block& block, Calls& out);
  // An answer for one transaction, or for a call that is none.
  Result<void> read_transaction(TraceForm form, std::string_view answer, Calls& out);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clew::evm
