// Blocks as a node prints them: the answer of `getblock` with verbosity 2 or 3.
// The fields are put back into consensus bytes, so that one decoder and one set of checks serve
// every source: a field that lies changes a txid and is caught by the Merkle root.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "chain/bitcoin/block.h"

namespace clew::bitcoin {

// The output that an input spends, as verbosity 3 tells it ("prevout").
struct SpentOutput {
  std::int64_t value = 0;  // satoshi
  Bytes script;
};

struct VerboseBlock {
  Bytes raw;                            // consensus serialisation
  std::optional<std::uint32_t> height;  // if the answer states it
  // One entry an input in block order (the coinbase's is empty); no entries with verbosity 2.
  std::vector<std::optional<SpentOutput>> spent;
};

// `line` is one JSON object: a block, or an RPC answer with the block under "result".
// Amounts are read as decimal text, never through floating point.
class VerboseBlockParser {
 public:
  VerboseBlockParser();
  ~VerboseBlockParser();
  Result<VerboseBlock> parse(std::string_view line);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clew::bitcoin
