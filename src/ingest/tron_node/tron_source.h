// Blocks of TRON from full nodes. None is believed: transaction ids, the transactions' root and the
// block's id are recomputed. What came of the transactions (fees, logs, internal transactions) is
// under no hash, and a node's word; it must be of the block's own transactions.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "chain/tron/node_json.h"
#include "ingest/node/node_pool.h"
#include "ingest/tron_node/tron_live_block.h"

namespace clew::ingest {

struct TronSourceOptions {
  RpcOptions rpc;  // a provider's key goes into its headers
  PoolOptions pool;
};

class TronSource final : public LiveSource {
 public:
  // usage if a URL is none.
  static Result<std::unique_ptr<TronSource>> open(const std::vector<std::string>& urls,
                                                  const TronSourceOptions& options = {});

  std::vector<NodeReport> report() const { return pool_->report(); }

  Result<LiveHead> head() override;
  Result<std::unique_ptr<LiveBlock>> fetch(std::uint64_t number) override;
  Result<std::unique_ptr<LiveBlock>> fetch(const LiveHead& block) override;
  void wait_for_head(double seconds) override;

 private:
  TronSource() = default;
  Result<std::unique_ptr<LiveBlock>> fetch(std::span<const RpcCall> calls, std::uint64_t number,
                                           const std::optional<Hash256>& hash);
  Result<std::unique_ptr<TronLiveBlock>> read(const RpcAnswers& answers, std::uint64_t number,
                                              const std::optional<Hash256>& hash);

  Clock* clock_ = nullptr;
  tron::AccountBlockReader blocks_;
  std::unique_ptr<NodePool> pool_;
};

}  // namespace clew::ingest
