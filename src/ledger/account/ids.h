// Dense numbers of an account ledger's rows. They are local to one snapshot and never leave the
// program: answers name things by hash, number or address.
#pragma once

#include <cstdint>

#include "ledger/ids.h"

namespace clew::account {

using ledger::AddressId;
using ledger::kNoAddress;
using ledger::kNone;
using ledger::kNoRow;

// The first height of the segment that holds the row, times 2^32, plus the row in it: so numbers
// ascend in time, whatever the order in which history arrived.
using BlockId = std::uint64_t;
using TxId = std::uint64_t;
using TransferId = std::uint64_t;
// In order of first sight. Asset 0 is the chain's coin.
using AssetId = std::uint32_t;
constexpr AssetId kCoin = 0;

}  // namespace clew::account
