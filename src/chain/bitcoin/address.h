// Addresses: what an output script pays to, in a form that does not depend on the text encoding.
// A public key and its hash are one address (P2PK and P2PKH of one key share it). A bare multisig
// script pays to no single key; its address is the HASH160 of the script, written `multisig:<hex>`,
// a form of ours because no standard one exists.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "chain/bitcoin/params.h"

namespace clew::bitcoin {

// Values are written to disk; never renumber.
enum class AddressKind : std::uint8_t {
  p2pkh = 1,            // 20 bytes: HASH160 of the public key
  p2sh = 2,             // 20 bytes: HASH160 of the redeem script
  p2wpkh = 3,           // 20 bytes: HASH160 of the public key
  p2wsh = 4,            // 32 bytes: SHA-256 of the witness script
  p2tr = 5,             // 32 bytes: output key
  witness_unknown = 6,  // 1 byte of version, then 2 to 40 bytes of program
  multisig = 7,         // 20 bytes: HASH160 of the bare multisig script
};

struct Address {
  AddressKind kind{};
  std::uint8_t size = 0;                   // bytes used of payload
  std::array<std::uint8_t, 41> payload{};  // unused bytes are zero

  Address() = default;
  Address(AddressKind k, ByteView bytes);
  ByteView bytes() const { return {payload.data(), size}; }
  // Canonical order: kind, then payload bytes; an entity is named by its smallest address.
  std::strong_ordering operator<=>(const Address& other) const;
  bool operator==(const Address& other) const = default;
};

// Number of payload bytes of a kind, or 0 if it varies.
std::size_t payload_size(AddressKind kind);

// base58check, bech32 (BIP 173), bech32m (BIP 350) or `multisig:<hex>`.
std::string encode(const Address& address, const ChainParams& chain);
// Nothing if the text is not an address of this chain (wrong checksum, prefix, length, mixed
// case…).
std::optional<Address> decode_address(std::string_view text, const ChainParams& chain);

}  // namespace clew::bitcoin
