// Blocks as a node prints them: the answer of `getblock` with verbosity 2 or 3.
// The fields are put back into consensus bytes, so that one decoder and one set of checks serve
// every source: a field that lies changes a txid and is caught here or by the Merkle root.
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
  Bytes raw;       // consensus serialisation
  Hash256 hash{};  // as the source states it
  // False if "bits" or "nonce" is absent (exports that are pruned to what an analysis needs). The
  // missing fields are zero in `raw`, which then does not hash to `hash`: decode it with
  // BlockDecoder::decode_with_stated_hash. If true, `raw` was found to hash to `hash`.
  bool header_complete = true;
  std::optional<std::uint32_t> height;  // if the answer states it
  // One entry an input in block order (the coinbase's is empty); no entries with verbosity 2.
  std::vector<std::optional<SpentOutput>> spent;
};

// `line` is one JSON object: a block, or an RPC answer with the block under "result".
// Amounts are read as decimal text, never through floating point. The error names the transaction,
// the input or output and the field. The Merkle root is left to the decoder of `raw`.
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
