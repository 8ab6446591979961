#include "chain/bitcoin/script.h"

#include <gtest/gtest.h>

#include <set>

#include "base/sha256.h"
#include "chain/bitcoin/script_test_data.h"

namespace clew::bitcoin {
namespace {

using test::chain;
using test::hex;
using test::told;

const std::string kKey = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
const std::string kLongKey =
    "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
    "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";

ScriptType type_of(const std::string& script) {
  return classify(hex(script)).type;
}

// `required` of `keys` times the same key, both numbers as given.
std::string multisig(const std::string& required, int keys, const std::string& total) {
  std::string script = required;
  for (int i = 0; i < keys; ++i)
    script += "21" + kKey;
  return script + total + "ae";
}

TEST(Classify, KeyAndItsHashAreOneAddress) {
  const auto& main = chain("main");
  EXPECT_EQ(told(hex("21" + kKey + "ac"), main), "p2pk 1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH");
  EXPECT_EQ(told(hex("76a914751e76e8199196d454941c45d1b3a323f1433bd688ac"), main),
            "p2pkh 1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH");
  EXPECT_EQ(told(hex("41" + kLongKey + "ac"), main), "p2pk 1EHNa6Q4Jz2uvNExL497mE43ikXhwF6kZm");
}

TEST(Classify, KeyNeedsItsPrefixAndLength) {
  for (const auto* prefix : {"00", "01", "04", "05", "06", "ff"})
    EXPECT_EQ(type_of("21" + (prefix + kKey.substr(2)) + "ac"), ScriptType::nonstandard) << prefix;
  for (const auto* prefix : {"04", "06", "07"})
    EXPECT_EQ(type_of("41" + (prefix + kLongKey.substr(2)) + "ac"), ScriptType::p2pk) << prefix;
  for (const auto* prefix : {"02", "03", "05"})
    EXPECT_EQ(type_of("41" + (prefix + kLongKey.substr(2)) + "ac"), ScriptType::nonstandard);
  EXPECT_EQ(type_of("20" + kKey.substr(2) + "ac"), ScriptType::nonstandard);
  EXPECT_EQ(type_of("21" + kKey + "ad"), ScriptType::nonstandard);
  EXPECT_EQ(type_of("4c21" + kKey + "ac"), ScriptType::nonstandard);
}

TEST(Classify, ScriptHash) {
  const std::string hash = "bcfeb728b584253d5f3f70bcb780e9ef218a68f4";
  EXPECT_EQ(told(hex("a914" + hash + "87"), chain("main")),
            "p2sh 3JvL6Ymt8MVWiCNHC7oWU6nLeHNJKLZGLN");
  EXPECT_EQ(type_of("a914" + hash + "88"), ScriptType::nonstandard);
  EXPECT_EQ(type_of("a914" + hash + "8700"), ScriptType::nonstandard);
  EXPECT_EQ(type_of("a94c14" + hash + "87"), ScriptType::nonstandard);
  EXPECT_EQ(type_of("76a914" + hash + "88ad"), ScriptType::nonstandard);
}

TEST(Classify, WitnessProgramsByVersionAndLength) {
  const std::string forty(80, 'a');
  EXPECT_EQ(type_of("0014" + forty.substr(0, 40)), ScriptType::p2wpkh);
  EXPECT_EQ(type_of("0020" + forty.substr(0, 64)), ScriptType::p2wsh);
  EXPECT_EQ(type_of("5120" + forty.substr(0, 64)), ScriptType::p2tr);
  EXPECT_EQ(type_of("5114" + forty.substr(0, 40)), ScriptType::witness_unknown);
  EXPECT_EQ(type_of("5220" + forty.substr(0, 64)), ScriptType::witness_unknown);
  EXPECT_EQ(type_of("6028" + forty), ScriptType::witness_unknown);
  EXPECT_EQ(type_of("6002" + forty.substr(0, 4)), ScriptType::witness_unknown);
  // Not a version, a push that is not direct or does not end the script, a length out of range.
  EXPECT_EQ(type_of("6102" + forty.substr(0, 4)), ScriptType::nonstandard);
  EXPECT_EQ(type_of("4f02" + forty.substr(0, 4)), ScriptType::nonstandard);
  EXPECT_EQ(type_of("5101" + forty.substr(0, 2)), ScriptType::nonstandard);
  EXPECT_EQ(type_of("5129" + forty + "aa"), ScriptType::nonstandard);
  EXPECT_EQ(type_of("5102aaaaaa"), ScriptType::nonstandard);
  EXPECT_EQ(type_of("514c02aaaa"), ScriptType::nonstandard);
  EXPECT_EQ(type_of("0015" + forty.substr(0, 42)), ScriptType::nonstandard);
  EXPECT_EQ(type_of("0002aaaa"), ScriptType::nonstandard);
}

TEST(Classify, PayToAnchor) {
  EXPECT_EQ(told(hex("51024e73"), chain("main")), "witness_unknown bc1pfeessrawgf");
}

TEST(Classify, DataCarriersHaveNoAddress) {
  for (const auto* script :
       {"6a", "6a00", "6a0b68656c6c6f20776f726c64", "6a4c", "6a5d", "6aac", "6a24aa21a9ed"}) {
    const auto info = classify(hex(script));
    EXPECT_EQ(info.type, ScriptType::op_return) << script;
    EXPECT_FALSE(info.has_address) << script;
  }
  EXPECT_EQ(type_of("006a"), ScriptType::nonstandard);
}

TEST(Classify, NonstandardHasNoAddress) {
  for (const auto* script : {"", "51", "ac", "00", "76a988ac", "ae", "51ae", "5151ae"}) {
    const auto info = classify(hex(script));
    EXPECT_EQ(info.type, ScriptType::nonstandard) << script;
    EXPECT_FALSE(info.has_address) << script;
  }
}

TEST(Multisig, AddressIsTheHashOfTheScript) {
  const auto script =
      hex("51"
          "21" +
          kKey + "41" + kLongKey + "52ae");
  EXPECT_EQ(told(script, chain("main")), "multisig multisig:" + to_hex(hash160(script)));
  const auto parsed = parse_multisig(script);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->required, 1);
  ASSERT_EQ(parsed->keys.size(), 2U);
  EXPECT_EQ(to_hex(parsed->keys[0]), kKey);
  EXPECT_EQ(to_hex(parsed->keys[1]), kLongKey);
}

TEST(Multisig, AnyNumberUpToTwenty) {
  const auto number = [](int n) {
    char text[8];
    std::snprintf(text, sizeof text, n <= 16 ? "%02x" : "01%02x", n <= 16 ? 0x50 + n : n);
    return std::string(text);
  };
  for (int total = 1; total <= 20; ++total) {
    for (int required = 1; required <= total; ++required) {
      const auto script = hex(multisig(number(required), total, number(total)));
      const auto parsed = parse_multisig(script);
      ASSERT_TRUE(parsed) << required << " of " << total;
      EXPECT_EQ(parsed->required, required);
      EXPECT_EQ(parsed->keys.size(), static_cast<std::size_t>(total));
      EXPECT_EQ(classify(script).type, ScriptType::multisig);
    }
    EXPECT_FALSE(parse_multisig(hex(multisig(number(total + 1), total, number(total)))));
    EXPECT_FALSE(parse_multisig(hex(multisig("51", total, number(total + 1)))));
  }
  EXPECT_FALSE(parse_multisig(hex(multisig("51", 21, number(21)))));
}

TEST(Multisig, FormsThatAreNoTemplate) {
  EXPECT_FALSE(parse_multisig(hex(multisig("00", 1, "51"))));
  EXPECT_FALSE(parse_multisig(hex(multisig("52", 1, "51"))));
  EXPECT_FALSE(parse_multisig(hex(multisig("4f", 1, "51"))));
  EXPECT_FALSE(parse_multisig(hex(multisig("0101", 1, "51"))));  // a number not in shortest form
  EXPECT_FALSE(parse_multisig(hex(multisig("51", 1, "0101"))));
  EXPECT_FALSE(parse_multisig(hex(multisig("51", 1, "51") + "61")));
  EXPECT_FALSE(parse_multisig(hex(multisig("51", 1, "5161"))));
  EXPECT_FALSE(
      parse_multisig(hex("51"
                         "20" +
                         kKey.substr(2) + "51ae")));
  EXPECT_FALSE(
      parse_multisig(hex("51"
                         "21" +
                         ("05" + kKey.substr(2)) + "51ae")));
  // The last key's push swallows the operator.
  EXPECT_FALSE(
      parse_multisig(hex("51"
                         "41" +
                         kKey + "51ae")));
}

TEST(Pushes, EveryWayToPush) {
  const auto script =
      hex("00"
          "02aabb"
          "4c01cc"
          "4d0100dd"
          "4e01000000ee"
          "4f"
          "51"
          "60");
  const auto pushes = parse_pushes(script);
  ASSERT_TRUE(pushes);
  std::vector<std::string> texts;
  for (const auto push : *pushes)
    texts.push_back(to_hex(push));
  EXPECT_EQ(texts, (std::vector<std::string>{"", "aabb", "cc", "dd", "ee", "81", "01", "10"}));
  EXPECT_TRUE(parse_pushes({})->empty());
}

TEST(Pushes, OperatorsAndCutOffPushesAreRefused) {
  for (const auto* script : {"50", "61", "0176", "ac", "02aa", "4c", "4c01", "4d01", "4dffff00",
                             "4e000000", "4effffffff00", "4b"}) {
    EXPECT_EQ(parse_pushes(hex(script)).has_value(), std::string_view(script) == "0176") << script;
  }
}

TEST(OutputScript, IsTheInverseOfClassify) {
  for (const auto* script : {
           "76a914751e76e8199196d454941c45d1b3a323f1433bd688ac",
           "a914bcfeb728b584253d5f3f70bcb780e9ef218a68f487",
           "0014751e76e8199196d454941c45d1b3a323f1433bd6",
           "00201863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262",
           "512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
           "5114751e76e8199196d454941c45d1b3a323f1433bd6",
           "6002751e",
           "51024e73",
       }) {
    EXPECT_EQ(to_hex(output_script(classify(hex(script)).address)), script);
  }
  // A key's script comes back as the one of its hash; a multisig script cannot come back.
  EXPECT_EQ(to_hex(output_script(classify(hex("21" + kKey + "ac")).address)),
            "76a914751e76e8199196d454941c45d1b3a323f1433bd688ac");
  EXPECT_TRUE(output_script(classify(hex(multisig("51", 1, "51"))).address).empty());
  EXPECT_TRUE(output_script(Address()).empty());
}

TEST(ScriptNames, AreDistinct) {
  std::set<std::string> names;
  for (int type = 0; type <= 9; ++type)
    EXPECT_TRUE(names.insert(name(static_cast<ScriptType>(type))).second);
  EXPECT_STREQ(name(ScriptType::witness_unknown), "witness_unknown");
}

}  // namespace
}  // namespace clew::bitcoin
