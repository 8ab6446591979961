#include "ingest/simulate/ethereum/keys.h"

#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include <memory>

#include "base/keccak.h"
#include "chain/evm/header.h"

namespace clew::simulate::ethereum {
namespace {

// The curve as OpenSSL has it, to recover who signed (SEC 1, section 4.1.6).
class Curve {
 public:
  Curve()
      : group_(EC_GROUP_new_by_curve_name(NID_secp256k1), EC_GROUP_free),
        context_(BN_CTX_new(), BN_CTX_free) {}

  using Number = std::unique_ptr<BIGNUM, decltype(&BN_free)>;
  using Point = std::unique_ptr<EC_POINT, decltype(&EC_POINT_free)>;

  static Number number(const U256& value) {
    const auto bytes = value.to_big_endian();
    return {BN_bin2bn(bytes.data(), bytes.size(), nullptr), BN_free};
  }
  Point point() const { return {EC_POINT_new(group_.get()), EC_POINT_free}; }
  Address address(const EC_POINT* at) const {
    std::array<std::uint8_t, 65> encoded;
    EC_POINT_point2oct(group_.get(), at, POINT_CONVERSION_UNCOMPRESSED, encoded.data(),
                       encoded.size(), context_.get());
    const Hash256 hash = keccak256(ByteView(encoded).subspan(1));
    Address address;
    std::copy(hash.end() - 20, hash.end(), address.begin());
    return address;
  }
  Address of_private_key(const U256& key) const {
    const Point at = point();
    EC_POINT_mul(group_.get(), at.get(), number(key).get(), nullptr, nullptr, context_.get());
    return address(at.get());
  }
  Address recover(const Signature& signature, const Hash256& digest) const {
    const Number r = number(signature.r), s = number(signature.s);
    const Number z = number(*U256::from_big_endian(digest));
    const BIGNUM* order = EC_GROUP_get0_order(group_.get());
    const Point nonce = point(), key = point();
    EC_POINT_set_compressed_coordinates(group_.get(), nonce.get(), r.get(), signature.y_odd,
                                        context_.get());
    const Number inverse(BN_mod_inverse(nullptr, r.get(), order, context_.get()), BN_free);
    const Number u1(BN_new(), BN_free), u2(BN_new(), BN_free);
    BN_mod_mul(u1.get(), z.get(), inverse.get(), order, context_.get());
    BN_mod_sub(u1.get(), order, u1.get(), order, context_.get());
    BN_mod_mul(u2.get(), s.get(), inverse.get(), order, context_.get());
    EC_POINT_mul(group_.get(), key.get(), u1.get(), nonce.get(), u2.get(), context_.get());
    return address(key.get());
  }

 private:
  std::unique_ptr<EC_GROUP, decltype(&EC_GROUP_free)> group_;
  std::unique_ptr<BN_CTX, decltype(&BN_CTX_free)> context_;
};

TEST(Keys, AddressesAreThoseOfTheirPrivateKeys) {
  const Curve curve;
  Keys keys(7);
  for (const KeyNumber key : {0u, 1u, 126u, 127u, 128u, 129u, 1000u})
    EXPECT_EQ(keys.address(key), curve.of_private_key(keys.private_key(key))) << key;
  EXPECT_EQ(keys.address(3), Keys(7).address(3));
  EXPECT_NE(keys.address(3), Keys(8).address(3));
}

TEST(Keys, WhoSignedFollowsFromTheSignature) {
  const Curve curve;
  Keys keys(3);
  const U256 half =
      *U256::from_quantity("0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0");
  for (std::uint8_t i = 0; i < 100; ++i) {
    const std::array<std::uint8_t, 1> message = {i};
    const Hash256 digest = keccak256(message);
    const Signature signature = keys.sign(i, digest);
    EXPECT_LE(signature.s, half);
    EXPECT_EQ(evm::to_text(curve.recover(signature, digest)), evm::to_text(keys.address(i)));
  }
}

}  // namespace
}  // namespace clew::simulate::ethereum
