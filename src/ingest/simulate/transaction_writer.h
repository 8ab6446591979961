// Serialises a draft: consensus bytes with witness, txid and wtxid. Scratch memory is reused.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "ingest/simulate/coin.h"
#include "ingest/simulate/key_ring.h"

namespace clew::simulate {

struct WrittenTransaction {
  Hash256 txid{}, wtxid{};
  std::uint32_t weight = 0;  // BIP 141
};

class TransactionWriter {
 public:
  explicit TransactionWriter(const KeyRing& keys) : keys_(keys) {}
  // Appends the transaction to `out`.
  WrittenTransaction write(const Draft& draft, Bytes& out);

 private:
  const KeyRing& keys_;
  std::uint64_t signatures_ = 0;
  Bytes body_, witness_, script_;
};

}  // namespace clew::simulate
