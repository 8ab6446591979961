#include "chain/bitcoin/verbose_json.h"

#include <nlohmann/json.hpp>
#include <random>

#include "base/sha256.h"
#include "chain/bitcoin/files_test_support.h"

namespace clew::bitcoin {
namespace {

using Json = nlohmann::ordered_json;
using testing::HasSubstr;

OwnedTransaction coinbase() {
  OwnedTransaction tx;
  tx.inputs.resize(1);
  tx.inputs[0].vout = 0xffffffff;
  tx.inputs[0].script = {1, 17};
  tx.outputs.push_back({50'0000'0001, {0x51}});
  return tx;
}

OwnedTransaction payment() {
  OwnedTransaction tx;
  tx.version = -1;
  tx.lock_time = 500;
  tx.inputs.resize(2);
  tx.inputs[0].txid.fill(9);
  tx.inputs[0].vout = 3;
  tx.inputs[0].script = {0x00};
  tx.inputs[0].sequence = 0xfffffffe;
  tx.inputs[1].txid.fill(8);
  tx.inputs[1].witness = {{}, {1, 2, 3}};
  tx.outputs.push_back({546, {0x6a, 0x01, 0x02}});
  tx.outputs.push_back({0, {}});
  return tx;
}

std::string coins(std::int64_t satoshi) {
  const std::string fraction = std::to_string(100'000'000 + satoshi % 100'000'000);
  return std::to_string(satoshi / 100'000'000) + "." + fraction.substr(1);
}

// A JSON number cannot be put into nlohmann's document as text: it is marked and replaced later.
std::string with_amounts(std::string text) {
  for (const std::string_view mark : {"\"<", ">\""}) {
    for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos;)
      text.erase(at, 2);
  }
  return text;
}

Json output_json(const OwnedOutput& output) {
  return {{"value", "<" + coins(output.value) + ">"},
          {"scriptPubKey", {{"asm", "x"}, {"hex", to_hex(output.script)}}}};
}

Json input_json(const OwnedInput& input, bool prevout) {
  Json json;
  if (input.vout == 0xffffffff) {
    json["coinbase"] = to_hex(input.script);
  } else {
    json["txid"] = to_display(input.txid);
    json["vout"] = input.vout;
    json["scriptSig"] = {{"asm", ""}, {"hex", to_hex(input.script)}};
    if (prevout) json["prevout"] = output_json({12'345, {0x52, input.script.empty()}});
  }
  for (const Bytes& item : input.witness)
    json["txinwitness"].push_back(to_hex(item));
  json["sequence"] = input.sequence;
  return json;
}

Json transaction_json(const OwnedTransaction& tx, bool prevouts) {
  const Bytes raw = encode_transaction(tx);
  Json json{{"txid", to_display(double_sha256(encode_transaction(tx, false)))},
            {"hash", to_display(double_sha256(raw))},
            {"version", tx.version},
            {"locktime", tx.lock_time}};
  for (const OwnedInput& input : tx.inputs)
    json["vin"].push_back(input_json(input, prevouts));
  for (const OwnedOutput& output : tx.outputs)
    json["vout"].push_back(output_json(output));
  return json;
}

// One block as bytes and as a node would print it.
struct Sample {
  explicit Sample(bool prevouts = false) {
    const std::vector transactions{coinbase(), payment()};
    Header header;
    header.version = 0x20000000;
    header.previous.fill(0xab);
    header.time = 1'700'000'000;
    header.bits = 0x207fffff;
    header.nonce = 77;
    raw = encode_block(header, transactions);
    const Header complete = *decode_header(raw);
    json = {{"hash", to_display(block_hash(ByteView(raw).first(80)))},
            {"height", 17},
            {"version", complete.version},
            {"merkleroot", to_display(complete.merkle_root)},
            {"time", complete.time},
            {"nonce", complete.nonce},
            {"bits", "207fffff"},
            {"previousblockhash", to_display(complete.previous)}};
    for (const auto& tx : transactions)
      json["tx"].push_back(transaction_json(tx, prevouts));
  }
  std::string text() const { return with_amounts(json.dump()); }

  Bytes raw;
  Json json;
};

std::string error_of(const std::string& text) {
  VerboseBlockParser parser;
  const auto block = parser.parse(text);
  return block ? "" : block.error().message;
}

TEST(VerboseJson, GivesTheBytesBack) {
  const Sample sample;
  VerboseBlockParser parser;
  const auto block = parser.parse(sample.text());
  ASSERT_TRUE(block) << block.error().message;
  EXPECT_EQ(to_hex(block->raw), to_hex(sample.raw));
  EXPECT_EQ(block->hash, block_hash(ByteView(sample.raw).first(80)));
  EXPECT_TRUE(block->header_complete);
  EXPECT_EQ(block->height, 17u);
  EXPECT_TRUE(block->spent.empty());
}

TEST(VerboseJson, GivesSpentOutputsOfVerbosity3) {
  VerboseBlockParser parser;
  const auto block = parser.parse(Sample(true).text());
  ASSERT_TRUE(block) << block.error().message;
  ASSERT_EQ(block->spent.size(), 3u);
  EXPECT_FALSE(block->spent[0]) << "the coinbase spends nothing";
  ASSERT_TRUE(block->spent[1] && block->spent[2]);
  EXPECT_EQ(block->spent[1]->value, 12'345);
  EXPECT_EQ(to_hex(block->spent[1]->script), "5200");
  EXPECT_EQ(to_hex(block->spent[2]->script), "5201");
}

TEST(VerboseJson, ReadsAnRpcAnswer) {
  const Sample sample;
  const std::string text = R"({"result":)" + sample.text() + R"(,"error":null,"id":"1"})";
  VerboseBlockParser parser;
  const auto block = parser.parse(text);
  ASSERT_TRUE(block) << block.error().message;
  EXPECT_EQ(to_hex(block->raw), to_hex(sample.raw));
  EXPECT_EQ(error_of(R"({"error":{"code":-5,"message":"Block not found"},"result":null})"),
            "the node answered with an error: Block not found");
  EXPECT_EQ(error_of(R"({"result":null})"), "\"result\" is not an object");
}

TEST(VerboseJson, FieldsMayComeInAnyOrder) {
  const Sample sample;
  Json reversed;
  for (auto field = sample.json.rbegin(); field != sample.json.rend(); ++field) {
    reversed[field.key()] = *field;
  }
  EXPECT_EQ(error_of(with_amounts(reversed.dump())), "");
}

TEST(VerboseJson, PrefersTheHexOfATransaction) {
  Sample sample;
  sample.json["tx"][1]["hex"] = to_hex(encode_transaction(payment()));
  sample.json["tx"][1].erase("locktime");
  sample.json["tx"][1]["vout"].clear();
  VerboseBlockParser parser;
  const auto block = parser.parse(sample.text());
  ASSERT_TRUE(block) << block.error().message;
  EXPECT_EQ(to_hex(block->raw), to_hex(sample.raw));
  sample.json["tx"][1]["vin"].push_back(sample.json["tx"][1]["vin"][0]);
  EXPECT_EQ(error_of(sample.text()), R"(transaction 1: "hex" has 2 inputs, "vin" has 3)");
}

// Every field is held by a hash, so that no lie goes unnoticed.
TEST(VerboseJson, LiesAreCaught) {
  const auto error_with = [](const char* pointer, const Json& value) {
    Sample sample;
    sample.json[Json::json_pointer(pointer)] = value;
    return error_of(sample.text());
  };
  const std::string txid = R"(transaction 1: "txid" is not the hash of its contents)";
  EXPECT_THAT(error_with("/tx/1/vout/0/value", "<0.00000547>"), HasSubstr(txid));
  EXPECT_THAT(error_with("/tx/1/vout/0/scriptPubKey/hex", "6a0103"), HasSubstr(txid));
  EXPECT_THAT(error_with("/tx/1/vin/0/vout", 4), HasSubstr(txid));
  EXPECT_THAT(error_with("/tx/1/vin/0/sequence", 4), HasSubstr(txid));
  EXPECT_THAT(error_with("/tx/1/vin/0/scriptSig/hex", "01"), HasSubstr(txid));
  EXPECT_THAT(error_with("/tx/1/vin/0/txid", std::string(64, '1')), HasSubstr(txid));
  EXPECT_THAT(error_with("/tx/1/version", 1), HasSubstr(txid));
  EXPECT_THAT(error_with("/tx/1/locktime", 1), HasSubstr(txid));
  EXPECT_THAT(error_with("/tx/0/vin/0/coinbase", "0112"), HasSubstr("transaction 0"));
  EXPECT_THAT(error_with("/tx/1/vin/1/txinwitness/1", "010204"),
              HasSubstr(R"(transaction 1: "hash" is not the hash of its contents with witness)"));
  for (const char* field : {"/time", "/nonce", "/version"}) {
    EXPECT_THAT(error_with(field, 5), HasSubstr(R"("hash" is not the hash of the header fields)"));
  }
  EXPECT_THAT(error_with("/merkleroot", std::string(64, '1')), HasSubstr("header fields"));
  EXPECT_THAT(error_with("/hash", std::string(64, '1')), HasSubstr("header fields"));
}

TEST(VerboseJson, WithoutBitsOrNonceTheStatedHashIsKept) {
  for (const char* absent : {"bits", "nonce"}) {
    Sample sample;
    sample.json.erase(absent);
    VerboseBlockParser parser;
    const auto block = parser.parse(sample.text());
    ASSERT_TRUE(block) << block.error().message;
    EXPECT_FALSE(block->header_complete);
    EXPECT_EQ(to_display(block->hash), sample.json["hash"].get<std::string>());
    const Header header = *decode_header(block->raw);
    EXPECT_EQ(header.bits, 0u);
    EXPECT_EQ(header.nonce, 0u);
    EXPECT_EQ(header.time, 1'700'000'000u);
  }
}

TEST(VerboseJson, MissingFieldsAreNamed) {
  for (const char* field : {"hash", "version", "merkleroot", "time", "previousblockhash", "tx"}) {
    Sample sample;
    sample.json.erase(field);
    EXPECT_EQ(error_of(sample.text()), '"' + std::string(field) + "\" is missing");
  }
  for (const char* field : {"txid", "version", "locktime", "vin", "vout"}) {
    Sample sample;
    sample.json["tx"][1].erase(field);
    EXPECT_EQ(error_of(sample.text()), "transaction 1: \"" + std::string(field) + "\" is missing");
  }
  for (const char* field : {"txid", "vout", "scriptSig", "sequence"}) {
    Sample sample;
    sample.json["tx"][1]["vin"][1].erase(field);
    EXPECT_EQ(error_of(sample.text()),
              "transaction 1: input 1: \"" + std::string(field) + "\" is missing");
  }
  for (const char* field : {"value", "scriptPubKey"}) {
    Sample sample;
    sample.json["tx"][1]["vout"][0].erase(field);
    EXPECT_EQ(error_of(sample.text()),
              "transaction 1: output 0: \"" + std::string(field) + "\" is missing");
  }
}

TEST(VerboseJson, GenesisHasNoPreviousBlock) {
  Header header;
  header.bits = 0x207fffff;
  Sample sample;
  header.merkle_root = decode_header(sample.raw)->merkle_root;
  sample.json.erase("previousblockhash");
  sample.json["height"] = 0;
  sample.json["version"] = 0;
  sample.json["time"] = 0;
  sample.json["nonce"] = 0;
  sample.json["hash"] = to_display(block_hash(encode_header(header)));
  EXPECT_EQ(error_of(sample.text()), "");
  sample.json.erase("height");
  EXPECT_EQ(error_of(sample.text()), "") << "the hash proves it";
  sample.json.erase("nonce");
  EXPECT_EQ(error_of(sample.text()), "\"previousblockhash\" is missing");
}

TEST(VerboseJson, WrongTypesAreNamed) {
  const auto error_with = [](const char* pointer, const Json& value) {
    Sample sample;
    sample.json[Json::json_pointer(pointer)] = value;
    return error_of(sample.text());
  };
  EXPECT_EQ(error_with("/hash", 5), "\"hash\" is not text");
  EXPECT_EQ(error_with("/hash", "ab"), "\"hash\" is not a hash of 64 hexadecimal digits");
  EXPECT_EQ(error_with("/time", "5"), "\"time\" is not a number");
  EXPECT_EQ(error_with("/time", nullptr), "\"time\" is not a number");
  EXPECT_EQ(error_with("/time", -1), "\"time\" is not a whole number from 0 to 4294967295");
  EXPECT_EQ(error_with("/time", 1.5), "\"time\" is not a whole number from 0 to 4294967295");
  EXPECT_EQ(error_with("/time", 1ull << 32), "\"time\" is not a whole number from 0 to 4294967295");
  EXPECT_EQ(error_with("/version", 1ull << 32),
            "\"version\" is not a whole number from -2147483648 to 4294967295");
  EXPECT_EQ(error_with("/bits", "207fff"), "\"bits\" is not 8 hexadecimal digits");
  EXPECT_EQ(error_with("/tx", 5), "\"tx\" is not an array");
  EXPECT_EQ(error_with("/tx/1", 5), "transaction 1: \"tx\" is not an object");
  EXPECT_EQ(error_with("/tx/1/vin", Json::object()), "transaction 1: \"vin\" is not an array");
  EXPECT_EQ(error_with("/tx/1/vin/0", Json::array()),
            "transaction 1: input 0: \"input\" is not an object");
  EXPECT_EQ(error_with("/tx/1/vin/1/txinwitness/1", "zz"),
            "transaction 1: input 1: witness item 1: \"txinwitness\" is not hexadecimal");
  EXPECT_EQ(error_with("/tx/1/vout/0/value", "50.0"),
            "transaction 1: output 0: \"value\" is not a number");
  EXPECT_EQ(error_with("/tx/1/vout/0/value", "<0.000000001>"),
            "transaction 1: output 0: \"value\" is not an amount of at most 8 decimals");
  EXPECT_THAT(error_with("/tx/1/vout/0/value", "<-0.1>"), HasSubstr("output value -10000000"));
  EXPECT_EQ(error_with("/tx/1/hex", "0"), "transaction 1: \"hex\" is not hexadecimal");
}

TEST(VerboseJson, LowerVerbosityIsExplained) {
  Sample sample;
  sample.json["tx"] = {std::string(64, '1'), std::string(64, '2')};
  EXPECT_EQ(
      error_of(sample.text()),
      "transaction 0: only its txid is given; ask the node for the block with verbosity 2 or 3");
  EXPECT_EQ(error_of("\"00000020\""), "\"block\" is not an object");
}

TEST(VerboseJson, AmountsMayHaveExponents) {
  Sample sample;
  sample.json["tx"][1]["vout"][0]["value"] = "<5.46e-06>";
  EXPECT_EQ(error_of(sample.text()), "");
}

TEST(VerboseJson, VersionsMayBePrintedUnsigned) {
  Sample sample;
  sample.json["tx"][1]["version"] = 4294967295;
  EXPECT_EQ(error_of(sample.text()), "");
}

TEST(VerboseJson, OtherTextIsRefused) {
  for (const char* text :
       {"", " ", "{", "}", "[]", "null", "true", "5", "\"", "{\"hash\"",
        "{\"hash\":", "{\"hash\":}", "{,}", "\xff\xfe", "{\"tx\":[", "{\"tx\":[{]}"}) {
    EXPECT_NE(error_of(text), "") << text;
  }
  EXPECT_EQ(error_of(Sample().text() + " {}"), "text is left over after the block");
  EXPECT_EQ(error_of(Sample().text() + " \n"), "");
}

TEST(VerboseJson, DeepNestingIsNoDanger) {
  constexpr int kDepth = 500'000;
  const std::string open(kDepth, '[');
  const std::string close(kDepth, ']');
  EXPECT_NE(error_of(open), "");
  EXPECT_NE(error_of("{\"tx\":" + open), "");
  EXPECT_NE(error_of("{\"other\":" + open + close), "");
  EXPECT_NE(error_of("{\"tx\":" + open + close + "}"), "");
}

TEST(VerboseJson, EveryTruncationIsAnError) {
  const std::string text = Sample(true).text();
  VerboseBlockParser parser;
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(parser.parse(text.substr(0, size))) << size;
  }
  EXPECT_TRUE(parser.parse(text)) << "the parser is as good as new";
}

TEST(VerboseJson, RandomDamageIsNeverMisread) {
  const Sample sample(true);
  const std::string text = sample.text();
  std::mt19937 random(11);
  VerboseBlockParser parser;
  for (int i = 0; i < 5'000; ++i) {
    std::string damaged = text;
    damaged[random() % damaged.size()] = static_cast<char>(random());
    const auto block = parser.parse(damaged);
    if (block && block->header_complete) {
      EXPECT_EQ(to_hex(block->raw), to_hex(sample.raw)) << damaged;
    }
  }
}

// Recorded regtest runs: exports that leave out bits and nonce.
struct Recording {
  const char* name;
  std::size_t blocks, transactions;
  std::uint32_t first, last;
};
const Recording kRecordings[] = {
    {"2024-04-05_15-19_lognorm-static-10-5utxo", 324, 335, 0, 323},
    {"2025-02-10_08-08_Joinmarket_1Taker_2Tumbler_40Maker", 44, 177, 202, 856},
};

TEST(VerboseJson, RecordedBlocksKeepTheirMerkleRoots) {
  CLEW_NEED_DATA();
  for (const Recording& recording : kRecordings) {
    const auto lines = test::read_gzip_lines(test::data_dir() + "/bitcoin/coinjoin_emulated/" +
                                             recording.name + "_blocks.jsonl.gz");
    ASSERT_EQ(lines.size(), recording.blocks);
    VerboseBlockParser parser;
    BlockDecoder decoder(*find_chain("regtest"), {.check_witness_root = true});
    Block block;
    std::size_t transactions = 0;
    std::vector<std::uint32_t> heights;
    for (const std::string& line : lines) {
      const auto verbose = parser.parse(line);
      ASSERT_TRUE(verbose) << verbose.error().message;
      EXPECT_FALSE(verbose->header_complete);
      const auto decoded = decoder.decode_with_stated_hash(verbose->raw, verbose->hash, block);
      ASSERT_TRUE(decoded) << decoded.error().message;
      transactions += block.transactions.size();
      heights.push_back(*verbose->height);
      if (*verbose->height != 0) {
        EXPECT_EQ(coinbase_height(block), verbose->height);
      }
    }
    EXPECT_EQ(transactions, recording.transactions);
    EXPECT_EQ(heights.front(), recording.first);
    EXPECT_EQ(heights.back(), recording.last);
  }
}

// The same blocks without "hex": the fields alone give the same bytes.
TEST(VerboseJson, RecordedFieldsGiveTheRecordedBytes) {
  CLEW_NEED_DATA();
  for (const Recording& recording : kRecordings) {
    VerboseBlockParser parser;
    for (const std::string& line :
         test::read_gzip_lines(test::data_dir() + "/bitcoin/coinjoin_emulated/" + recording.name +
                               "_blocks.jsonl.gz")) {
      std::string without = line;
      // Renamed, because a parsed and printed document would not keep its numbers as they were.
      for (std::size_t at = 0; (at = without.find("}],\"hex\":", at)) != std::string::npos; ++at) {
        without.replace(at, 9, "}],\"was\":");
      }
      const auto from_hex = parser.parse(line);
      const auto from_fields = parser.parse(without);
      ASSERT_TRUE(from_hex) << from_hex.error().message;
      ASSERT_TRUE(from_fields) << from_fields.error().message;
      EXPECT_NE(line, without);
      EXPECT_EQ(from_hex->raw, from_fields->raw);
    }
  }
}

}  // namespace
}  // namespace clew::bitcoin
