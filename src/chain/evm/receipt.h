// Receipts and their logs: fields, RLP, and the bloom filter over logs (Ethereum yellow paper,
// section 4.4.1; EIPs 658 and 2718).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "chain/evm/header.h"
#include "chain/evm/transaction.h"

namespace clew::evm {

struct Log {
  static constexpr std::size_t kTopicsMax = 4;

  Address address{};
  std::uint8_t topic_count = 0;
  std::array<Hash256, kTopicsMax> topics;  // the first topic_count of them
  ByteView data;

  std::span<const Hash256> topic_list() const { return {topics.data(), topic_count}; }
};

struct Receipt {
  ByteView raw;  // what the receipts root is of; empty if it was not read
  TransactionType type = TransactionType::legacy;
  std::optional<Hash256> post_state;  // before Byzantium, instead of a status
  bool success = false;               // false where there is a post-state: it does not tell
  std::uint64_t cumulative_gas_used = 0;
  Bloom bloom{};
  std::uint32_t first_log = 0, log_count = 0;  // into Receipts::logs
};

// Of one block, in the order of its transactions. Views the raw bytes, which must outlive it.
// Reusing one object for many blocks keeps its vectors' memory.
struct Receipts {
  std::vector<Receipt> receipts;
  std::vector<Log> logs;

  std::span<const Log> logs_of(const Receipt& receipt) const {
    return {logs.data() + receipt.first_log, receipt.log_count};
  }
  void clear() {
    receipts.clear();
    logs.clear();
  }
};

// Adds a receipt that fills `raw`: a list, or the type before a list. data with the byte offset;
// unsupported if the type is not known; `out` is then not to be used.
Result<void> append_receipt(ByteView raw, Receipts& out);
Bytes encode_receipt(const Receipt& receipt, std::span<const Log> logs);

// Sets the three bits of a hashed address or topic.
void add_to_bloom(Bloom& bloom, const Hash256& hash);
Bloom bloom_of(std::span<const Log> logs);

}  // namespace clew::evm
