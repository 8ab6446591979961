// Blocks of a Bitcoin-like chain from its nodes, by JSON-RPC or REST, in any form that they offer:
// put into consensus bytes and held against proof of work, Merkle root and witness root as those of
// a file are.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "chain/bitcoin/block.h"
#include "ingest/bitcoin_node/block_notices.h"
#include "ingest/bitcoin_node/node_block.h"
#include "ingest/live/live_chain.h"
#include "ingest/node/node_pool.h"

namespace clew::ingest {

struct BitcoinLiveBlock final : LiveBlock {
  Bytes raw;
  bitcoin::Block block;                                    // views `raw`
  std::vector<std::optional<bitcoin::SpentOutput>> spent;  // what the node says of them, or empty
};

struct BitcoinSourceOptions {
  const bitcoin::ChainParams* chain = nullptr;  // null: what the nodes say
  RpcOptions rpc;                               // a node's cookie file goes here
  PoolOptions pool;
  int verbosity = 0;                 // of getblock: see node_block.h
  std::vector<std::string> notices;  // where nodes publish new blocks: see BlockNotices
};

class BitcoinSource final : public LiveSource {
 public:
  // Asks every node which chain it is of (getblockchaininfo). A URL whose path ends with /rest is
  // that of a node's REST interface. network if none answers, data if they are of different
  // networks or of one that is not known.
  static Result<std::unique_ptr<BitcoinSource>> open(const std::vector<std::string>& urls,
                                                     const BitcoinSourceOptions& options = {});

  const bitcoin::ChainParams& chain() const { return *chain_; }
  std::vector<NodeReport> report() const { return pool_->report(); }
  // Sentences about nodes that could not be used from the start.
  const std::vector<std::string>& left_out() const { return left_out_; }

  Result<LiveHead> head() override;
  Result<std::unique_ptr<LiveBlock>> fetch(std::uint64_t number) override;
  Result<std::unique_ptr<LiveBlock>> fetch(const LiveHead& block) override;
  void wait_for_head(double seconds) override;

 private:
  BitcoinSource() = default;
  Result<std::unique_ptr<LiveBlock>> fetch(const Hash256& hash, std::uint64_t number,
                                           std::optional<std::size_t> node);
  Result<std::unique_ptr<LiveBlock>> decode(NodeBlock answer, const Hash256& hash,
                                            std::uint64_t number);

  const bitcoin::ChainParams* chain_ = nullptr;
  Clock* clock_ = nullptr;
  int verbosity_ = 0;
  std::unique_ptr<BlockNotices> notices_;
  std::vector<std::string> left_out_;
  std::unique_ptr<NodePool> pool_;
  std::mutex mutex_;  // of the decoders
  std::vector<std::unique_ptr<bitcoin::BlockDecoder>> decoders_;
};

}  // namespace clew::ingest
