// What the ledgers of all account chains are made of: one movement of one asset from one address to
// another, whatever caused it.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/u256.h"

namespace clew::chain {

// The numbers are stored in ledgers and never reused.
enum class TransferKind : std::uint8_t {
  native = 0,      // the value of a transaction
  internal = 1,    // the chain's coin, moved by a contract: a call, a creation, a self-destruct
  erc20 = 2,       // as a log says; also of wrapped coins that come into being or cease
  erc721 = 3,      // one token that is like no other; the value is 1
  erc1155 = 4,     // some of one token id
  withdrawal = 5,  // of a validator (EIP-4895)
  fee = 6,         // paid to the block's producer, or burnt
  reward = 7,      // for a block, or for naming an uncle
};

// An account's address without what only its text form has.
using Account = Hash160;

// The chain's own coin has neither contract nor id.
struct Asset {
  Account contract{};
  U256 token_id{};  // of ERC-721 and ERC-1155; else zero

  bool is_native() const { return contract == Account{}; }
  auto operator<=>(const Asset&) const = default;
};

struct Transfer {
  static constexpr std::uint32_t kNoTx = 0xffffffff;

  TransferKind kind = TransferKind::native;
  // Nobody: coins that come into being (rewards, withdrawals) or cease (burnt fees). The mint of a
  // token is different: there a log names the zero address.
  std::optional<Account> from, to;
  Asset asset;
  U256 value{};              // in base units (wei, units of the token)
  std::uint32_t tx = kNoTx;  // position within the block; none: of the block itself
  // What says so: of tokens the position of the log within the block; of internal transfers that of
  // the call among those of its transaction that remain, in preorder (0 is the transaction itself;
  // calls of the protocol's own contracts that move nothing do not count: not every node names
  // them); of withdrawals the position in the block's list; of fees 0 for what the producer gets, 1
  // for the base fee, 2 for blobs; of rewards 0 for the block, then one an uncle; else 0.
  std::uint32_t place = 0;

  bool operator==(const Transfer&) const = default;
};

}  // namespace clew::chain
