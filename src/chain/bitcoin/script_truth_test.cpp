// Types and addresses of output scripts against what other programs said of the same scripts.
#include <gtest/gtest.h>

#include <map>

#include "chain/bitcoin/script_test_data.h"

namespace clew::bitcoin {
namespace {

using nlohmann::json;
using test::chain;
using test::for_each_line;
using test::hex;

// Bitcoin Core's names ("type" of scriptPubKey) for ours.
const std::map<std::string, ScriptType> kCoreTypes{
    {"nonstandard", ScriptType::nonstandard},
    {"pubkey", ScriptType::p2pk},
    {"pubkeyhash", ScriptType::p2pkh},
    {"scripthash", ScriptType::p2sh},
    {"multisig", ScriptType::multisig},
    {"witness_v0_keyhash", ScriptType::p2wpkh},
    {"witness_v0_scripthash", ScriptType::p2wsh},
    {"witness_v1_taproot", ScriptType::p2tr},
    {"witness_unknown", ScriptType::witness_unknown},
    {"anchor", ScriptType::witness_unknown},
    {"nulldata", ScriptType::op_return},
};

TEST(ScriptTruth, BitcoinCoreOnTheEmulatedRuns) {
  CLEW_NEED_DATA();
  std::size_t scripts = 0;
  std::size_t addresses = 0;
  for (const auto* run : {"2024-04-05_15-19_lognorm-static-10-5utxo",
                          "2025-02-10_08-08_Joinmarket_1Taker_2Tumbler_40Maker"}) {
    for_each_line(std::string("bitcoin/coinjoin_emulated/") + run + "_blocks.jsonl.gz",
                  [&](std::string_view line) {
                    const auto block = json::parse(line);
                    for (const auto& tx : block.at("tx")) {
                      for (const auto& output : tx.at("vout")) {
                        const auto& said = output.at("scriptPubKey");
                        const auto info = classify(hex(said.at("hex").get<std::string>()));
                        EXPECT_EQ(info.type, kCoreTypes.at(said.at("type"))) << said;
                        ++scripts;
                        if (!said.contains("address")) continue;
                        EXPECT_EQ(encode(info.address, chain("regtest")),
                                  said.at("address").get<std::string>())
                            << said;
                        ++addresses;
                      }
                    }
                  });
  }
  EXPECT_EQ(scripts, 1'532U);
  EXPECT_EQ(addresses, 1'164U);
}

TEST(ScriptTruth, NbitcoinOnMainnetTransactions) {
  CLEW_NEED_DATA();
  // That library knew no taproot yet: there its "Unknown" is a version 1 program of 32 bytes.
  const std::map<std::string, ScriptType> types{
      {"TxPubkey", ScriptType::p2pk},
      {"TxPubkeyhash", ScriptType::p2pkh},
      {"TxScripthash", ScriptType::p2sh},
      {"TxWitnessV0Keyhash", ScriptType::p2wpkh},
      {"TxWitnessV0Scripthash", ScriptType::p2wsh},
      {"TxNullData", ScriptType::op_return},
      {"Unknown", ScriptType::p2tr},
  };
  std::map<ScriptType, std::size_t> counts;
  for (const auto* file :
       {"joinmarket_like", "joinmarket_like_postmix", "wasabi1", "wasabi1_postmix", "wasabi2",
        "wasabi2_postmix", "whirlpool_mix", "whirlpool_postmix", "whirlpool_tx0"}) {
    for_each_line(std::string("bitcoin/coinjoin/") + file + ".jsonl.gz",
                  [&](std::string_view line) {
                    const auto tx = json::parse(line);
                    for (const auto* side : {"vin", "vout"}) {
                      for (const auto& coin : tx.at(side)) {
                        const auto script = hex(coin.at("script").get<std::string>());
                        const auto info = classify(script);
                        EXPECT_EQ(info.type, types.at(coin.at("type"))) << coin;
                        if (info.has_address) {
                          EXPECT_EQ(output_script(info.address), script) << coin;
                        }
                        ++counts[info.type];
                      }
                    }
                  });
  }
  EXPECT_EQ(counts[ScriptType::p2wpkh], 71'228U);
  EXPECT_EQ(counts[ScriptType::p2tr], 9'464U);
  EXPECT_EQ(counts[ScriptType::p2sh], 4'926U);
  EXPECT_EQ(counts[ScriptType::p2wsh], 1'274U);
  EXPECT_EQ(counts[ScriptType::op_return], 794U);
  EXPECT_EQ(counts[ScriptType::p2pkh], 575U);
}

}  // namespace
}  // namespace clew::bitcoin
