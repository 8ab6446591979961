// Bitcoin Core's valid test transactions: spends made up to be as odd as consensus allows.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "chain/bitcoin/block.h"
#include "chain/bitcoin/script_test_data.h"

namespace clew::bitcoin {
namespace {

using test::chain;
using test::hex;

// Script numbers: little-endian, the sign in the highest bit.
Bytes push_number(std::int64_t n) {
  if (n == 0) return {0x00};
  if (n >= 1 && n <= 16) return {static_cast<std::uint8_t>(0x50 + n)};
  Bytes digits;
  for (; n != 0; n >>= 8)
    digits.push_back(static_cast<std::uint8_t>(n));
  if ((digits.back() & 0x80) != 0) digits.push_back(0);
  digits.insert(digits.begin(), static_cast<std::uint8_t>(digits.size()));
  return digits;
}

// The notation of the vectors: raw bytes as 0x…, numbers in decimal, operators by name.
Bytes assemble(const std::string& text) {
  static const std::map<std::string, std::uint8_t> kOperators{
      {"IF", 0x63},
      {"ENDIF", 0x68},
      {"DROP", 0x75},
      {"DUP", 0x76},
      {"EQUAL", 0x87},
      {"EQUALVERIFY", 0x88},
      {"1ADD", 0x8b},
      {"1SUB", 0x8c},
      {"NOT", 0x91},
      {"ADD", 0x93},
      {"HASH160", 0xa9},
      {"CODESEPARATOR", 0xab},
      {"CHECKSIG", 0xac},
      {"CHECKSIGVERIFY", 0xad},
      {"CHECKMULTISIG", 0xae},
      {"CHECKLOCKTIMEVERIFY", 0xb1},
      {"CHECKSEQUENCEVERIFY", 0xb2},
  };
  Bytes script;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (word.starts_with("OP_")) word.erase(0, 3);
    Bytes part;
    if (word.starts_with("0x")) {
      part = hex(word.substr(2));
    } else if (const auto found = kOperators.find(word); found != kOperators.end()) {
      part = {found->second};
    } else {
      part = push_number(std::stoll(word));
    }
    script.insert(script.end(), part.begin(), part.end());
  }
  return script;
}

struct Tally {
  int inputs = 0;
  int right = 0;
  int same_key = 0;
  int other_version = 0;
};

// An answer may differ from the spent output in two ways only: the output is no template, but
// demands the revealed key all the same; or it is a witness program that nobody can know yet.
void compare(const Address& answer, ByteView spent, Tally& tally) {
  const auto truth = classify(spent);
  if (truth.has_address && truth.address == answer) {
    ++tally.right;
  } else if (truth.type == ScriptType::nonstandard && answer.kind == AddressKind::p2pkh) {
    EXPECT_FALSE(std::ranges::search(spent, answer.bytes()).empty()) << to_hex(spent);
    ++tally.same_key;
  } else {
    EXPECT_EQ(truth.type, ScriptType::witness_unknown) << to_hex(spent);
    ++tally.other_version;
  }
}

void compare_inputs(const Block& block, const nlohmann::json& outputs, Tally& tally) {
  std::map<std::string, Bytes> scripts;
  for (const auto& output : outputs) {
    auto outpoint = hex(output[0].get<std::string>());
    std::ranges::reverse(outpoint);
    append_le(outpoint, static_cast<std::uint32_t>(output[1].get<std::int64_t>()));
    scripts[to_hex(outpoint)] = assemble(output[2].get<std::string>());
  }
  for (const auto& input : block.inputs) {
    const auto witness =
        input.witness == nullptr ? std::vector<ByteView>() : witness_stack(input.witness);
    const auto answer = revealed_address(input.script, witness);
    ++tally.inputs;
    if (answer) compare(*answer, scripts.at(to_hex(ByteView(input.outpoint, 36))), tally);
  }
}

TEST(RevealedTruth, OddSpendsOfCoreTests) {
  CLEW_NEED_DATA();
  Tally tally;
  const auto rows = test::data_json("bitcoin/vectors/core_tx-valid.json.gz");
  for (const auto& row : rows) {
    if (row.size() != 3) continue;  // a comment
    const auto raw = hex(row[1].get<std::string>());
    Block block;
    const auto done = decode_transaction(raw, chain("main"), block);
    ASSERT_TRUE(done) << done.error().message;
    compare_inputs(block, row[0], tally);
  }
  EXPECT_EQ(tally.inputs, 175);
  EXPECT_EQ(tally.right, 62);
  EXPECT_EQ(tally.same_key, 3);
  EXPECT_EQ(tally.other_version, 1);
}

}  // namespace
}  // namespace clew::bitcoin
