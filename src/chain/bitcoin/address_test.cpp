#include "chain/bitcoin/address.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "chain/bitcoin/script_test_data.h"

namespace clew::bitcoin {
namespace {

using test::chain;
using test::hex;

constexpr auto kKinds = {AddressKind::p2pkh,   AddressKind::p2sh, AddressKind::p2wpkh,
                         AddressKind::p2wsh,   AddressKind::p2tr, AddressKind::witness_unknown,
                         AddressKind::multisig};

Address sample(AddressKind kind, std::uint8_t fill) {
  Bytes bytes(payload_size(kind), fill);
  if (kind == AddressKind::witness_unknown) bytes = {2, fill, fill};
  return Address(kind, bytes);
}

TEST(Address, OneHashOnEveryNetwork) {
  const auto hash = hex("751e76e8199196d454941c45d1b3a323f1433bd6");
  const Address key(AddressKind::p2pkh, hash);
  EXPECT_EQ(encode(key, chain("main")), "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH");
  EXPECT_EQ(encode(key, chain("test")), "mrCDrCybB6J1vRfbwM5hemdJz73FwDBC8r");
  EXPECT_EQ(encode(key, chain("litecoin")), "LVuDpNCSSj6pQ7t9Pv6d6sUkLKoqDEVUnJ");
  const Address witness(AddressKind::p2wpkh, hash);
  EXPECT_EQ(encode(witness, chain("main")), "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4");
  EXPECT_EQ(encode(witness, chain("test")), "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx");
  EXPECT_TRUE(encode(witness, chain("regtest")).starts_with("bcrt1q"));
  EXPECT_TRUE(encode(witness, chain("litecoin")).starts_with("ltc1q"));
  EXPECT_TRUE(encode(witness, chain("litecoin-test")).starts_with("tltc1q"));
}

TEST(Address, EveryKindRoundTripsOnEveryNetwork) {
  for (const auto& params : all_chains()) {
    for (const auto kind : kKinds) {
      for (const std::uint8_t fill : {0, 1, 0x7f, 0xff}) {
        const auto address = sample(kind, fill);
        const auto text = encode(address, params);
        EXPECT_EQ(decode_address(text, params), address) << text;
      }
    }
  }
}

TEST(Address, AnotherNetworksTextIsRefused) {
  const auto& main = chain("main");
  const auto& test = chain("test");
  const auto& regtest = chain("regtest");
  for (const auto kind : kKinds) {
    if (kind == AddressKind::multisig) continue;
    const auto text = encode(sample(kind, 9), main);
    EXPECT_FALSE(decode_address(text, test)) << text;
    EXPECT_FALSE(decode_address(text, regtest)) << text;
    EXPECT_FALSE(decode_address(encode(sample(kind, 9), test), main));
  }
  // The test networks share their base58 prefixes, but not the one of bech32.
  EXPECT_TRUE(decode_address(encode(sample(AddressKind::p2pkh, 9), test), regtest));
  EXPECT_FALSE(decode_address(encode(sample(AddressKind::p2wpkh, 9), test), regtest));
}

TEST(Address, LitecoinReadsItsOldScriptPrefix) {
  const auto address = sample(AddressKind::p2sh, 0x33);
  const auto& litecoin = chain("litecoin");
  const auto old_text = encode(address, chain("main"));
  EXPECT_TRUE(old_text.starts_with("3"));
  EXPECT_EQ(decode_address(old_text, litecoin), address);
  const auto text = encode(address, litecoin);
  EXPECT_TRUE(text.starts_with("M"));
  EXPECT_EQ(decode_address(text, litecoin), address);
  EXPECT_FALSE(decode_address(text, chain("main")));
}

TEST(Address, MultisigHasAFormOfItsOwn) {
  const auto address = sample(AddressKind::multisig, 0xab);
  const std::string text = "multisig:abababababababababababababababababababab";
  EXPECT_EQ(encode(address, chain("main")), text);
  EXPECT_EQ(decode_address(text, chain("main")), address);
  EXPECT_FALSE(decode_address("multisig:", chain("main")));
  EXPECT_FALSE(decode_address(text + "ab", chain("main")));
  EXPECT_FALSE(decode_address(text.substr(0, text.size() - 1), chain("main")));
  EXPECT_FALSE(decode_address("multisig:zz" + text.substr(11), chain("main")));
}

TEST(Address, PayToAnchorIsAnUnknownProgram) {
  const auto address = decode_address("bc1pfeessrawgf", chain("main"));
  ASSERT_TRUE(address);
  EXPECT_EQ(*address, Address(AddressKind::witness_unknown, hex("014e73")));
}

TEST(Address, RubbishIsRefused) {
  for (const auto& params : all_chains()) {
    for (const std::string text : {"", " ", "1", "bc1", "bc1q", "3", "satoshi", "\xff\xfe"})
      EXPECT_FALSE(decode_address(text, params)) << text;
    EXPECT_FALSE(decode_address(std::string(100'000, '1'), params));
    EXPECT_FALSE(decode_address(std::string("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa\0", 35), params));
  }
}

TEST(Address, OrderIsKindThenBytes) {
  std::vector<Address> ordered;
  for (const auto kind : kKinds) {
    for (const std::uint8_t fill : {0, 1, 0x80, 0xff})
      ordered.push_back(sample(kind, fill));
  }
  EXPECT_TRUE(std::ranges::is_sorted(ordered));
  EXPECT_TRUE(std::ranges::adjacent_find(ordered) == ordered.end());
  // Payloads of different length compare as texts do.
  const Address shorter(AddressKind::witness_unknown, hex("020000"));
  const Address longer(AddressKind::witness_unknown, hex("02000000"));
  EXPECT_LT(shorter, longer);
  EXPECT_NE(shorter, longer);
  EXPECT_LT(longer, Address(AddressKind::witness_unknown, hex("020001")));
}

}  // namespace
}  // namespace clew::bitcoin
