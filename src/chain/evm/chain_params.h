// What has to be known of a chain beyond its blocks to say what money moved on it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chain/evm/header.h"

namespace clew::evm {

// From a block on, what a block by proof of work earns its producer; uncles follow from it (yellow
// paper, section 11.3; EIPs 649 and 1234). Blocks without difficulty earn nothing.
struct RewardEra {
  std::uint64_t from_block = 0;
  std::uint64_t wei = 0;
};

// From a time on, how slowly the price of blobs follows the excess of blob gas:
// BLOB_BASE_FEE_UPDATE_FRACTION of EIP-4844, changed by EIP-7691 and by the forks of EIP-7892.
struct BlobEra {
  std::uint64_t from_time = 0;  // seconds since 1970, UTC
  std::uint64_t update_fraction = 0;
};

// How people write addresses and hashes.
enum class AddressForm : std::uint8_t {
  hexadecimal,  // "0x…", addresses perhaps with the checksum of EIP-55
  tron,         // base58check, "T…"; hashes without "0x"
};

struct ChainParams {
  std::string name;
  std::uint64_t chain_id = 0;
  std::string coin;  // symbol
  unsigned decimals = 18;
  // Contracts whose Deposit and Withdrawal events mint and burn (as WETH9's do). Users add theirs.
  std::vector<Address> wrapped_coins;
  // Contracts from before ERC-721 whose Transfer events look like those of ERC-20.
  std::vector<Address> unindexed_nfts;
  std::vector<RewardEra> rewards;      // by height
  std::vector<BlobEra> blob_eras;      // by time; none: unknown
  std::optional<Address> base_fee_to;  // who gets the base fee; nobody: it is burnt
  bool withdrawals_in_coin = true;  // else of another asset, and not told as transfers of the coin
  // Whether who pays and gets fees follows Ethereum's rule. Where not, a fee transfer may name the
  // wrong receiver, or leave out what is paid for data on another chain.
  bool ethereum_fees = true;
  AddressForm address_form = AddressForm::hexadecimal;
};

// Ethereum, its test networks, some large chains, TRON, and the ids of local development chains.
std::span<const ChainParams> known_chains();
// By name or chain id; nullptr if it is not known.
const ChainParams* find_chain(std::string_view name);
const ChainParams* find_chain(std::uint64_t chain_id);
// The row of a known chain; of any other a plain one, named "evm-<id>", with a coin called "coin".
ChainParams chain_params(std::uint64_t chain_id);

}  // namespace clew::evm
