// Addresses and hashes of chains of accounts as people type and read them (hashes as they read
// them: chain/evm/network_text.h).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "chain/evm/chain_params.h"
#include "chain/transfer.h"

namespace clew::app {

std::string account_text(const evm::ChainParams& chain, const chain::Account& account);

// usage if the text is no address of this chain, or its checksum is wrong.
Result<chain::Account> parse_account(const evm::ChainParams& chain, std::string_view text);
// 32 bytes in hexadecimal, with "0x" before it; on TRON also without.
Result<Hash256> parse_hash(const evm::ChainParams& chain, std::string_view text);

// "0x" and 40 digits; usage as above.
Result<chain::Account> parse_hex_account(std::string_view text);
Result<Hash256> parse_hex_hash(std::string_view text);
// Whether it has the form of an address on TRON and the checksum holds.
bool is_tron_address(std::string_view text);

}  // namespace clew::app
