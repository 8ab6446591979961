// How a transaction ran, or a call would run, told by nodes in whatever form they speak, and held
// against the block.
#pragma once

#include "chain/evm/chain_params.h"
#include "ingest/evm/mined_transaction.h"
#include "ingest/evm/trace_questions.h"

namespace clew::ingest {

enum class TraceWay : std::uint8_t {
  automatic,  // Parity's, then geth's, then Parity's calls alone
  parity,     // trace_replayTransaction or trace_call, else trace_transaction
  debug,      // debug_traceTransaction or debug_traceCall
};

struct EvmTracerOptions {
  TraceWay way = TraceWay::automatic;
  TraceParts parts;
  std::vector<evm::Address> wrapped_coins;  // as of EvmSourceOptions
  RpcOptions rpc;
  PoolOptions pool;
};

// A log of what remains of a run, and the call that made it where that is known: its place in
// `trace.calls`.
struct TracedLog {
  evm::Log log;
  std::optional<std::uint32_t> call;
};

// May be moved but not copied: logs view what else it holds.
struct TracedRun {
  AnsweredTrace answered;
  std::string node;  // its URL, without secrets
  evm::ChainParams chain;
  std::optional<MinedTransaction> mined;  // of a transaction
  // The block that it is in, or that the call would follow.
  std::uint64_t block = 0, time = 0;
  Hash256 block_hash{};
  // Parity's form has no logs: those of a transaction are in its block, those of a call unknown.
  bool logs_known = true;
  std::vector<TracedLog> logs;
  std::vector<chain::Transfer> transfers;  // of tokens only if the logs are known
  evm::TransferNotes notes;
};

class EvmTracer {
 public:
  // Contacts nobody yet.
  static Result<EvmTracer> open(const std::vector<std::string>& urls,
                                const EvmTracerOptions& options);

  // From the first node that can tell and whose word holds. not_found if all nodes say that there
  // is no such transaction or block; else the error names each node with its reason.
  Result<TracedRun> transaction(const Hash256& hash);
  // `call` is a JSON object, `block` a number, a hash, or a tag ("latest").
  Result<TracedRun> call(const std::string& call, const std::string& block);

 private:
  struct Node {
    std::string url;
    std::unique_ptr<NodePool> pool;
  };

  template <class Ask>
  Result<TracedRun> ask_each(Ask ask);
  Result<TracedRun> ask_transaction(Node& node, const Hash256& hash) const;
  Result<TracedRun> ask_call(Node& node, const std::string& call, const std::string& block) const;
  Result<AnsweredTrace> ask_trace(Node& node, const TraceSubject& subject) const;
  Result<evm::TransferReader> ask_chain(Node& node) const;

  EvmTracerOptions options_;
  std::vector<Node> nodes_;
};

}  // namespace clew::ingest
