// One transaction of a node's verbose answer, put back into bytes.
#pragma once

#include "chain/bitcoin/verbose_fields.h"
#include "chain/bitcoin/verbose_json.h"

namespace clew::bitcoin {

struct VerboseTransaction {
  Bytes raw;
  std::optional<Hash256> txid;                    // as stated
  std::optional<Hash256> wtxid;                   // as stated
  std::vector<std::optional<SpentOutput>> spent;  // one an input
};

// From "hex" if it is there, else from the fields. Nothing is checked against the stated hashes.
Result<VerboseTransaction> read_verbose_transaction(JsonValue value);

}  // namespace clew::bitcoin
