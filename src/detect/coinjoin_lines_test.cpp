#include "detect/coinjoin_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <fstream>

#include "tests/tiny_chain.h"

namespace clew::detect {
namespace {

using ::testing::HasSubstr;

constexpr const char* kTxid = "d19450c00be0fdbb560e4de48ca9ad66e73875cd4bd1adff856eedb1a4ee8b00";
constexpr const char* kP2wpkh = "00140ba3f194081bd52265341c12b270ca86b3d382e8";

std::string line_of(const std::string& vin, const std::string& vout, const std::string& more = "") {
  return std::string("{\"txid\":\"") + kTxid + "\"," + more + "\"vin\":[" + vin + "],\"vout\":[" +
         vout + "]}";
}
std::string slot(const std::string& value, const std::string& script) {
  return "{\"value\":" + value + ",\"script\":\"" + script + "\"}";
}
std::string gzip(const std::string& text) {
  std::string packed(compressBound(text.size()) + 64, '\0');
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<unsigned>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<unsigned>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

class Lines : public ::testing::Test {
 protected:
  TransactionLines open(const std::string& content, const std::string& name = "loose.jsonl") {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return TransactionLines(folder_ / name);
  }
  std::string error_of(const std::string& line) {
    LooseTransaction tx;
    const auto parsed = parse_loose_transaction(line, tx);
    return parsed ? "" : parsed.error().message;
  }
  clew::test::TemporaryFolder folder_;
  LooseTransaction tx_;
};

TEST_F(Lines, ReadsWhatTheRulesNeed) {
  auto lines = open(line_of(slot("5003932", kP2wpkh) + "," + slot("7", "51"),
                            slot("5000000", kP2wpkh) + "," + slot("0", "6a00"),
                            "\"time\":1710119889,\"label\":\"x\",\"pos\":3,"));
  ASSERT_TRUE(lines.next(tx_).value());
  EXPECT_EQ(to_display(tx_.txid), kTxid);
  EXPECT_EQ(tx_.shape.time, 1710119889u);
  ASSERT_EQ(tx_.shape.inputs.size(), 2u);
  EXPECT_EQ(tx_.shape.inputs[0].value, 5003932);
  EXPECT_EQ(tx_.shape.inputs[0].type, bitcoin::ScriptType::p2wpkh);
  EXPECT_EQ(tx_.shape.inputs[0].owner, tx_.shape.outputs[0].owner);
  EXPECT_NE(tx_.shape.inputs[0].owner, tx_.shape.inputs[1].owner);
  EXPECT_EQ(tx_.shape.outputs[1].type, bitcoin::ScriptType::op_return);
  EXPECT_FALSE(tx_.shape.coinbase);
  EXPECT_FALSE(lines.next(tx_).value());
  EXPECT_FALSE(lines.next(tx_).value());
}

TEST_F(Lines, ScriptBytesCountNotTheDeclaredType) {
  const std::string taproot = "5120" + std::string(64, 'a');
  auto lines = open(line_of("{\"value\":1,\"script\":\"" + taproot + "\",\"type\":\"Unknown\"}",
                            slot("1", "5120" + std::string(62, 'a'))));
  ASSERT_TRUE(lines.next(tx_).value());
  EXPECT_EQ(tx_.shape.inputs[0].type, bitcoin::ScriptType::p2tr);
  EXPECT_EQ(tx_.shape.outputs[0].type, bitcoin::ScriptType::nonstandard);
}

TEST_F(Lines, AKeyAndItsHashAreOneOwner) {
  const std::string key = "02c28eca5907bf37e370ee50a337f940e474d324262187b909b77735b666a77fb6";
  const auto hash = hash160(*from_hex(key));
  auto lines =
      open(line_of(slot("1", "21" + key + "ac"), slot("1", "76a914" + to_hex(hash) + "88ac")));
  ASSERT_TRUE(lines.next(tx_).value());
  EXPECT_EQ(tx_.shape.inputs[0].type, bitcoin::ScriptType::p2pk);
  EXPECT_EQ(tx_.shape.inputs[0].owner, tx_.shape.outputs[0].owner);
}

TEST_F(Lines, KnowsTheWasabiCoordinator) {
  const auto address =
      bitcoin::decode_address(kWasabiCoordinators[1], bitcoin::all_chains().front());
  ASSERT_TRUE(address);
  auto lines =
      open(line_of(slot("1", kP2wpkh),
                   slot("1", to_hex(bitcoin::output_script(*address))) + "," + slot("1", kP2wpkh)));
  ASSERT_TRUE(lines.next(tx_).value());
  EXPECT_TRUE(tx_.shape.outputs[0].wasabi_coordinator);
  EXPECT_FALSE(tx_.shape.outputs[1].wasabi_coordinator);
}

TEST_F(Lines, UnknownOriginsStayUnknown) {
  auto lines = open(line_of("{\"txid\":\"x\",\"value\":null},{}", slot("1", kP2wpkh)));
  ASSERT_TRUE(lines.next(tx_).value());
  for (const auto& input : tx_.shape.inputs) {
    EXPECT_FALSE(input.value);
    EXPECT_FALSE(input.type);
    EXPECT_EQ(input.owner, kUnknownOwner);
  }
}

TEST_F(Lines, PlainAndGzipAndSeveralMembersAreTheSame) {
  const std::string line = line_of(slot("1", kP2wpkh), slot("1", kP2wpkh)) + "\n";
  const std::string text = line + "\r\n\n" + line + line.substr(0, line.size() - 1);
  for (const auto& content : {text, gzip(text), gzip(line) + gzip("\n" + line + line)}) {
    auto lines = open(content, "loose.jsonl.gz");
    int count = 0;
    while (lines.next(tx_).value())
      ++count;
    EXPECT_EQ(count, 3);
  }
}

TEST_F(Lines, LongFilesAreReadInPieces) {
  std::string text;
  const std::string line = line_of(slot("1", kP2wpkh), slot("1", kP2wpkh)) + "\n";
  for (int i = 0; i < 5'000; ++i)
    text += line;
  for (const auto& content : {text, gzip(text)}) {
    auto lines = open(content);
    int count = 0;
    while (lines.next(tx_).value())
      ++count;
    EXPECT_EQ(count, 5'000);
  }
}

TEST_F(Lines, ErrorsNameFileAndLineAndTheRestIsStillRead) {
  const std::string good = line_of(slot("1", kP2wpkh), slot("1", kP2wpkh)) + "\n";
  auto lines = open(good + "\n{\"txid\":\n" + good);
  ASSERT_TRUE(lines.next(tx_).value());
  const auto broken = lines.next(tx_);
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().kind, ErrorKind::data);
  EXPECT_THAT(broken.error().message, HasSubstr("loose.jsonl: line 3: not valid JSON"));
  EXPECT_TRUE(lines.next(tx_).value());
  EXPECT_FALSE(lines.next(tx_).value());
}

TEST_F(Lines, WhatIsWrongIsNamed) {
  const std::string ok = slot("1", kP2wpkh);
  EXPECT_THAT(error_of("[]"), HasSubstr("not a JSON object"));
  EXPECT_THAT(error_of("{}"), HasSubstr("no \"txid\""));
  EXPECT_THAT(error_of("{\"txid\":\"12\",\"vin\":[],\"vout\":[]}"), HasSubstr("64 hexadecimal"));
  EXPECT_THAT(error_of(line_of(ok, ok, "\"time\":\"now\",")), HasSubstr("\"time\""));
  EXPECT_THAT(error_of(line_of(ok, ok, "\"time\":4294967296,")), HasSubstr("\"time\""));
  EXPECT_THAT(error_of(std::string("{\"txid\":\"") + kTxid + "\",\"vin\":[]}"),
              HasSubstr("no list \"vout\""));
  EXPECT_THAT(error_of(line_of(ok + ",5", ok)), HasSubstr("input 1: not an object"));
  EXPECT_THAT(error_of(line_of(slot("0.5", kP2wpkh), ok)), HasSubstr("input 0: \"value\""));
  EXPECT_THAT(error_of(line_of(ok, slot("-1", kP2wpkh))), HasSubstr("output 0: \"value\" is out"));
  EXPECT_THAT(error_of(line_of(ok, slot("2100000000000001", kP2wpkh))), HasSubstr("out of range"));
  EXPECT_THAT(error_of(line_of(ok, slot("99999999999999999999", kP2wpkh))), HasSubstr("JSON"));
  EXPECT_THAT(error_of(line_of(ok, slot("1", "0g"))), HasSubstr("output 0: \"script\" is not hex"));
  EXPECT_THAT(error_of(line_of(ok, "{\"script\":\"51\"}")), HasSubstr("output 0: no \"value\""));
  EXPECT_THAT(error_of(line_of(ok, "{\"value\":1}")), HasSubstr("output 0: no \"script\""));
  EXPECT_THAT(error_of(std::string(100'000, '[')), HasSubstr("not valid JSON"));
}

TEST_F(Lines, DamagedFilesFailAndKeepFailing) {
  const std::string packed = gzip(line_of(slot("1", kP2wpkh), slot("1", kP2wpkh)) + "\n");
  auto cut = open(packed.substr(0, packed.size() - 10), "cut.gz");
  auto flipped = packed;
  flipped[packed.size() / 2] ^= 0x55;
  auto damaged = open(flipped, "damaged.gz");
  for (auto* lines : {&cut, &damaged}) {
    // Lines before the place of the damage may come first, whole or garbled.
    auto read = lines->next(tx_);
    for (int i = 0; i < 3 && (read || read.error().message.find("gzip: ") == std::string::npos);
         ++i)
      read = lines->next(tx_);
    ASSERT_FALSE(read);
    const std::string message = read.error().message;
    EXPECT_THAT(message, HasSubstr(".gz: gzip: "));
    for (int i = 0; i < 3; ++i)
      EXPECT_EQ(lines->next(tx_).error().message, message);
  }
  TransactionLines missing(folder_ / "nowhere.jsonl");
  EXPECT_FALSE(missing.next(tx_));
}

TEST_F(Lines, CoinbaseInputsAreTold) {
  auto lines = open(line_of("{\"coinbase\":\"0243\"}", slot("1", kP2wpkh)));
  ASSERT_TRUE(lines.next(tx_).value());
  EXPECT_TRUE(tx_.shape.coinbase);
}

}  // namespace
}  // namespace clew::detect
