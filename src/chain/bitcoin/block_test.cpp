#include "chain/bitcoin/block.h"

#include <gmock/gmock.h>

#include <random>

#include "base/sha256.h"

namespace clew::bitcoin {
namespace {

constexpr DecodeOptions kNoWork{.check_proof_of_work = false};

const ChainParams& regtest() {
  return *find_chain("regtest");
}

OwnedTransaction coinbase(Bytes script = {1, 17}) {
  OwnedTransaction tx;
  tx.inputs.resize(1);
  tx.inputs[0].vout = 0xffffffff;
  tx.inputs[0].script = std::move(script);
  tx.outputs.push_back({50'0000'0000, {0x51}});
  return tx;
}

OwnedTransaction payment(std::uint8_t number, bool witness = false) {
  OwnedTransaction tx;
  tx.inputs.resize(1);
  tx.inputs[0].txid.fill(number);
  if (witness) tx.inputs[0].witness = {{number, 2, 3}};
  tx.outputs.push_back({1000 + number, {0x6a, number}});
  return tx;
}

Header header() {
  Header header;
  header.version = 0x20000000;
  header.time = 1296688602;
  header.bits = 0x207fffff;
  return header;
}

Bytes small_block() {
  return encode_block(header(), std::vector{coinbase(), payment(1), payment(2, true), payment(3)});
}

std::string error_of(ByteView raw, DecodeOptions options = kNoWork,
                     const ChainParams& chain = regtest()) {
  Block block;
  BlockDecoder decoder(chain, options);
  const auto decoded = decoder.decode(raw, block);
  return decoded ? "" : decoded.error().message;
}

void put_merkle_root(Bytes& raw, std::vector<Hash256> txids) {
  const Hash256 root = merkle_root(txids);
  std::copy(root.begin(), root.end(), raw.begin() + 36);
}

TEST(Block, HoldsWhatWasEncoded) {
  const Bytes raw = small_block();
  Block block;
  BlockDecoder decoder(regtest(), kNoWork);
  ASSERT_TRUE(decoder.decode(raw, block));
  EXPECT_EQ(block.header.version, 0x20000000);
  EXPECT_EQ(block.header.time, 1296688602u);
  EXPECT_EQ(block.header.bits, 0x207fffffu);
  EXPECT_EQ(block.hash, double_sha256(ByteView(raw).first(80)));
  EXPECT_TRUE(block.header_complete);
  ASSERT_EQ(block.transactions.size(), 4u);
  EXPECT_EQ(block.txids[1], double_sha256(encode_transaction(payment(1))));
  EXPECT_EQ(block.txids[2], double_sha256(encode_transaction(payment(2, true), false)));
  EXPECT_TRUE(block.wtxids.empty());
  EXPECT_TRUE(is_coinbase(block, block.transactions[0]));
  EXPECT_FALSE(is_coinbase(block, block.transactions[1]));
  EXPECT_EQ(block.outputs_of(block.transactions[3])[0].value, 1003);
  EXPECT_EQ(block.inputs_of(block.transactions[3])[0].outpoint[0], 3);
  // 7 bytes of marker, flag and witness weigh one unit each instead of four.
  EXPECT_EQ(block.weight, raw.size() * 4 - 3 * 7);
}

TEST(Block, EveryTruncationIsAnError) {
  const Bytes raw = small_block();
  for (std::size_t size = 0; size < raw.size(); ++size) {
    // A copy of its own, so that a read beyond the end is one beyond the allocation.
    const Bytes cut(raw.begin(), raw.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_NE(error_of(cut), "") << size;
  }
}

TEST(Block, ErrorsNameTransactionAndOffset) {
  Bytes raw = small_block();
  Block block;
  BlockDecoder decoder(regtest(), kNoWork);
  ASSERT_TRUE(decoder.decode(raw, block));
  const auto script = block.inputs_of(block.transactions[1])[0].outpoint + 36;
  const auto offset = static_cast<std::size_t>(script - raw.data());
  const std::size_t left = raw.size() - offset - 5;
  raw[offset] = 0xfe;  // the four bytes of sequence become a length
  EXPECT_EQ(error_of(raw), "transaction 1: offset " + std::to_string(offset) +
                               ": script length 4294967295 exceeds the remaining " +
                               std::to_string(left) + " bytes");
}

TEST(Block, LeftOverBytesAreRefused) {
  Bytes raw = small_block();
  const std::size_t size = raw.size();
  raw.push_back(0);
  EXPECT_EQ(error_of(raw),
            "offset " + std::to_string(size) + ": 1 bytes are left over after the block");
}

TEST(Block, CountsAreCheckedBeforeAnythingIsReserved) {
  Bytes raw = encode_header(header());
  EXPECT_EQ(error_of(raw), "offset 80: transaction count needs 1 bytes, only 0 remain");
  raw.insert(raw.end(), 9, 0xff);
  EXPECT_EQ(error_of(raw),
            "offset 80: transaction count 18446744073709551615 is more than the remaining 0 bytes "
            "can hold");
  raw.resize(80);
  raw.push_back(0);
  EXPECT_EQ(error_of(raw), "offset 80: block has no transactions");
}

TEST(Block, AboveTheSizeLimitIsRefused) {
  const Bytes raw((32u << 20) + 1);
  EXPECT_EQ(error_of(raw), "size 33554433 is over the limit of 33554432 bytes");
}

TEST(Block, AboveTheWeightLimitIsRefused) {
  const auto block_with = [](std::size_t script_size) {
    OwnedTransaction heavy = payment(1);
    heavy.outputs[0].script.assign(script_size, 0x6a);
    return encode_block(header(), std::vector{coinbase(), heavy});
  };
  const std::size_t rest = block_with(70'000).size() - 70'000;
  EXPECT_EQ(error_of(block_with(1'000'000 - rest)), "");
  EXPECT_THAT(error_of(block_with(1'000'001 - rest)),
              testing::MatchesRegex("transaction 1: offset 1[0-9]+: weight of 4000004 is over a "
                                    "block's limit of 4000000"));
}

TEST(Block, CoinbaseComesFirstAndOnlyFirst) {
  EXPECT_EQ(error_of(encode_block(header(), std::vector{payment(1), payment(2)})),
            "transaction 0: offset 81: the first transaction is not a coinbase");
  EXPECT_THAT(error_of(encode_block(header(), std::vector{coinbase(), coinbase({2, 2, 2})})),
              testing::MatchesRegex(
                  "transaction 1: offset 1[0-9]+: a coinbase that is not the first transaction"));
}

TEST(Block, WrongMerkleRootIsRefused) {
  Bytes raw = small_block();
  raw[36] ^= 1;
  EXPECT_EQ(error_of(raw), "offset 36: Merkle root does not match the transactions");
  DecodeOptions lenient = kNoWork;
  lenient.check_merkle_root = false;
  EXPECT_EQ(error_of(raw, lenient), "");
}

// CVE-2012-2459: the same root, but a transaction twice.
TEST(Block, RepeatedTransactionsWithTheSameRootAreRefused) {
  const std::vector honest{coinbase(), payment(1), payment(2)};
  std::vector forged = honest;
  forged.push_back(payment(2));
  const Bytes a = encode_block(header(), honest);
  const Bytes b = encode_block(header(), forged);
  ASSERT_TRUE(std::equal(a.begin(), a.begin() + 80, b.begin()));
  EXPECT_EQ(error_of(a), "");
  EXPECT_EQ(error_of(b),
            "offset 36: Merkle root is ambiguous, transactions are repeated (CVE-2012-2459)");
}

TEST(Block, ProofOfWorkIsChecked) {
  Bytes raw = small_block();
  // At regtest's target every second hash holds.
  bool held = false;
  bool failed = false;
  for (std::uint8_t nonce = 0; nonce < 64; ++nonce) {
    raw[76] = nonce;
    const std::string error = error_of(raw, {});
    held = held || error.empty();
    if (error.empty()) continue;
    failed = true;
    EXPECT_THAT(error, testing::MatchesRegex(
                           "offset 72: proof of work of [0-9a-f]+ does not meet its target"));
  }
  EXPECT_TRUE(held);
  EXPECT_TRUE(failed);
}

TEST(Block, StatedHashStandsInForAnIncompleteHeader) {
  Header partial = header();
  partial.bits = 0;
  const Bytes raw = encode_block(partial, std::vector{coinbase(), payment(1)});
  EXPECT_NE(error_of(raw, {}), "");
  Hash256 hash;
  hash.fill(7);
  Block block;
  BlockDecoder decoder(regtest());
  ASSERT_TRUE(decoder.decode_with_stated_hash(raw, hash, block));
  EXPECT_EQ(block.hash, hash);
  EXPECT_FALSE(block.header_complete);
  ASSERT_TRUE(BlockDecoder(regtest(), kNoWork).decode(raw, block));
  EXPECT_TRUE(block.header_complete);
  Bytes wrong = raw;
  wrong[36] ^= 1;
  EXPECT_FALSE(decoder.decode_with_stated_hash(wrong, hash, block));
}

// BIP 141: the last matching output counts, the nonce is the coinbase's only witness item.
class WitnessCommitment : public testing::Test {
 protected:
  WitnessCommitment() {
    transactions_ = {coinbase(), payment(1, true), payment(2)};
    transactions_[0].inputs[0].witness = {Bytes(32, 0)};
    Bytes preimage;
    std::vector<Hash256> wtxids{{},
                                double_sha256(encode_transaction(transactions_[1])),
                                double_sha256(encode_transaction(transactions_[2]))};
    const Hash256 root = merkle_root(wtxids);
    preimage.assign(root.begin(), root.end());
    preimage.resize(64);
    const Hash256 commitment = double_sha256(preimage);
    script_ = *from_hex("6a24aa21a9ed");
    script_.insert(script_.end(), commitment.begin(), commitment.end());
  }
  void commit(Bytes script) { transactions_[0].outputs.push_back({0, std::move(script)}); }
  std::string error() const {
    DecodeOptions options = kNoWork;
    options.check_witness_root = true;
    return error_of(encode_block(header(), transactions_), options);
  }
  std::vector<OwnedTransaction> transactions_;
  Bytes script_;
};

TEST_F(WitnessCommitment, Holds) {
  commit(script_);
  EXPECT_EQ(error(), "");
}

TEST_F(WitnessCommitment, LastOneCounts) {
  Bytes other = script_;
  other[10] ^= 1;
  commit(other);
  commit(script_);
  EXPECT_EQ(error(), "");
  commit(other);
  EXPECT_EQ(error(), "transaction 0: witness commitment does not match the transactions");
}

TEST_F(WitnessCommitment, MayBeFollowedByMore) {
  script_.push_back(0x51);
  commit(script_);
  EXPECT_EQ(error(), "");
}

TEST_F(WitnessCommitment, AbsentOneAllowsNoWitness) {
  EXPECT_EQ(error(), "transaction 0: witness data that the coinbase does not commit to");
  transactions_[0].inputs[0].witness.clear();
  EXPECT_EQ(error(), "transaction 1: witness data that the coinbase does not commit to");
  transactions_[1].inputs[0].witness.clear();
  EXPECT_EQ(error(), "");
}

TEST_F(WitnessCommitment, NonceIsOneItemOf32Bytes) {
  commit(script_);
  transactions_[0].inputs[0].witness = {Bytes(31, 0)};
  EXPECT_EQ(error(), "transaction 0: witness is not one item of 32 bytes");
  transactions_[0].inputs[0].witness = {Bytes(32, 0), Bytes(32, 0)};
  EXPECT_EQ(error(), "transaction 0: witness is not one item of 32 bytes");
}

std::optional<std::uint32_t> height_of(Bytes script, std::int32_t version = 2) {
  Header with_version = header();
  with_version.version = version;
  const Bytes raw = encode_block(with_version, std::vector{coinbase(std::move(script))});
  Block block;
  EXPECT_TRUE(BlockDecoder(regtest(), kNoWork).decode(raw, block));
  return coinbase_height(block);
}

TEST(CoinbaseHeight, FollowsBip34) {
  EXPECT_EQ(height_of({0x00, 0xff}), 0u);
  EXPECT_EQ(height_of({0x51, 0xff}), 1u);
  EXPECT_EQ(height_of({0x60, 0xff}), 16u);
  EXPECT_EQ(height_of({0x01, 0x11}), 17u);
  EXPECT_EQ(height_of({0x02, 0x80, 0x00}), 128u);
  EXPECT_EQ(height_of({0x03, 0x43, 0x7a, 0x03, 0xff}), 227'907u);
  EXPECT_EQ(height_of({0x04, 0x00, 0x00, 0x00, 0x01}), 0x01000000u);
}

TEST(CoinbaseHeight, IsNotReadOutOfOtherScripts) {
  EXPECT_FALSE(height_of({0x04, 0xff, 0xff, 0x00, 0x1d}, 1)) << "blocks of version 1 state none";
  EXPECT_FALSE(height_of({0x01, 0x80})) << "negative";
  EXPECT_FALSE(height_of({0x02, 0x11, 0x00})) << "not in the shortest form";
  EXPECT_FALSE(height_of({0x01, 0x00})) << "not in the shortest form";
  EXPECT_FALSE(height_of({0x03, 0x01, 0x02})) << "cut off";
  EXPECT_FALSE(height_of({0x05, 1, 1, 1, 1, 1})) << "too long";
  EXPECT_FALSE(height_of({0x61, 0x01})) << "no number";
}

// Litecoin (LIP 3): after an integrating transaction the extension block reaches to the end.
class ExtensionBlock : public testing::Test {
 protected:
  Bytes block_of(std::vector<std::string> transactions, const std::string& rest) {
    Bytes raw = encode_header(header());
    append_compact_size(raw, transactions.size());
    std::vector<Hash256> txids;
    for (const std::string& hex : transactions) {
      const Bytes tx = *from_hex(hex);
      raw.insert(raw.end(), tx.begin(), tx.end());
      Block single;
      EXPECT_TRUE(decode_transaction(tx, litecoin_, single)) << hex;
      txids.push_back(single.txids.front());
    }
    put_merkle_root(raw, txids);
    const Bytes tail = *from_hex(rest);
    raw.insert(raw.end(), tail.begin(), tail.end());
    return raw;
  }
  std::string error(ByteView raw) const { return error_of(raw, kNoWork, litecoin_); }

  const ChainParams& litecoin_ = *find_chain("litecoin");
  const std::string coinbase_ = to_hex(encode_transaction(coinbase()));
  const std::string plain_ = to_hex(encode_transaction(payment(1)));
  const std::string hog_ex_ =
      plain_.substr(0, 8) + "0008" + plain_.substr(8, plain_.size() - 16) + "00" + "00000000";
};

TEST_F(ExtensionBlock, IsKeptApart) {
  const Bytes raw = block_of({coinbase_, hog_ex_}, "01" + std::string(40, 'e'));
  Block block;
  BlockDecoder decoder(litecoin_, kNoWork);
  const auto decoded = decoder.decode(raw, block);
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(to_hex(block.extension), std::string(40, 'e'));
  EXPECT_EQ(block.txids[1], double_sha256(*from_hex(plain_)));
  EXPECT_EQ(block.weight, 4 * (81 + coinbase_.size() / 2 + plain_.size() / 2));
  const Bytes plain = block_of({coinbase_, plain_}, "");
  ASSERT_TRUE(decoder.decode(plain, block));
  EXPECT_TRUE(block.extension.empty());
}

TEST_F(ExtensionBlock, IsAnnouncedByOneByte) {
  EXPECT_EQ(error(block_of({coinbase_, hog_ex_}, "00")), "");
  EXPECT_THAT(error(block_of({coinbase_, hog_ex_}, "")),
              testing::HasSubstr("extension block mark needs 1 bytes, only 0 remain"));
  EXPECT_THAT(error(block_of({coinbase_, hog_ex_}, "02ee")),
              testing::HasSubstr("extension block mark is neither 0 nor 1"));
  EXPECT_THAT(error(block_of({coinbase_, hog_ex_}, "00ee")),
              testing::HasSubstr("1 bytes are left over after the block"));
  EXPECT_THAT(error(block_of({coinbase_, plain_}, "01ee")),
              testing::HasSubstr("2 bytes are left over after the block"));
}

TEST_F(ExtensionBlock, IntegratingTransactionIsTheLast) {
  EXPECT_THAT(error(block_of({coinbase_, hog_ex_, plain_}, "")),
              testing::HasSubstr("transaction 1: "));
  EXPECT_THAT(error_of(block_of({coinbase_, hog_ex_}, "00"), kNoWork, *find_chain("main")),
              testing::HasSubstr("unknown transaction flags 8"));
}

// Damaged blocks must give an error or a block that hangs together, under sanitizers too.
TEST(Block, RandomDamageIsNeverMisread) {
  const Bytes raw = small_block();
  std::mt19937 random(7);
  DecodeOptions lenient = kNoWork;
  lenient.check_merkle_root = false;
  Block block;
  BlockDecoder decoder(regtest(), lenient);
  std::size_t refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    Bytes damaged = raw;
    const auto changes = 1 + random() % 3;
    for (std::size_t k = 0; k < changes; ++k) {
      damaged[80 + random() % (damaged.size() - 80)] = static_cast<std::uint8_t>(random());
    }
    if (!decoder.decode(damaged, block)) {
      ++refused;
      continue;
    }
    std::size_t bytes = 81;
    for (const Transaction& tx : block.transactions) {
      bytes += tx.raw.size();
      for (const Input& input : block.inputs_of(tx)) {
        for (const ByteView item : witness_stack(input.witness)) {
          ASSERT_LE(item.data() + item.size(), damaged.data() + damaged.size());
        }
      }
    }
    ASSERT_EQ(bytes, damaged.size());
  }
  EXPECT_GT(refused, 2'000u);
  EXPECT_LT(refused, 20'000u);
}

}  // namespace
}  // namespace clew::bitcoin
