#include "ingest/simulate/key_ring.h"

#include "base/sha256.h"
#include "ingest/simulate/rng.h"

namespace clew::simulate {
namespace {

constexpr std::uint8_t kOp0 = 0x00, kOp1 = 0x51, kReturn = 0x6a, kDup = 0x76, kEqual = 0x87,
                       kEqualVerify = 0x88, kHash160 = 0xa9, kCheckSig = 0xac,
                       kCheckMultisig = 0xae, kDrop = 0x75, kPushData1 = 0x4c;
constexpr unsigned kMultisigSize = 3 + 3 * 34;  // 2 of 3, compressed keys

void append(Bytes& out, ByteView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

// Data of at most 255 bytes as a script pushes it.
void push(Bytes& out, ByteView data) {
  if (data.size() > 75) out.push_back(kPushData1);
  out.push_back(static_cast<std::uint8_t>(data.size()));
  append(out, data);
}

template <std::size_t N>
std::array<std::uint8_t, N> stream(std::uint64_t seed) {
  static_assert(N % 8 == 0);
  std::array<std::uint8_t, N> out;
  for (std::size_t i = 0; i < N; i += 8) {
    const std::uint64_t word = split_mix(seed + i);
    for (std::size_t b = 0; b < 8; ++b)
      out[i + b] = static_cast<std::uint8_t>(word >> (8 * b));
  }
  return out;
}

}  // namespace

std::uint64_t KeyRing::split_seed(std::uint64_t seed) {
  return split_mix(seed ^ 0x6b657973);
}

KeyRing::PublicKey KeyRing::public_key(std::uint64_t key, unsigned part) const {
  const auto x = stream<32>(split_mix(seed_ ^ split_mix(key * 4 + part)));
  PublicKey out;
  out[0] = static_cast<std::uint8_t>(2 + (x[31] & 1));
  std::copy(x.begin(), x.end(), out.begin() + 1);
  return out;
}

Hash160 KeyRing::key_hash(std::uint64_t key) const {
  return hash160(public_key(key));
}

void KeyRing::append_multisig(Bytes& out, std::uint64_t key, unsigned required,
                              unsigned keys) const {
  out.push_back(static_cast<std::uint8_t>(kOp1 - 1 + required));
  for (unsigned part = 0; part < keys; ++part)
    push(out, public_key(key, part));
  out.push_back(static_cast<std::uint8_t>(kOp1 - 1 + keys));
  out.push_back(kCheckMultisig);
}

Hash256 KeyRing::program(const Spot& spot) const {
  Hash256 out;
  if (spot.scheme == Scheme::p2tr) {
    const auto key = public_key(spot.key);
    std::copy(key.begin() + 1, key.end(), out.begin());
    return out;
  }
  Bytes script;
  script.reserve(kMultisigSize);
  append_multisig(script, spot.key, 2, 3);
  return sha256(script);
}

std::optional<bitcoin::Address> KeyRing::address(const Spot& spot) const {
  using bitcoin::Address, bitcoin::AddressKind;
  Bytes script;
  switch (spot.scheme) {
    case Scheme::p2pk:
    case Scheme::p2pkh:
      return Address(AddressKind::p2pkh, key_hash(spot.key));
    case Scheme::p2wpkh:
      return Address(AddressKind::p2wpkh, key_hash(spot.key));
    case Scheme::p2sh_segwit:
      script = {kOp0};
      push(script, key_hash(spot.key));
      return Address(AddressKind::p2sh, hash160(script));
    case Scheme::p2sh_multisig:
      append_multisig(script, spot.key, 2, 3);
      return Address(AddressKind::p2sh, hash160(script));
    case Scheme::p2wsh_multisig:
      return Address(AddressKind::p2wsh, program(spot));
    case Scheme::p2tr:
      return Address(AddressKind::p2tr, program(spot));
    case Scheme::bare_multisig:
      append_multisig(script, spot.key, 1, 2);
      return Address(AddressKind::multisig, hash160(script));
    case Scheme::nonstandard:
    case Scheme::op_return:
      break;
  }
  return std::nullopt;
}

void KeyRing::append_output_script(Bytes& out, const Spot& spot) const {
  switch (spot.scheme) {
    case Scheme::p2pk:
      push(out, public_key(spot.key));
      out.push_back(kCheckSig);
      return;
    case Scheme::p2pkh:
      append(out, std::array{kDup, kHash160});
      push(out, key_hash(spot.key));
      append(out, std::array{kEqualVerify, kCheckSig});
      return;
    case Scheme::p2sh_segwit:
    case Scheme::p2sh_multisig:
      out.push_back(kHash160);
      push(out, address(spot)->bytes());
      out.push_back(kEqual);
      return;
    case Scheme::p2wpkh:
      out.push_back(kOp0);
      push(out, key_hash(spot.key));
      return;
    case Scheme::p2wsh_multisig:
    case Scheme::p2tr:
      out.push_back(spot.scheme == Scheme::p2tr ? kOp1 : kOp0);
      push(out, program(spot));
      return;
    case Scheme::bare_multisig:
      append_multisig(out, spot.key, 1, 2);
      return;
    case Scheme::nonstandard:
      push(out, stream<8>(split_mix(seed_ ^ spot.key)));
      append(out, std::array{kDrop, kOp1});
      return;
    case Scheme::op_return:
      out.push_back(kReturn);
      push(out, stream<32>(split_mix(seed_ ^ spot.key)));
      return;
  }
}

// DER as wallets write it: r with or without its sign byte, low s, SIGHASH_ALL.
void KeyRing::append_signature(Bytes& out, std::uint64_t key, std::uint64_t nonce) const {
  auto bytes = stream<64>(split_mix(seed_ ^ key) ^ split_mix(nonce));
  bytes[0] |= 1;  // a leading zero byte would not be minimal DER
  const bool sign = (bytes[0] & 0x80) != 0;
  const std::uint8_t r_size = sign ? 33 : 32;
  out.push_back(static_cast<std::uint8_t>(r_size + 39));
  append(out,
         std::array<std::uint8_t, 4>{0x30, static_cast<std::uint8_t>(r_size + 36), 0x02, r_size});
  if (sign) out.push_back(0);
  append(out, ByteView(bytes).first(32));
  append(out, std::array<std::uint8_t, 2>{0x02, 32});
  out.push_back(static_cast<std::uint8_t>((bytes[32] & 0x7f) | 0x01));
  append(out, ByteView(bytes).subspan(33));
  out.push_back(0x01);
}

void KeyRing::append_schnorr(Bytes& out, std::uint64_t key, std::uint64_t nonce) const {
  push(out, stream<64>(split_mix(seed_ ^ key) ^ split_mix(nonce)));
}

void KeyRing::append_unlocking_script(Bytes& out, const Spot& spot, std::uint64_t nonce) const {
  switch (spot.scheme) {
    case Scheme::p2pk:
      append_signature(out, spot.key, nonce);
      return;
    case Scheme::p2pkh:
      append_signature(out, spot.key, nonce);
      push(out, public_key(spot.key));
      return;
    case Scheme::p2sh_segwit:
      append(out, std::array<std::uint8_t, 3>{22, kOp0, 20});
      append(out, key_hash(spot.key));
      return;
    case Scheme::p2sh_multisig:
      out.push_back(kOp0);
      append_signature(out, spot.key, nonce);
      append_signature(out, spot.key, nonce + 1);
      append(out, std::array<std::uint8_t, 2>{kPushData1, kMultisigSize});
      append_multisig(out, spot.key, 2, 3);
      return;
    case Scheme::bare_multisig:
      out.push_back(kOp0);
      append_signature(out, spot.key, nonce);
      return;
    default:
      return;
  }
}

void KeyRing::append_witness(Bytes& out, const Spot& spot, std::uint64_t nonce) const {
  switch (spot.scheme) {
    case Scheme::p2sh_segwit:
    case Scheme::p2wpkh:
      out.push_back(2);
      append_signature(out, spot.key, nonce);
      out.push_back(33);
      append(out, public_key(spot.key));
      return;
    case Scheme::p2wsh_multisig:
      append(out, std::array<std::uint8_t, 2>{4, 0});
      append_signature(out, spot.key, nonce);
      append_signature(out, spot.key, nonce + 1);
      out.push_back(kMultisigSize);
      append_multisig(out, spot.key, 2, 3);
      return;
    case Scheme::p2tr:
      out.push_back(1);
      append_schnorr(out, spot.key, nonce);
      return;
    default:
      out.push_back(0);
  }
}

unsigned input_vbytes(Scheme scheme) {
  constexpr unsigned kSizes[kSchemes] = {114, 148, 91, 297, 68, 105, 58, 115, 41, 0};
  return kSizes[static_cast<std::size_t>(scheme)];
}

unsigned output_vbytes(Scheme scheme) {
  constexpr unsigned kSizes[kSchemes] = {44, 34, 32, 32, 31, 43, 43, 80, 20, 43};
  return kSizes[static_cast<std::size_t>(scheme)];
}

}  // namespace clew::simulate
