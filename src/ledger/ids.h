// Dense numbers of a ledger's rows, in order of arrival. They are local to one ledger
// directory and never leave the program: answers name things by hash, height or address.
#pragma once

#include <cstdint>

namespace clew::ledger {

using BlockIndex = std::uint32_t;
using TxIndex = std::uint64_t;   // < 2^40
using InputId = std::uint64_t;   // < 2^40
using OutputId = std::uint64_t;  // < 2^40
using AddressId = std::uint32_t;

constexpr AddressId kNoAddress = 0xffffffff;
constexpr std::uint32_t kNoRow = 0xffffffff;        // "no such row" of a segment
constexpr std::uint64_t kNone = ~std::uint64_t{0};  // "no such row" for the 64-bit numbers

}  // namespace clew::ledger
