// One node asked how a transaction ran, or how a call would run: in Parity's form where it speaks
// it, by geth's tracers where it does not.
// https://openethereum.github.io/JSONRPC-trace-module,
// https://geth.ethereum.org/docs/interacting-with-geth/rpc/ns-debug
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chain/evm/rpc_calls.h"
#include "chain/evm/transaction_trace.h"
#include "ingest/node/node_pool.h"

namespace clew::ingest {

// Which parts are wanted beside the calls, which always are.
struct TraceParts {
  bool state_diff = true, vm_trace = true;
};

// A transaction, or a call that is none: an object as of eth_call, and the block after which it is
// to run.
struct TraceSubject {
  std::optional<Hash256> tx;
  std::string call;
  std::uint64_t block = 0;
};

struct AnsweredTrace {
  evm::TransactionTrace trace;  // has calls
  std::string method;           // that said so
  // Sentences on parts that were wanted and are not there.
  std::vector<std::string> missing;
};

// A call to the first node of the pool that is in play; what the node says instead of a result is a
// data error, a result of null is not_found.
Result<NodePool::Served> ask_node(NodePool& node, const RpcCall& call);

// Keeps scratch memory; not for several threads at once.
class TraceQuestions {
 public:
  explicit TraceQuestions(NodePool& node) : node_(node) {}

  // trace_replayTransaction or trace_call. unsupported if the node refuses.
  Result<AnsweredTrace> replay(const TraceSubject& subject, const TraceParts& parts);
  // callTracer, and for the other parts prestateTracer and the default one: see
  // TransactionTraceReader::build(). unsupported if the node refuses the first.
  Result<AnsweredTrace> debug(const TraceSubject& subject, const TraceParts& parts);
  // trace_transaction, which has calls alone. unsupported if the node refuses.
  Result<AnsweredTrace> calls_only(const Hash256& tx, const TraceParts& parts);

 private:
  Result<NodePool::Served> ask_tracer(const TraceSubject& subject, const std::string& options);

  NodePool& node_;
  evm::TransactionTraceReader reader_;
  evm::RpcCallsReader calls_reader_;
};

}  // namespace clew::ingest
