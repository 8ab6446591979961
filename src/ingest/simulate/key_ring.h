// Keys and scripts. A key is a number; its public key, and every script and signature made with it,
// follow from the number and the seed. Signatures only look like signatures: nobody can check them,
// and whoever reads a ledger does not. Public keys hash to the addresses that they spend from.
#pragma once

#include <optional>
#include <span>

#include "base/bytes.h"
#include "chain/bitcoin/address.h"
#include "ingest/simulate/coin.h"

namespace clew::simulate {

class KeyRing {
 public:
  explicit KeyRing(std::uint64_t seed) : seed_(split_seed(seed)) {}

  void append_output_script(Bytes& out, const Spot& spot) const;
  // The unlocking script, without its length, for spending an output that pays `spot`.
  void append_unlocking_script(Bytes& out, const Spot& spot, std::uint64_t nonce) const;
  // The witness stack with its count: a single zero byte where there is none.
  void append_witness(Bytes& out, const Spot& spot, std::uint64_t nonce) const;
  // Nothing for scripts without an address.
  std::optional<bitcoin::Address> address(const Spot& spot) const;

 private:
  using PublicKey = std::array<std::uint8_t, 33>;
  static std::uint64_t split_seed(std::uint64_t seed);
  PublicKey public_key(std::uint64_t key, unsigned part = 0) const;
  Hash160 key_hash(std::uint64_t key) const;
  void append_multisig(Bytes& out, std::uint64_t key, unsigned required, unsigned keys) const;
  Hash256 program(const Spot& spot) const;  // of P2WSH and P2TR
  void append_signature(Bytes& out, std::uint64_t key, std::uint64_t nonce) const;
  void append_schnorr(Bytes& out, std::uint64_t key, std::uint64_t nonce) const;

  std::uint64_t seed_;
};

constexpr bool is_segwit(Scheme scheme) {
  return scheme == Scheme::p2sh_segwit || scheme == Scheme::p2wpkh ||
         scheme == Scheme::p2wsh_multisig || scheme == Scheme::p2tr;
}

// Virtual bytes (BIP 141) that an input or output of a scheme takes, for fees; within two of real.
unsigned input_vbytes(Scheme scheme);
unsigned output_vbytes(Scheme scheme);

}  // namespace clew::simulate
