#include "chain/bitcoin/address.h"

#include <algorithm>
#include <cassert>

#include "base/base58.h"
#include "chain/bitcoin/bech32.h"

namespace clew::bitcoin {
namespace {

constexpr std::string_view kMultisigPrefix = "multisig:";

std::string encode_base58(std::uint8_t prefix, ByteView hash) {
  Bytes payload{prefix};
  payload.insert(payload.end(), hash.begin(), hash.end());
  return base58check_encode(payload);
}

std::optional<Address> decode_multisig(std::string_view hex) {
  const auto hash = from_hex(hex);
  if (!hash || hash->size() != payload_size(AddressKind::multisig)) return std::nullopt;
  return Address(AddressKind::multisig, *hash);
}

std::optional<Address> decode_base58(std::string_view text, const ChainParams& chain) {
  // 21 bytes and a checksum never take more than 35 digits; skips hashing of anything else.
  if (text.size() > 35) return std::nullopt;
  const auto payload = base58check_decode(text);
  if (!payload || payload->size() != 21) return std::nullopt;
  const std::uint8_t prefix = payload->front();
  const auto hash = ByteView(*payload).subspan(1);
  if (prefix == chain.p2pkh_prefix) return Address(AddressKind::p2pkh, hash);
  if (prefix == chain.p2sh_prefix || prefix == chain.p2sh_prefix_old)
    return Address(AddressKind::p2sh, hash);
  return std::nullopt;
}

Address from_program(const WitnessProgram& program) {
  if (program.version == 0) {
    const auto kind = program.bytes.size() == 20 ? AddressKind::p2wpkh : AddressKind::p2wsh;
    return Address(kind, program.bytes);
  }
  if (program.version == 1 && program.bytes.size() == 32)
    return Address(AddressKind::p2tr, program.bytes);
  Bytes payload{program.version};
  payload.insert(payload.end(), program.bytes.begin(), program.bytes.end());
  return Address(AddressKind::witness_unknown, payload);
}

}  // namespace

Address::Address(AddressKind k, ByteView bytes)
    : kind(k), size(static_cast<std::uint8_t>(bytes.size())) {
  assert(bytes.size() <= payload.size());
  std::ranges::copy(bytes, payload.begin());
}

std::strong_ordering Address::operator<=>(const Address& other) const {
  if (const auto order = kind <=> other.kind; order != 0) return order;
  if (const int order = std::memcmp(payload.data(), other.payload.data(), payload.size()))
    return order <=> 0;
  return size <=> other.size;  // a payload comes before the same one with zeros behind it
}

std::size_t payload_size(AddressKind kind) {
  switch (kind) {
    case AddressKind::p2pkh:
    case AddressKind::p2sh:
    case AddressKind::p2wpkh:
    case AddressKind::multisig:
      return 20;
    case AddressKind::p2wsh:
    case AddressKind::p2tr:
      return 32;
    case AddressKind::witness_unknown:
      break;
  }
  return 0;
}

std::string encode(const Address& address, const ChainParams& chain) {
  const auto bytes = address.bytes();
  switch (address.kind) {
    case AddressKind::p2pkh:
      return encode_base58(chain.p2pkh_prefix, bytes);
    case AddressKind::p2sh:
      return encode_base58(chain.p2sh_prefix, bytes);
    case AddressKind::p2wpkh:
    case AddressKind::p2wsh:
      return encode_segwit(chain.bech32_hrp, 0, bytes);
    case AddressKind::p2tr:
      return encode_segwit(chain.bech32_hrp, 1, bytes);
    case AddressKind::multisig:
      return std::string(kMultisigPrefix) + to_hex(bytes);
    case AddressKind::witness_unknown:
      break;
  }
  if (bytes.empty()) return {};
  return encode_segwit(chain.bech32_hrp, bytes[0], bytes.subspan(1));
}

std::optional<Address> decode_address(std::string_view text, const ChainParams& chain) {
  if (text.starts_with(kMultisigPrefix))
    return decode_multisig(text.substr(kMultisigPrefix.size()));
  if (const auto program = decode_segwit(text, chain.bech32_hrp)) return from_program(*program);
  return decode_base58(text, chain);
}

}  // namespace clew::bitcoin
