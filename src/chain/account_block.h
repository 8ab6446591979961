// A block of an account chain as its ledger takes it, whatever chain and source it comes from.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "chain/transfer.h"

namespace clew::chain {

// What is known of a block beyond its transactions. Stored; the bits are never reused.
enum BlockPart : std::uint8_t {
  kReceipts = 1,         // who succeeded, gas used, logs
  kCalls = 2,            // internal transfers
  kSenders = 4,          // senders recomputed from the signatures, not just the node's word
  kMadeOfList = 8,       // no block was seen, only transfers of it that a list named
  kCallsConfirmed = 16,  // several nodes say the same of the internal transfers; if all were asked
  kCallsDisputed = 32,   // they contradict each other; what one of them says is stored
  kNumberedByTime = 64,  // the list told no block: the number is one in order of time
};

struct AccountTx {
  Hash256 hash{};
  Account from{};
  bool sender_known = true;   // lists of transfers may not tell
  std::optional<Account> to;  // the callee, or the contract that was created
  bool creates = false;
  bool success = true;  // if the block has receipts
  std::uint8_t type = 0;
  std::uint64_t nonce = 0;
  std::uint64_t gas_limit = 0, gas_used = 0;
  U256 gas_price{};  // paid, wei per gas
  std::uint32_t input_size = 0;
  std::array<std::uint8_t, 4> selector{};  // the first bytes of the input
  std::uint32_t log_count = 0;
};

struct AccountBlock {
  std::uint64_t number = 0;
  // A block that is made of a list has neither parent nor header; its hash is one of its contents.
  Hash256 hash{}, parent{};
  std::uint64_t time = 0;  // seconds since 1970, UTC
  Bytes header;            // as it is hashed
  std::uint32_t size = 0;  // bytes of the block and of its receipts as they were checked
  std::uint8_t parts = 0;  // of BlockPart
  std::vector<AccountTx> txs;
  // By transaction; those without one at the end. Within a transaction in order of time for each
  // asset.
  std::vector<Transfer> transfers;
};

}  // namespace clew::chain
