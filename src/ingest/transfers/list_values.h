// What is written in the cells of lists: amounts, moments, addresses.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "chain/transfer.h"

namespace clew::ingest {

// A whole number, in decimal or as "0x…", in base units; with `decimals` a decimal number of coins
// ("0.5", "1e-3"), of which no more digits may follow the point. Nothing if it is none, negative,
// or needs more than 256 bits: nothing is ever rounded.
std::optional<U256> parse_amount(std::string_view text, std::optional<unsigned> decimals);
// Whether it is such a number, but needs more than 256 bits.
bool amount_is_too_large(std::string_view text, std::optional<unsigned> decimals);

// Seconds since 1970, UTC: such a number, in seconds, milliseconds, microseconds or nanoseconds
// (told apart by its size), or "2024-08-22 14:05:59", also with T, a fraction of a second, and Z,
// UTC or an offset (+02:00). Fractions are cut off. Nothing if it is none of them.
std::optional<std::uint64_t> parse_moment(std::string_view text);

// 40 hexadecimal digits, with or without 0x; or an address of TRON.
std::optional<chain::Account> parse_list_account(std::string_view text);
std::optional<Hash256> parse_list_hash(std::string_view text);
std::optional<std::uint64_t> parse_list_number(std::string_view text);

// The place of a call among those of its transaction: "", "0", "0,1", "0_1", "[0, 1]".
std::optional<std::vector<std::uint32_t>> parse_trace_address(std::string_view text);

// Stands for the contract of an asset that has only a name: no contract is at such an address but
// by chance.
chain::Account made_up_contract(std::string_view name);

}  // namespace clew::ingest
