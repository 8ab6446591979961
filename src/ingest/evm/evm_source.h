// Blocks of an EVM chain from its nodes, none of which is believed: every answer is held against
// the hashes and roots it claims, and a node that fails is named and left for another.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "ingest/evm/evm_block_reader.h"
#include "ingest/node/evm_node.h"
#include "ingest/node/node_pool.h"
#include "ingest/node/rpc_subscription.h"

namespace clew::ingest {

enum class TraceMethod : std::uint8_t {
  automatic,  // what most nodes can, and the faster of both
  trace,      // trace_block
  debug,      // debug_traceBlockByNumber with callTracer
  none,
};

struct EvmSourceOptions {
  TraceMethod traces = TraceMethod::automatic;
  // Of so many transactions the sender of one is recomputed from its signature, chosen so that no
  // node knows which; 1: of every transaction, 0: of none.
  std::uint32_t senders_one_in = 16;
  // Internal transfers are covered by no hash. Where there are several nodes, all are asked for
  // those of one in so many blocks, which nobody can foresee, and outvoted ones benched; 1: of
  // every block, 0: of none.
  std::uint32_t confirm_one_in = 16;
  // Contracts beside those of the chain's row whose Deposit and Withdrawal events mint and burn.
  std::vector<evm::Address> wrapped_coins;
  bool waits_for_heads = true;  // false: wait_for_head will not be called
  RpcOptions rpc;
  PoolOptions pool;
};

class EvmSource final : public LiveSource {
 public:
  // Asks every node what it is and can; those that cannot do what is asked are left out. network if
  // none is left, data if they are of different chains.
  static Result<std::unique_ptr<EvmSource>> open(const std::vector<std::string>& urls,
                                                 const EvmSourceOptions& options = {});

  const evm::ChainParams& chain() const { return chain_; }
  TraceMethod traces() const { return traces_; }
  // Those that could be used, as they described themselves, and how they did.
  const std::vector<EvmNode>& nodes() const { return nodes_; }
  std::vector<NodeReport> report() const { return pool_->report(); }
  // Sentences about nodes that could not be used from the start.
  const std::vector<std::string>& left_out() const { return left_out_; }

  Result<LiveHead> head() override;
  Result<std::unique_ptr<LiveBlock>> fetch(std::uint64_t number) override;
  Result<std::unique_ptr<LiveBlock>> fetch(const LiveHead& block) override;
  void wait_for_head(double seconds) override;

 private:
  EvmSource() = default;
  struct Candidate {
    EvmNode node;
    std::unique_ptr<RpcClient> client;
    std::string url;  // as given
  };
  void leave_out(const EvmNode& node, const std::string& lack, const Ability& ability);
  Result<void> check_one_chain(const std::vector<Candidate>& candidates);
  static TraceMethod best_traces(const std::vector<Candidate>& candidates);
  void choose_traces(std::vector<Candidate>& candidates);
  struct Wanted;
  std::unique_ptr<EvmBlockReader> take_reader();
  void return_reader(std::unique_ptr<EvmBlockReader> reader);
  Result<std::unique_ptr<LiveBlock>> fetch(const Wanted& wanted);
  bool to_be_confirmed(std::uint64_t number) const;
  std::unique_ptr<EvmLiveBlock> confirm(std::unique_ptr<EvmLiveBlock> block);
  Result<std::unique_ptr<EvmLiveBlock>> ask(const Wanted& wanted, std::optional<std::size_t> only,
                                            std::size_t& node);
  bool all_in_play_are(const std::vector<bool>& absent) const;
  Result<void> check_branch(const Wanted& wanted, const RpcAnswers& answers);
  Result<std::unique_ptr<EvmLiveBlock>> read(const Wanted& wanted, const RpcAnswers& answers);

  EvmSourceOptions options_;
  evm::ChainParams chain_;
  TraceMethod traces_ = TraceMethod::none;
  evm::SenderSample senders_;
  std::vector<EvmNode> nodes_;
  std::vector<std::string> left_out_;
  std::unique_ptr<NodePool> pool_;
  std::mutex confirming_;
  std::mutex mutex_;  // of the readers
  std::vector<std::unique_ptr<EvmBlockReader>> readers_;
  // URLs of nodes that push new heads, as given, so not for messages; one of them at a time.
  std::vector<std::string> sockets_;
  std::size_t next_socket_ = 0;
  std::unique_ptr<RpcSubscription> new_heads_;
};

}  // namespace clew::ingest
