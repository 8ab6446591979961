// The bloom filters over the logs of many receipts (Ethereum yellow paper, section 4.4.1). In a
// block the same tokens and events come again and again, so each distinct address or topic is
// hashed once.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "chain/evm/receipt.h"

namespace clew::evm {

// Keeps scratch memory; not to be shared between threads.
class LogBlooms {
 public:
  // Hashes what `logs` hold, all together.
  void hash(std::span<const Log> logs);
  // Of `count` of those logs from `first` on.
  Bloom of(std::uint32_t first, std::uint32_t count) const;

 private:
  // Finds values by content. A value that another one has pushed out of its slot is hashed again:
  // that costs time, never the answer, and not more than hashing everything.
  static constexpr std::size_t kSlots = 2048;
  static constexpr std::uint32_t kNone = 0xffffffff;

  std::uint32_t place_of(ByteView value);

  std::array<std::uint32_t, kSlots> slots_;  // into values_
  std::vector<ByteView> values_;
  std::vector<Hash256> digests_;       // of the values
  std::vector<std::uint32_t> items_;   // address and topics of each log, as places in values_
  std::vector<std::uint32_t> starts_;  // of each log in items_, and their end
};

}  // namespace clew::evm
