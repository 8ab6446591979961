// Keys and signatures of the simulated accounts: ECDSA over secp256k1 (SEC 1, section 4.1; SEC 2,
// section 2.4.1), real ones, so that who sent a transaction follows from its signature.
// Private keys are consecutive numbers and the few nonces are used again and again: that makes a
// key or a signature cost two microseconds, and keys that anybody can work out.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/u256.h"
#include "chain/evm/header.h"

namespace clew::simulate::ethereum {

using evm::Address;

struct CurvePoint {
  U256 x, y;
  bool operator==(const CurvePoint&) const = default;
};

struct Signature {
  U256 r, s;
  bool y_odd = false;  // of the nonce's point; s is at most half of the group's order (EIP-2)
};

using KeyNumber = std::uint32_t;

class Keys {
 public:
  // Private key i is base + i; `seed` picks the base.
  explicit Keys(std::uint64_t seed);

  U256 private_key(KeyNumber key) const;
  // The last 20 bytes of the public key's Keccak-256. Numbers are best asked for in rising order.
  Address address(KeyNumber key);
  Signature sign(KeyNumber key, const Hash256& digest) const;

 private:
  struct Nonce {
    U256 inverse, r;
    bool y_odd;
  };
  void extend();
  void make_nonces(std::uint64_t seed);

  U256 base_;
  CurvePoint last_;                  // of the last address made, or of `base_`
  std::vector<CurvePoint> strides_;  // 1, 2, ... times the generator
  std::vector<Address> addresses_;
  std::vector<Nonce> nonces_;
};

}  // namespace clew::simulate::ethereum
