// Block headers from Frontier to Prague and Osaka: fields, RLP and hash (Ethereum yellow paper,
// section 4.3; EIPs 1559, 4399, 4895, 4844, 4788, 7685).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "base/u256.h"

namespace clew::evm {

class RlpReader;
class RlpWriter;

using Address = Hash160;
using Bloom = std::array<std::uint8_t, 256>;  // as in the header: bit 2047 first

// "0x" and lower-case digits, in memory order: the usual text of hashes and addresses.
std::string to_text(ByteView bytes);

struct CancunFields {
  std::uint64_t gas_used = 0;  // by blobs
  std::uint64_t excess_gas = 0;
  Hash256 parent_beacon_root{};
};

struct Header {
  Hash256 parent{};
  Hash256 uncles_hash{};
  Address beneficiary{};
  Hash256 state_root{};
  Hash256 transactions_root{};
  Hash256 receipts_root{};
  Bloom logs_bloom{};
  U256 difficulty{};
  std::uint64_t number = 0;
  std::uint64_t gas_limit = 0;
  std::uint64_t gas_used = 0;
  std::uint64_t time = 0;  // seconds since 1970, UTC
  ByteView extra_data;     // views what the header was read from
  Hash256 mix_hash{};      // since the Merge: the beacon chain's randomness
  std::array<std::uint8_t, 8> nonce{};
  // Each fork's fields are there only with those of the forks before it.
  std::optional<U256> base_fee;             // London, wei per gas
  std::optional<Hash256> withdrawals_root;  // Shanghai
  std::optional<CancunFields> blobs;        // Cancun
  std::optional<Hash256> requests_hash;     // Prague; over what block and receipts do not hold
};

// A header that fills `raw`, which `extra_data` views. data if it has a number of fields that no
// fork up to Osaka gave it.
Result<Header> decode_header(ByteView raw);
bool read_header(RlpReader& reader, Header& header);
void write_header(RlpWriter& writer, const Header& header);
Bytes encode_header(const Header& header);

// Of the header's RLP; the block's hash.
Hash256 header_hash(const Header& header);

}  // namespace clew::evm
