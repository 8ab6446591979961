// How ledgers of accounts name their chain, and how its hashes are written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "chain/evm/chain_params.h"

namespace clew::evm {

// "evm:1" for chain id 1, and back; nothing if it is none.
std::string network_name(std::uint64_t chain_id);
std::optional<std::uint64_t> chain_id_of(std::string_view network);

// As the chain's people write it: with "0x" before it, on TRON without.
std::string hash_text(const ChainParams& chain, const Hash256& hash);

}  // namespace clew::evm
