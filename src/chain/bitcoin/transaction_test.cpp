// Loose transactions: real ones with known ids, the reference client's vectors, and the format's
// edges.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "base/sha256.h"
#include "chain/bitcoin/block.h"
#include "chain/bitcoin/files_test_support.h"

namespace clew::bitcoin {
namespace {

const ChainParams& mainnet() {
  return *find_chain("main");
}

std::string error_of(ByteView raw, const ChainParams& chain = mainnet()) {
  Block block;
  const auto decoded = decode_transaction(raw, chain, block);
  return decoded ? "" : decoded.error().message;
}

std::string error_of_hex(std::string_view hex, const ChainParams& chain = mainnet()) {
  return error_of(*from_hex(hex), chain);
}

// Parts of a small transaction, to be put together rightly and wrongly.
const std::string kVersion = "01000000";
const std::string kOutpoint = std::string(64, 'a') + "00000000";
const std::string kInput = kOutpoint + "00" + "ffffffff";
const std::string kOutput = "0100000000000000" + std::string("0151");
const std::string kLockTime = "00000000";
const std::string kWitness = "0102beef";

std::string extended(const std::string& flag, const std::string& witness) {
  return kVersion + "00" + flag + "01" + kInput + "01" + kOutput + witness + kLockTime;
}

TEST(Transaction, PlainFormIsRead) {
  const Bytes raw = *from_hex(kVersion + "01" + kInput + "01" + kOutput + kLockTime);
  Block block;
  ASSERT_TRUE(decode_transaction(raw, mainnet(), block));
  ASSERT_EQ(block.transactions.size(), 1u);
  const Transaction& tx = block.transactions.front();
  EXPECT_EQ(tx.version, 1);
  EXPECT_FALSE(tx.has_witness);
  EXPECT_EQ(tx.weight(), raw.size() * 4);
  EXPECT_EQ(block.txids.front(), double_sha256(raw));
  EXPECT_EQ(block.wtxids, block.txids);
  EXPECT_EQ(block.inputs.front().witness, nullptr);
  EXPECT_EQ(block.inputs.front().sequence, 0xffffffffu);
  EXPECT_EQ(block.outputs.front().value, 1);
  EXPECT_EQ(to_hex(block.outputs.front().script), "51");
}

TEST(Transaction, WitnessFormIsRead) {
  const Bytes raw = *from_hex(extended("01", kWitness));
  Block block;
  ASSERT_TRUE(decode_transaction(raw, mainnet(), block));
  const Transaction& tx = block.transactions.front();
  EXPECT_TRUE(tx.has_witness);
  const Bytes stripped = *from_hex(kVersion + "01" + kInput + "01" + kOutput + kLockTime);
  EXPECT_EQ(block.txids.front(), double_sha256(stripped));
  EXPECT_EQ(block.wtxids.front(), double_sha256(raw));
  EXPECT_EQ(tx.weight(), stripped.size() * 3 + raw.size());
  const auto stack = witness_stack(block.inputs.front().witness);
  ASSERT_EQ(stack.size(), 1u);
  EXPECT_EQ(to_hex(stack.front()), "beef");
}

TEST(Transaction, WitnessItemsOfEveryLengthFormAreRead) {
  OwnedTransaction tx;
  tx.inputs.resize(2);
  for (const std::size_t size : {0, 1, 0xfc, 0xfd, 0xffff, 0x10000}) {
    tx.inputs[1].witness.emplace_back(size, static_cast<std::uint8_t>(size));
  }
  tx.outputs.resize(1);
  const Bytes raw = encode_transaction(tx);
  Block block;
  const auto decoded = decode_transaction(raw, mainnet(), block);
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_TRUE(witness_stack(block.inputs[0].witness).empty());
  const auto stack = witness_stack(block.inputs[1].witness);
  ASSERT_EQ(stack.size(), tx.inputs[1].witness.size());
  for (std::size_t i = 0; i < stack.size(); ++i) {
    EXPECT_TRUE(std::ranges::equal(stack[i], tx.inputs[1].witness[i])) << i;
  }
}

TEST(Transaction, SuperfluousWitnessIsRefused) {
  EXPECT_EQ(error_of_hex(extended("01", "00")),
            "offset 59: witness flag is set but every witness is empty");
}

TEST(Transaction, UnknownFlagsAreRefused) {
  for (const char* flag : {"02", "03", "08", "09", "80", "ff"}) {
    EXPECT_THAT(error_of_hex(extended(flag, kWitness)),
                testing::HasSubstr("unknown transaction flags"))
        << flag;
  }
}

TEST(Transaction, NoInputsAreRefusedInBothForms) {
  EXPECT_EQ(error_of_hex(kVersion + "0000" + kLockTime), "offset 4: transaction has no inputs");
  EXPECT_EQ(error_of_hex(kVersion + "0001" + "00" + "00" + kLockTime),
            "offset 6: transaction has no inputs");
}

TEST(Transaction, NoOutputsAreRefused) {
  EXPECT_EQ(error_of_hex(kVersion + "01" + kInput + "00" + kLockTime + kLockTime + kLockTime),
            "offset 46: transaction has no outputs");
}

TEST(Transaction, LongFormsOfShortNumbersAreRefused) {
  EXPECT_EQ(error_of_hex(kVersion + "fd0100" + kInput + "01" + kOutput + kLockTime),
            "offset 4: input count 1 is not in its shortest form");
  EXPECT_EQ(error_of_hex(kVersion + "fe01000000" + kInput + "01" + kOutput + kLockTime),
            "offset 4: input count 1 is not in its shortest form");
  EXPECT_EQ(error_of_hex(kVersion + "ff0100000000000000" + kInput + "01" + kOutput + kLockTime),
            "offset 4: input count 1 is not in its shortest form");
  EXPECT_EQ(error_of_hex(kVersion + "01" + kOutpoint + "fdfc00" + std::string(504, '0')),
            "offset 41: script length 252 is not in its shortest form");
}

TEST(Transaction, HugeCountsAreRefusedBeforeAnythingIsReserved) {
  EXPECT_EQ(
      error_of_hex(kVersion + "ffffffffffffffffff" + kInput),
      "offset 4: input count 18446744073709551615 is more than the remaining 41 bytes can hold");
  EXPECT_EQ(error_of_hex(kVersion + "01" + kInput + "feffffffff" + kOutput),
            "offset 46: output count 4294967295 is more than the remaining 10 bytes can hold");
  EXPECT_EQ(error_of_hex(kVersion + "000101" + kInput + "01" + kOutput + "feffffffff" + kLockTime),
            "offset 59: witness item count 4294967295 is more than the remaining 4 bytes can hold");
}

TEST(Transaction, ScriptsBeyondTheEndAreRefused) {
  EXPECT_EQ(error_of_hex(kVersion + "01" + kOutpoint + "fe70110100" + "00000000"),
            "offset 41: script length 70000 exceeds the remaining 4 bytes");
  EXPECT_EQ(error_of_hex(extended("01", "01ff00ffffffffffff").substr(0, 136)),
            "offset 60: witness item length needs 9 bytes, only 8 remain");
}

TEST(Transaction, LeftOverBytesAreRefused) {
  EXPECT_EQ(error_of_hex(extended("01", kWitness) + "00"),
            "offset 67: 1 bytes are left over after the transaction");
}

TEST(Transaction, ValuesBeyondTheMoneyAreRefused) {
  const auto with_value = [](std::int64_t value, const char* network, std::size_t times = 1) {
    OwnedTransaction tx;
    tx.inputs.resize(1);
    tx.outputs.assign(times, {value, {0x51}});
    return error_of(encode_transaction(tx), *find_chain(network));
  };
  constexpr std::int64_t kMost = 21'000'000'00000000;
  EXPECT_EQ(with_value(kMost, "main"), "");
  EXPECT_EQ(with_value(kMost + 1, "main"),
            "offset 47: output value 2100000000000001 satoshi is not within 0 to 2100000000000000");
  EXPECT_THAT(with_value(-1, "main"), testing::HasSubstr("output value -1 satoshi"));
  EXPECT_EQ(with_value(kMost, "main", 2),
            "offset 46: outputs sum to more than 2100000000000000 satoshi");
  EXPECT_EQ(with_value(kMost * 4, "litecoin"), "");
  EXPECT_NE(with_value(kMost * 4 + 1, "litecoin"), "");
}

TEST(Transaction, NullOutpointsBelongToCoinbases) {
  OwnedTransaction tx;
  tx.inputs.resize(1);
  tx.inputs.front().vout = 0xffffffff;
  tx.outputs.resize(1);
  for (const std::size_t size : {0, 1, 2, 100, 101}) {
    tx.inputs.front().script.assign(size, 0);
    EXPECT_EQ(error_of(encode_transaction(tx)).empty(), size >= 2 && size <= 100) << size;
  }
  tx.inputs.front().script.assign(3, 0);
  tx.inputs.resize(2);
  EXPECT_EQ(error_of(encode_transaction(tx)),
            "offset 5: null outpoint in a transaction of several inputs");
}

TEST(Transaction, EveryTruncationIsAnError) {
  const Bytes raw = *from_hex(extended("01", kWitness));
  for (std::size_t size = 0; size < raw.size(); ++size) {
    EXPECT_NE(error_of(ByteView(raw).first(size)), "") << size;
  }
}

// Litecoin (LIP 2 and 3): the transaction that integrates an extension block has flag 8 and one
// zero byte after its outputs; neither is part of its txid.
TEST(Transaction, LitecoinIntegratingTransactionIsRead) {
  const ChainParams& litecoin = *find_chain("litecoin");
  const Bytes raw = *from_hex(extended("08", "00"));
  Block block;
  ASSERT_TRUE(decode_transaction(raw, litecoin, block));
  const Bytes stripped = *from_hex(kVersion + "01" + kInput + "01" + kOutput + kLockTime);
  EXPECT_EQ(block.txids.front(), double_sha256(stripped));
  EXPECT_EQ(block.wtxids, block.txids);
  EXPECT_EQ(block.transactions.front().weight(), stripped.size() * 4);
  EXPECT_EQ(error_of_hex(extended("08", "01"), litecoin),
            "offset 59: extension data cannot be part of a block");
  EXPECT_THAT(error_of_hex(extended("0a", "00"), litecoin), testing::HasSubstr("flags 10"));
}

struct Known {
  const char* name;
  const char* txid;
  std::size_t inputs, outputs;
  std::int64_t value;
};
const Known kKnown[] = {
    {"tx1", "ff80fe4937e2de16411c3a2bc534d661dc8b4f8aad75e6fbc4b1ec6060d9ef1c", 1, 5, 99950000},
    {"tx2", "7ef7cde4e4a7829ea6feaf377c924b36d0958e2231a31ff268bd33a59ac9e178", 1, 2, 99990000},
    {"tx3", "2c63aa814701cef5dbd4bbaddab3fea9117028f2434dddcdab8339141e9b14d1", 2, 1, 0},
    {"tx4", "eddbfbacd61c74e5702e1f5b0e4fa569bffe658bd763f6b27ab0c5fe17acc6e2", 1, 1, 247556},
    {"tx5", "c532af06b9a81d9171618fb0b30075ddb3a6fca68c9b89536e6e34b0beddcc23", 5, 1980,
     88127133471},
    {"tx6", "4d932e00d5e20e31211136651f1665309a11908e438bb4c30799154d26812491", 2, 1, 50000},
    {"tx7", "7f2dc9bcc0b1b0d19a4cb62d0f6474990c12a5b996d2fa2c4be54ca1beb5d339", 1, 2, 8120379},
    {"tx8", "a93fc123a3f2cee3f1bd7f60d498280277032ab20ed190004c346bdc69e65794", 4, 1, 23032900000},
    {"tx9", "d748009c88abacfbd8d0dafb5552f0700a16f9a35ff41583988d9f70618c1971", 1, 2, 23032850000},
    {"tx10", "5ceec2d8ee90cb4b956870fac6055bead9333570f656ec3014307031de518cec", 3, 1, 6380},
};

TEST(RealTransactions, HaveTheKnownIds) {
  CLEW_NEED_DATA();
  for (const Known& known : kKnown) {
    const Bytes raw = test::read_file(test::data_dir() + "/bitcoin/txs/" + known.name + ".raw");
    Block block;
    const auto decoded = decode_transaction(raw, mainnet(), block);
    ASSERT_TRUE(decoded) << known.name << ": " << decoded.error().message;
    EXPECT_EQ(to_display(block.txids.front()), known.txid);
    EXPECT_EQ(block.inputs.size(), known.inputs);
    EXPECT_EQ(block.outputs.size(), known.outputs);
    std::int64_t value = 0;
    for (const Output& output : block.outputs)
      value += output.value;
    EXPECT_EQ(value, known.value);
  }
}

Bytes read_hex_file(const std::string& name) {
  const Bytes text = test::read_file(test::data_dir() + "/bitcoin/txs/" + name);
  std::string digits(text.begin(), text.end());
  std::erase_if(digits, [](unsigned char c) { return std::isspace(c) != 0; });
  return from_hex(digits).value_or(Bytes{});
}

TEST(RealTransactions, HexFilesAreReadAndTheCutOneIsRefused) {
  CLEW_NEED_DATA();
  for (const char* name :
       {"bip69-1.hex", "bip69-2.hex", "bip69-3.hex", "bip69-4.hex", "bip69-5.hex",
        "pyparser_bip69_false.txt", "pyparser_bip69_true.txt", "pyparser_large_tx.txt",
        "pyparser_scripts_invalid.txt", "pyparser_segwit.txt"}) {
    const Bytes raw = read_hex_file(name);
    ASSERT_FALSE(raw.empty()) << name;
    EXPECT_EQ(error_of(raw), "") << name;
  }
  const Bytes cut = read_hex_file("pyparser_invalid_tx.txt");
  EXPECT_THAT(error_of(cut), testing::HasSubstr("script length 25 exceeds the remaining"));
  Block block;
  const Bytes segwit = read_hex_file("pyparser_segwit.txt");
  ASSERT_TRUE(decode_transaction(segwit, mainnet(), block));
  EXPECT_TRUE(block.transactions.front().has_witness);
  EXPECT_NE(block.txids, block.wtxids);
}

struct Vector {
  std::string comment;           // the last before it
  std::optional<Hash256> named;  // the txid that a comment tells
  Bytes raw;
};

std::vector<Vector> read_vectors(const std::string& name) {
  const auto rows = nlohmann::json::parse(
      test::read_gzip(test::data_dir() + "/bitcoin/vectors/" + name + ".json.gz"));
  const std::string_view prefix = "The following is ";
  std::vector<Vector> vectors;
  Vector next;
  for (const auto& row : rows) {
    if (row.size() == 1) {
      next.comment = row[0].get<std::string>();
      if (!next.comment.starts_with(prefix)) continue;
      next.named = hash_from_display(std::string_view(next.comment).substr(prefix.size(), 64));
      continue;
    }
    next.raw = from_hex(row[1].get<std::string>()).value_or(Bytes{});
    vectors.push_back(std::exchange(next, {}));
  }
  return vectors;
}

TEST(CoreVectors, ValidTransactionsAreRead) {
  CLEW_NEED_DATA();
  const auto vectors = read_vectors("core_tx-valid");
  EXPECT_EQ(vectors.size(), 120u);
  std::size_t named = 0;
  for (const Vector& vector : vectors) {
    Block block;
    const auto decoded = decode_transaction(vector.raw, mainnet(), block);
    ASSERT_TRUE(decoded) << vector.comment << ": " << decoded.error().message;
    if (!vector.named) continue;
    ++named;
    EXPECT_EQ(to_display(block.txids.front()), to_display(*vector.named));
  }
  EXPECT_EQ(named, 3u);  // so that the ids are really compared
}

// Most of these fail in their scripts or signatures, which decoding does not run; those that fail
// by their form are named here with the reason.
TEST(CoreVectors, InvalidTransactionsAreRefusedWhereTheirFormIsWrong) {
  CLEW_NEED_DATA();
  const std::map<std::string, std::string> reasons{
      {"No outputs", "transaction has no outputs"},
      {"Negative output", "output value -1 satoshi"},
      {"MAX_MONEY + 1 output", "output value 2100000000000001 satoshi"},
      {"MAX_MONEY output + 1 output", "outputs sum to more than"},
      {"Note the input is just required to make the tester happy", "coinbase script of"},
      {"Null txin, but without being a coinbase (because there are two inputs)", "null outpoint"},
      {"Witness with SigHash None|AnyoneCanPay (input sequence changed)", "has no outputs"},
      {"P2WSH with a redeem representing a witness scriptPubKey should fail", "has no outputs"},
  };
  const auto vectors = read_vectors("core_tx-invalid");
  EXPECT_EQ(vectors.size(), 92u);
  std::size_t refused = 0;
  for (const Vector& vector : vectors) {
    const std::string error = error_of(vector.raw);
    if (error.empty()) continue;
    ++refused;
    // The second of the two vectors about null outpoints has no comment of its own.
    const auto reason = reasons.find(vector.comment);
    EXPECT_THAT(error,
                testing::HasSubstr(reason == reasons.end() ? "null outpoint" : reason->second))
        << vector.comment;
  }
  EXPECT_EQ(refused, 10u);
}

}  // namespace
}  // namespace clew::bitcoin
