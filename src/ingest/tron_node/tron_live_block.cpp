#include "ingest/tron_node/tron_live_block.h"

namespace clew::ingest {

Result<std::unique_ptr<TronLiveBlock>> tron_live_block(const tron::AccountBlockReader& reader,
                                                       const tron::Block& block,
                                                       std::uint64_t bytes) {
  auto live = std::make_unique<TronLiveBlock>();
  CLEW_TRY(made, reader.read(block, live->notes));
  live->block = std::move(made);
  live->number = block.header.number;
  live->hash = block.id;
  live->parent = block.header.parent;
  live->time = live->block.time;
  live->bytes = bytes;
  live->transactions = block.txs.size();
  return live;
}

}  // namespace clew::ingest
