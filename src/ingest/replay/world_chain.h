// The chain that a node of a simulated world knows at the moment: look-ups by number, tag and hash.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "ingest/replay/backend.h"
#include "ingest/replay/block_facts.h"
#include "ingest/replay/text_cache.h"
#include "ingest/replay/timeline.h"
#include "ingest/replay/world_state.h"

namespace clew::replay {

struct WorldOptions {
  std::uint64_t first_head = 0;  // what is the head at the start
  bool branches = true;          // live through the world's branches
  std::uint64_t finality = 64;   // blocks from the head to the finalized one; half of it: safe
  std::size_t cache_bytes = std::size_t{64} << 20;
};

struct TxPlace {
  const world::IndexEntry* entry = nullptr;  // null: not known
  std::size_t position = 0;                  // within the block
};

// May be used from several threads.
class WorldChain {
 public:
  // `directory` is a world. data or io with the file and reason.
  static Result<std::unique_ptr<WorldChain>> open(FileSystem& files, const std::string& directory,
                                                  const WorldOptions& options);

  // The next step of the timeline; nothing if there is none.
  std::optional<Change> advance();
  // Whatever came before: the best chain (branch 0) or a branch up to the block `head`; data if
  // there is none such. The timeline goes on from it where it was left.
  Result<Change> show(std::uint32_t branch, std::uint64_t head);
  std::size_t steps_left() const;
  View view() const;

  // A number, a tag, a hash, or an object with either (EIP-1898), in the given view. Null if the
  // node does not know the block, which it does not before it was first shown.
  tl::expected<const world::IndexEntry*, RpcError> find_block(const View& view,
                                                              const Json& which) const;
  tl::expected<std::uint64_t, RpcError> read_number(const View& view, const Json& which) const;
  // On the chain as it is now. Reads all blocks when first asked.
  tl::expected<TxPlace, RpcError> find_transaction(const Json& hash);

  const world::Store& store() const { return store_; }
  WorldState& state() { return *state_; }
  TextCache& cache() { return cache_; }
  std::uint64_t chain_id() const { return chain_id_; }

 private:
  WorldChain(world::Store store, const WorldOptions& options, std::uint64_t chain_id);
  Change turn_to(const View& view);
  bool shown(const world::IndexEntry& entry) const;
  Result<void> index_transactions();

  struct HashOfHash {
    std::size_t operator()(const Hash256& hash) const { return load_le<std::size_t>(hash.data()); }
  };

  world::Store store_;
  WorldOptions options_;
  std::uint64_t chain_id_;
  Timeline timeline_;
  std::unique_ptr<WorldState> state_;
  TextCache cache_;
  std::unordered_map<Hash256, const world::IndexEntry*, HashOfHash> by_hash_;

  mutable std::mutex mutex_;  // of what follows
  std::size_t step_ = 0;
  View view_;
  std::vector<std::uint64_t> highest_;  // ever shown, of the best chain and each branch
  std::unordered_multimap<Hash256, TxPlace, HashOfHash> transactions_;
  bool has_transactions_ = false;
};

}  // namespace clew::replay
