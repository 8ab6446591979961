// Blocks, transactions, receipts and logs in the JSON-RPC forms of Ethereum's nodes.
// https://github.com/ethereum/execution-apis/tree/main/src/schemas
#pragma once

#include <cstddef>

#include "ingest/replay/block_facts.h"
#include "ingest/replay/json_text.h"

namespace clew::replay {

enum class Detail { hashes, full };  // of a block's transactions

// Each a value.
void append_block(JsonText& json, const BlockFacts& facts, Detail detail);
void append_header(JsonText& json, const BlockFacts& facts);  // as newHeads has it
void append_transaction(JsonText& json, const BlockFacts& facts, std::size_t tx);
void append_receipts(JsonText& json, const BlockFacts& facts);
void append_receipt(JsonText& json, const BlockFacts& facts, std::size_t tx);
// `log` counts through the block. `removed`: its block is no longer part of the chain.
void append_log(JsonText& json, const BlockFacts& facts, std::size_t tx, std::size_t log,
                bool removed = false);

}  // namespace clew::replay
