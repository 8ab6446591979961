// What differs between the ledgers that share Bitcoin's transaction format. Another UTXO ledger is
// one more row of the table in params.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"

namespace clew::bitcoin {

enum class ProofOfWork : std::uint8_t { sha256d, scrypt };  // scrypt: N=1024, r=1, p=1 (Litecoin)

struct ChainParams {
  std::string_view chain;    // key of the ledger: "bitcoin", "litecoin"
  std::string_view network;  // value of --network: "main", "test", "regtest", "litecoin", …
  std::uint32_t magic;       // as read little-endian from a block file
  std::uint8_t p2pkh_prefix;
  std::uint8_t p2sh_prefix;
  std::uint8_t p2sh_prefix_old;  // also accepted when reading; equals p2sh_prefix if there is none
  std::string_view bech32_hrp;
  std::string_view genesis_hash;  // display order
  ProofOfWork proof_of_work;
  std::uint32_t pow_limit_bits;    // easiest target, compact form
  std::uint32_t halving_interval;  // blocks
  std::int64_t initial_subsidy;    // satoshi
  std::uint32_t bip34_height;      // from here the coinbase script starts with the height
  bool mweb;                       // Litecoin's extension blocks may follow the transactions
};

// All rows; the first is Bitcoin main.
std::span<const ChainParams> all_chains();
// By the value of --network ("main", "mainnet", "test", "testnet", "regtest", "litecoin", …), or
// null.
const ChainParams* find_chain(std::string_view network);
// By the magic of a block file, or null.
const ChainParams* find_chain_by_magic(std::uint32_t magic);

// Block subsidy in satoshi.
std::int64_t subsidy(const ChainParams& chain, std::uint32_t height);

}  // namespace clew::bitcoin
