// One block from a node, in whichever of its forms: `getblock` with verbosity 0 to 3.
#pragma once

#include "chain/bitcoin/verbose_json.h"
#include "ingest/node/node_pool.h"

namespace clew::ingest {

// 0: its bytes; 1: the ids of its transactions, whose bytes are then asked for; 2: everything as
// JSON; 3: with the outputs that its inputs spend, which a ledger that begins later than the chain
// cannot know otherwise.
constexpr int kVerbosityMax = 3;

struct NodeBlock {
  Bytes raw;                                               // consensus serialisation
  std::vector<std::optional<bitcoin::SpentOutput>> spent;  // with verbosity 3: one an input
};

// Of the node numbered `node`, or of any, which it then says. not_found if it knows no such block,
// data if fields are missing or damaged; whether they are true is for the block's decoder to find.
Result<NodeBlock> ask_block(NodePool& pool, const Hash256& hash, int verbosity,
                            std::optional<std::size_t>& node);

}  // namespace clew::ingest
