// Addresses against the vectors and lists of other implementations.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <tuple>

#include "chain/bitcoin/script_test_data.h"

namespace clew::bitcoin {
namespace {

using test::chain;
using test::data_json;
using test::data_text;
using test::for_each_line;
using test::hex;

void expect_refused_everywhere(const std::string& text) {
  for (const auto& params : all_chains()) {
    if (params.chain == "bitcoin") {
      EXPECT_FALSE(decode_address(text, params)) << text << " on " << params.network;
    }
  }
}

std::string flip_case(std::string text) {
  for (char& c : text) {
    const auto u = static_cast<unsigned char>(c);
    c = static_cast<char>(std::islower(u) ? std::toupper(u) : std::tolower(u));
  }
  return text;
}

TEST(AddressVectors, CoreKeysValid) {
  CLEW_NEED_DATA();
  int addresses = 0;
  int keys = 0;
  const auto rows = data_json("bitcoin/vectors/core_key_io_valid.json");
  for (const auto& row : rows) {
    const std::string text = row[0];
    if (row[2].at("isPrivkey").get<bool>()) {
      expect_refused_everywhere(text);
      ++keys;
      continue;
    }
    const auto& params = chain(row[2].at("chain").get<std::string>());
    const auto script = hex(row[1].get<std::string>());
    const auto address = decode_address(text, params);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(output_script(*address), script) << text;
    EXPECT_EQ(classify(script).address, *address) << text;
    EXPECT_EQ(encode(*address, params), text);
    const auto flipped = decode_address(flip_case(text), params);
    if (row[2].value("tryCaseFlip", false)) {
      EXPECT_EQ(flipped, address) << text;
    } else {
      EXPECT_FALSE(flipped) << text;
    }
    ++addresses;
  }
  EXPECT_EQ(addresses + keys, 70);
  EXPECT_GT(addresses, 40);
  EXPECT_GT(keys, 10);
}

TEST(AddressVectors, NbitcoinKeysValid) {
  CLEW_NEED_DATA();
  int addresses = 0;
  const auto rows = data_json("bitcoin/vectors/nbitcoin_base58_keys_valid.json");
  for (const auto& row : rows) {
    const std::string text = row[0];
    if (row[2].at("isPrivkey").get<bool>()) {
      expect_refused_everywhere(text);
      continue;
    }
    const bool test_network = row[2].at("isTestnet").get<bool>();
    const auto& params = chain(test_network ? "test" : "main");
    const bool key = row[2].at("addrType") == "pubkey";
    const Address expected(key ? AddressKind::p2pkh : AddressKind::p2sh,
                           hex(row[1].get<std::string>()));
    EXPECT_EQ(decode_address(text, params), expected) << text;
    EXPECT_EQ(encode(expected, params), text);
    EXPECT_FALSE(decode_address(text, chain(test_network ? "main" : "test"))) << text;
    ++addresses;
  }
  EXPECT_GT(addresses, 20);
}

TEST(AddressVectors, InvalidKeysAreRefused) {
  CLEW_NEED_DATA();
  for (const auto* file : {"core_key_io_invalid.json", "nbitcoin_base58_keys_invalid.json"}) {
    const auto rows = data_json(std::string("bitcoin/vectors/") + file);
    EXPECT_GE(rows.size(), 50U);
    for (const auto& row : rows)
      expect_refused_everywhere(row[0].get<std::string>());
  }
}

TEST(AddressVectors, Bip341Wallet) {
  CLEW_NEED_DATA();
  const auto vectors = data_json("bitcoin/vectors/nbitcoin_bip-0341_wallet-test-vectors.json.gz");
  int count = 0;
  for (const auto& row : vectors.at("scriptPubKey")) {
    const auto& expected = row.at("expected");
    const std::string text = expected.at("bip350Address");
    const auto info = classify(hex(expected.at("scriptPubKey").get<std::string>()));
    EXPECT_EQ(info.type, ScriptType::p2tr);
    EXPECT_EQ(encode(info.address, chain("main")), text);
    EXPECT_EQ(decode_address(text, chain("main")), info.address);
    ++count;
  }
  EXPECT_EQ(count, 7);
}

TEST(AddressVectors, HundredThousandRoundTrips) {
  CLEW_NEED_DATA();
  std::size_t legacy = 0;
  std::size_t script = 0;
  std::size_t segwit = 0;
  for_each_line("bitcoin/vectors/btc_addresses.txt.gz", [&](std::string_view line) {
    const auto address = decode_address(line, chain("main"));
    ASSERT_TRUE(address) << line;
    EXPECT_EQ(encode(*address, chain("main")), line);
    const auto back = classify(output_script(*address));
    EXPECT_EQ(back.address, *address) << line;
    (line[0] == '1' ? legacy : line[0] == '3' ? script : segwit) += 1;
  });
  // As SOURCES.md of the data folder counts them.
  EXPECT_EQ(legacy, 50'425U);
  EXPECT_EQ(script, 29'105U);
  EXPECT_EQ(segwit, 20'469U);
}

TEST(AddressVectors, SanctionedAddressesDecodeOnTheirChain) {
  CLEW_NEED_DATA();
  const auto lists = data_json("labels/ofac_sanctioned_addresses.json");
  for (const auto& [currency, network, size] :
       {std::tuple{"XBT", "main", 435U}, std::tuple{"LTC", "litecoin", 10U}}) {
    ASSERT_EQ(lists.at(currency).size(), size);
    for (const std::string text : lists.at(currency)) {
      // One entry of the published list is a TRON address under Bitcoin's code.
      const bool foreign = text == "TUCsTq7TofTCJRRoHk6RvhMoS2mJLm5Yzq";
      EXPECT_EQ(decode_address(text, chain(network)).has_value(), !foreign) << text;
    }
  }
  for (const auto* currency : {"DASH", "ZEC", "XVG", "XMR", "TRX", "BTG"}) {
    for (const auto& text : lists.at(currency))
      EXPECT_FALSE(decode_address(text.get<std::string>(), chain("main"))) << text;
  }
}

}  // namespace
}  // namespace clew::bitcoin
