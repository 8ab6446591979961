#include <gtest/gtest.h>

#include "base/sha256.h"
#include "chain/bitcoin/script_test_data.h"

namespace clew::bitcoin {
namespace {

using test::hex;

const std::string kKey = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
const std::string kLongKey =
    "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
    "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";
const std::string kSignature = "3044" + std::string(136, '1') + "01";  // 71 bytes
const std::string kSchnorr(128, '2');
const std::string kMultisig = "5121" + kKey + "21" + kKey + "52ae";
const std::string kHash(40, '5');

std::string push(const std::string& data) {
  const auto size = static_cast<std::uint8_t>(data.size() / 2);
  const std::string prefix = size < 76 ? "" : "4c";
  return prefix + to_hex(ByteView(&size, 1)) + data;
}

std::optional<Address> revealed(const std::string& script, const std::vector<std::string>& items) {
  std::vector<Bytes> owned;
  for (const auto& item : items)
    owned.push_back(hex(item));
  const std::vector<ByteView> witness(owned.begin(), owned.end());
  return revealed_address(hex(script), witness);
}

Address hash160_address(AddressKind kind, const std::string& preimage) {
  return Address(kind, hash160(hex(preimage)));
}
Address witness_script_address(const std::string& script) {
  return Address(AddressKind::p2wsh, sha256(hex(script)));
}

TEST(Revealed, KeyBesideItsSignature) {
  EXPECT_EQ(revealed(push(kSignature) + push(kKey), {}), hash160_address(AddressKind::p2pkh, kKey));
  EXPECT_EQ(revealed(push(kSignature) + push(kLongKey), {}),
            hash160_address(AddressKind::p2pkh, kLongKey));
  const auto hybrid = "06" + kLongKey.substr(2);
  EXPECT_EQ(revealed(push(kSignature) + push(hybrid), {}),
            hash160_address(AddressKind::p2pkh, hybrid));
}

TEST(Revealed, KeyWithoutASignatureIsNothing) {
  EXPECT_FALSE(revealed(push(kKey), {}));
  EXPECT_FALSE(revealed(push(kSchnorr) + push(kKey), {}));
  EXPECT_FALSE(revealed("00" + push(kKey), {}));
  EXPECT_FALSE(revealed(push(kSignature) + push(kSignature) + push(kKey), {}));
  EXPECT_FALSE(revealed(push("30" + std::string(146, '1')) + push(kKey), {}));  // 74 bytes
  EXPECT_FALSE(revealed(push("30" + std::string(14, '1')) + push(kKey), {}));   // 8 bytes
}

TEST(Revealed, KeyOutputsAndBareMultisigStayHidden) {
  EXPECT_FALSE(revealed(push(kSignature), {}));
  EXPECT_FALSE(revealed("00" + push(kSignature), {}));
  EXPECT_FALSE(revealed("00" + push(kSignature) + push(kSignature), {}));
  EXPECT_FALSE(revealed("", {}));
}

TEST(Revealed, RedeemScript) {
  const auto address = hash160_address(AddressKind::p2sh, kMultisig);
  EXPECT_EQ(revealed("00" + push(kSignature) + push(kMultisig), {}), address);
  EXPECT_EQ(revealed("00" + push(kSignature) + push(kSignature) + push(kMultisig), {}), address);
  EXPECT_EQ(revealed(push(kSignature) + push("21" + kKey + "ac"), {}),
            hash160_address(AddressKind::p2sh, "21" + kKey + "ac"));
}

TEST(Revealed, PushThatIsNoRedeemScript) {
  EXPECT_FALSE(revealed(push("00112233"), {}));            // a preimage: cut off as a script
  EXPECT_FALSE(revealed("51", {}));                        // a number
  EXPECT_FALSE(revealed(push("5187"), {}));                // could run, but checks no signature
  EXPECT_FALSE(revealed(push("7e21" + kKey + "ac"), {}));  // OP_CAT never runs
  EXPECT_FALSE(revealed(push("ba21" + kKey + "ac"), {}));  // no opcode
  EXPECT_FALSE(revealed(push(kMultisig) + "61", {}));      // P2SH takes pushes only
  EXPECT_FALSE(revealed(push(kMultisig) + "00", {}));
  // 520 bytes, and one over the limit of a push.
  EXPECT_TRUE(revealed("4d0802" + std::string(1038, '7') + "ac", {}));
  EXPECT_FALSE(revealed("4d0902" + std::string(1040, '7') + "ac", {}));
}

TEST(Revealed, NestedWitnessPrograms) {
  const auto key_program = "0014" + kHash;
  const auto script_program = "0020" + std::string(64, '5');
  const auto key_address = hash160_address(AddressKind::p2sh, key_program);
  EXPECT_EQ(revealed(push(key_program), {kSignature, kKey}), key_address);
  EXPECT_EQ(revealed(push(key_program), {}), key_address);  // witness cut away
  EXPECT_EQ(revealed(push(script_program), {"", kSignature, kMultisig}),
            hash160_address(AddressKind::p2sh, script_program));
  EXPECT_EQ(revealed(push("51024e73"), {"aa"}), hash160_address(AddressKind::p2sh, "51024e73"));
  EXPECT_FALSE(revealed("00" + push(key_program), {kSignature, kKey}));
  EXPECT_FALSE(revealed(push(kMultisig), {kSignature}));
  EXPECT_FALSE(revealed(push("0013" + kHash.substr(2)), {kSignature, kKey}));
}

TEST(Revealed, WitnessKey) {
  EXPECT_EQ(revealed("", {kSignature, kKey}), hash160_address(AddressKind::p2wpkh, kKey));
  EXPECT_FALSE(revealed("", {kSchnorr, kKey}));
  EXPECT_FALSE(revealed("", {kSignature, kLongKey}));
  EXPECT_FALSE(revealed("", {"", kSignature, kKey}));
}

TEST(Revealed, WitnessScript) {
  EXPECT_EQ(revealed("", {"", kSignature, kMultisig}), witness_script_address(kMultisig));
  EXPECT_EQ(revealed("", {"51"}), witness_script_address("51"));
  EXPECT_FALSE(revealed("", {kSignature, ""}));
  EXPECT_FALSE(revealed("", {kSignature, "02aa"}));  // cut off as a script
  EXPECT_FALSE(revealed("", {kSignature, "ba"}));
  EXPECT_TRUE(revealed("", {kSignature, std::string(20'000, '7')}));
  EXPECT_FALSE(revealed("", {kSignature, std::string(20'002, '7')}));
}

TEST(Revealed, TaprootStaysHidden) {
  EXPECT_FALSE(revealed("", {kSchnorr}));
  EXPECT_FALSE(revealed("", {kSchnorr + "01"}));
  EXPECT_FALSE(revealed("", {kSchnorr, "50"}));  // annex
  EXPECT_FALSE(revealed("", {kSchnorr, "50" + kSchnorr}));
  const auto script = "20" + kKey.substr(2) + "ac";
  for (const std::string version : {"c0", "c1", "c2", "fe", "66", "02", "61"}) {
    for (std::size_t depth : {0, 1, 2, 128}) {
      const auto block = version + std::string(64 * (1 + depth), '7');
      EXPECT_FALSE(revealed("", {kSchnorr, script, block})) << version << " " << depth;
      EXPECT_FALSE(revealed("", {script, block})) << version << " " << depth;
      EXPECT_FALSE(revealed("", {kSchnorr, script, block, "50aa"})) << version << " " << depth;
    }
  }
}

TEST(Revealed, ScriptsThatNoControlBlockCanBe) {
  // One path step longer than BIP 341 allows, and a length between two steps.
  const std::string too_long(2 * (33 + 32 * 129), '7');
  EXPECT_EQ(revealed("", {kSignature, too_long}), witness_script_address(too_long));
  const std::string between(2 * (33 + 31), '7');
  EXPECT_EQ(revealed("", {kSignature, between}), witness_script_address(between));
}

}  // namespace
}  // namespace clew::bitcoin
