// TRON's addresses as people and nodes write them. The 20 bytes are those of the EVM.
// https://developers.tron.network/docs/account#account-address-format
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "chain/transfer.h"

namespace clew::tron {

// In front of the 20 bytes wherever TRON itself writes an address.
constexpr std::uint8_t kAddressPrefix = 0x41;

// "T…": the prefix and the 20 bytes in base58check.
std::string to_text(const chain::Account& account);

// That, or hexadecimal: "41…" of 42 digits, which may have "0x" before it, or the EVM's form "0x"
// and 40 digits, whose case may be a checksum (EIP-55). Nothing if it is anything else or the
// checksum is wrong.
std::optional<chain::Account> parse_address(std::string_view text);

// Prefix and account: the 21 bytes that protocol messages hold, and back.
Bytes prefixed(const chain::Account& account);
// Nothing if they are not 21 with the prefix.
std::optional<chain::Account> account_of(ByteView bytes);

}  // namespace clew::tron
