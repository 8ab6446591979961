// Blocks and receipts of the real chain, and one of every fork from Frontier to Osaka.
#include <gmock/gmock.h>

#include <map>

#include "base/keccak.h"
#include "chain/evm/block.h"
#include "chain/evm/check.h"
#include "chain/evm/real_data_test_support.h"
#include "chain/evm/rlp_reader.h"

namespace clew::evm {
namespace {

using namespace test;

// Decodes, holds against the header and writes again; every step must hold.
Block checked_block(ByteView raw) {
  Block block;
  BlockDecoder decoder;
  const auto decoded = decoder.decode(raw, block);
  EXPECT_TRUE(decoded) << decoded.error().message;
  if (!decoded) return block;
  BlockCheck check;
  const auto held = check.check_block(block);
  EXPECT_TRUE(held) << held.error().message;
  EXPECT_EQ(header_hash(block.header), block.hash);
  EXPECT_TRUE(std::ranges::equal(encode_block(block), raw)) << "block " << block.header.number;
  for (std::size_t i = 0; i < block.transactions.size(); ++i) {
    EXPECT_EQ(transaction_hash(block.transactions[i]), block.transaction_hashes[i]) << i;
  }
  return block;
}

// Mainnet blocks by number, as text of their answers.
std::map<std::uint64_t, Bytes> raw_blocks() {
  std::map<std::uint64_t, Bytes> blocks;
  for (const auto& one : recorded("debug_getRawBlock")) {
    const auto number = std::stoull(one["request"]["params"][0].get<std::string>(), nullptr, 16);
    blocks[number] = unhex(one["response"]["result"].get<std::string>());
  }
  return blocks;
}

struct RawReceipts {
  std::vector<Bytes> raw;
  Receipts receipts;
};
RawReceipts read_receipts(const nlohmann::json& texts) {
  RawReceipts out;
  for (const auto& text : texts)
    out.raw.push_back(unhex(text.get<std::string>()));
  for (const Bytes& raw : out.raw) {
    const auto read = append_receipt(raw, out.receipts);
    EXPECT_TRUE(read) << read.error().message;
  }
  return out;
}

// Mainnet's blocks whose hashes are known from elsewhere: https://etherscan.io/block/20000000 ...
TEST(RealBlocks, OfMainnetHaveTheirHashesAndRoots) {
  CLEW_NEED_DATA();
  const std::map<std::uint64_t, std::string> hashes = {
      {20000000, "0xd24fd73f794058a3807db926d8898c6481e902b7edb91ce0d479d6760f276183"},
      {4662649, "0x2c8a8ee582f8b0d920071c2e852ceac91e1df5e2280cce7491ace1f3b5bd5bf4"},
      {18951424, "0xfc1a9945fcb422b7c2e7fd01054f6d2c7ba778b0cf5060b5bae16b978b6fd127"},
      {20066032, "0x8fb707d0de78600c9065c8ae39c5717aaa45c5dbd3fe0a092831b7b333196d64"}};
  const auto blocks = raw_blocks();
  ASSERT_EQ(blocks.size(), hashes.size());
  std::size_t transactions = 0;
  for (const auto& [number, raw] : blocks) {
    const Block block = checked_block(raw);
    EXPECT_EQ(block.header.number, number);
    EXPECT_EQ(to_text(block.hash), hashes.at(number));
    transactions += block.transactions.size();
  }
  EXPECT_EQ(transactions, 134u + 126u + 120u + 43u);
}

TEST(RealBlocks, OfMainnetHaveTheReceiptsTheyName) {
  CLEW_NEED_DATA();
  const auto blocks = raw_blocks();
  std::size_t held = 0, receipts = 0;
  for (const auto& one : recorded("debug_getRawReceipts")) {
    const std::string asked = one["request"]["params"][0];
    if (asked.size() > 20) continue;  // by hash, of a block that is not at hand
    const auto found = blocks.find(std::stoull(asked, nullptr, 16));
    ASSERT_NE(found, blocks.end()) << asked;
    const Block block = checked_block(found->second);
    const RawReceipts read = read_receipts(one["response"]["result"]);
    BlockCheck check;
    const auto checked = check.check_receipts(block, read.receipts);
    EXPECT_TRUE(checked) << checked.error().message;
    for (std::size_t i = 0; i < read.raw.size(); ++i) {
      const Receipt& receipt = read.receipts.receipts[i];
      EXPECT_EQ(encode_receipt(receipt, read.receipts.logs_of(receipt)), read.raw[i]) << i;
      EXPECT_EQ(bloom_of(read.receipts.logs_of(receipt)), receipt.bloom) << i;
    }
    ++held;
    receipts += read.raw.size();
  }
  EXPECT_EQ(held, 4u);
  EXPECT_EQ(receipts, 134u + 126u + 120u + 43u);
}

TEST(RealBlocks, OfEveryForkHaveTheirHashesAndRoots) {
  CLEW_NEED_DATA();
  const std::string text = conformance_file("chain.rlp");
  const ByteView stream = as_bytes(text);
  RlpReader reader(stream);
  std::size_t count = 0, transactions = 0, uncles = 0, withdrawals = 0;
  std::array<std::size_t, 5> types{};
  Hash256 parent{};
  while (reader.more()) {
    ByteView raw;
    ASSERT_TRUE(reader.read_item(raw, "block")) << reader.error().message;
    const Block block = checked_block(raw);
    if (count > 0) {
      EXPECT_EQ(block.header.parent, parent);
    }
    parent = block.hash;
    EXPECT_EQ(block.header.number, ++count);
    transactions += block.transactions.size();
    uncles += block.uncles.size();
    withdrawals += block.withdrawals.size();
    for (const Transaction& tx : block.transactions)
      ++types[static_cast<std::size_t>(tx.type)];
  }
  EXPECT_EQ(count, 54u);
  EXPECT_EQ(transactions, 249u);
  EXPECT_EQ(types, (std::array<std::size_t, 5>{196, 23, 23, 6, 1}));
  EXPECT_EQ(uncles, 18u);
  EXPECT_GT(withdrawals, 0u);
}

// What the conformance tests' node answers about its chain, against the chain's own bytes.
TEST(RealBlocks, OfEveryForkAreWhatTheirNodeAnswers) {
  CLEW_NEED_DATA();
  const std::string text = conformance_file("chain.rlp");
  RlpReader reader(as_bytes(text));
  std::map<std::uint64_t, Bytes> chain;
  while (reader.more()) {
    ByteView raw;
    ASSERT_TRUE(reader.read_item(raw, "block")) << reader.error().message;
    chain[checked_block(raw).header.number] = Bytes(raw.begin(), raw.end());
  }
  std::size_t blocks = 0, headers = 0, receipts = 0, transactions = 0;
  for (const auto& [path, content] : conformance_files()) {
    const auto answer = conformance_answer(content);
    if (answer.is_null()) continue;
    if (path.starts_with("debug_getRawBlock/")) {
      const Bytes raw = unhex(answer.get<std::string>());
      const Block block = checked_block(raw);
      if (block.header.number > 0) {
        EXPECT_EQ(raw, chain.at(block.header.number)) << path;
      }
      EXPECT_EQ(encode_block(block), raw) << path;
      ++blocks;
    } else if (path.starts_with("debug_getRawHeader/")) {
      const Bytes raw = unhex(answer.get<std::string>());
      const auto header = decode_header(raw);
      ASSERT_TRUE(header) << path << ": " << header.error().message;
      if (header->number > 0) {
        EXPECT_EQ(keccak256(raw), checked_block(chain.at(header->number)).hash) << path;
      }
      ++headers;
    } else if (path.starts_with("debug_getRawReceipts/")) {
      const RawReceipts read = read_receipts(answer);
      // The request names the block.
      const auto asked = nlohmann::json::parse(
          content.substr(content.find(">> ") + 3, content.find("\n<< ") - content.find(">> ") - 3));
      const auto number = std::stoull(asked["params"][0].get<std::string>(), nullptr, 16);
      if (number > 0) {
        BlockCheck check;
        const auto checked = check.check_receipts(checked_block(chain.at(number)), read.receipts);
        EXPECT_TRUE(checked) << path << ": " << checked.error().message;
      }
      ++receipts;
    } else if (path.starts_with("debug_getRawTransaction/")) {
      const Bytes raw = unhex(answer.get<std::string>());
      const auto tx = decode_transaction(raw);
      ASSERT_TRUE(tx) << path << ": " << tx.error().message;
      EXPECT_NE(content.find(to_text(transaction_hash(*tx))), std::string::npos) << path;
      ++transactions;
    }
  }
  EXPECT_EQ(blocks, 2u);
  EXPECT_EQ(headers, 2u);
  EXPECT_EQ(receipts, 2u);
  EXPECT_EQ(transactions, 1u);
}

TEST(RealBlocks, HaveTheHeadersThatAreGivenAlone) {
  CLEW_NEED_DATA();
  const auto blocks = raw_blocks();
  std::size_t count = 0;
  for (const auto& one : recorded("debug_getRawHeader")) {
    const Bytes raw = unhex(one["response"]["result"].get<std::string>());
    const auto header = decode_header(raw);
    ASSERT_TRUE(header) << header.error().message;
    EXPECT_EQ(encode_header(*header), raw);
    EXPECT_EQ(keccak256(raw), checked_block(blocks.at(header->number)).hash);
    ++count;
  }
  EXPECT_EQ(count, 4u);
}

TEST(RealTransactions, HaveTheHashesTheyWereAskedBy) {
  CLEW_NEED_DATA();
  std::size_t count = 0;
  for (const char* method : {"debug_getRawTransaction", "eth_getRawTransactionByHash"}) {
    for (const auto& one : recorded(method)) {
      const Bytes raw = unhex(one["response"]["result"].get<std::string>());
      const auto canonical = without_blobs(raw);
      ASSERT_TRUE(canonical);
      const auto tx = decode_transaction(*canonical);
      ASSERT_TRUE(tx) << tx.error().message;
      EXPECT_EQ(to_text(transaction_hash(*tx)), one["request"]["params"][0].get<std::string>());
      ++count;
    }
  }
  EXPECT_GE(count, 10u);
}

// One changed byte anywhere in a block is found: it is no longer RLP of a block, or hashes to
// something else than its header says, or the header is no longer the one that was asked for.
void expect_every_change_found(Bytes raw, std::size_t stride) {
  Block block;
  BlockDecoder decoder;
  BlockCheck check;
  ASSERT_TRUE(decoder.decode(raw, block));
  const Hash256 asked = block.hash;
  std::size_t passed = 0;
  for (std::size_t i = 0; i < raw.size(); i += stride) {
    for (const std::uint8_t change : {0x01, 0x80}) {
      raw[i] ^= change;
      if (decoder.decode(raw, block) && check_hash(block, asked) && check.check_block(block)) {
        ADD_FAILURE() << "block " << block.header.number << ", byte " << i;
        ++passed;
      }
      raw[i] ^= change;
    }
    ASSERT_LT(passed, 10u);
  }
}

TEST(RealBlocks, WithOneChangedByteAreRefused) {
  CLEW_NEED_DATA();
  const std::string text = conformance_file("chain.rlp");
  RlpReader reader(as_bytes(text));
  for (ByteView raw; reader.more();) {
    ASSERT_TRUE(reader.read_item(raw, "block"));
    expect_every_change_found(Bytes(raw.begin(), raw.end()), raw.size() < 3000 ? 1 : 7);
  }
  for (const auto& [number, raw] : raw_blocks())
    expect_every_change_found(raw, 997);
}

TEST(RealReceipts, WithOneChangedByteAreRefused) {
  CLEW_NEED_DATA();
  const auto blocks = raw_blocks();
  const Block block = checked_block(blocks.at(20066032));
  for (const auto& one : recorded("debug_getRawReceipts")) {
    if (one["request"]["params"][0] != "0x1322EF0") continue;
    RawReceipts read = read_receipts(one["response"]["result"]);
    BlockCheck check;
    ASSERT_TRUE(check.check_receipts(block, read.receipts));
    std::size_t tried = 0;
    for (std::size_t k = 0; k < read.raw.size(); ++k) {
      for (std::size_t i = k % 41; i < read.raw[k].size(); i += 41) {
        read.raw[k][i] ^= 1;
        Receipts changed;
        bool accepted = true;
        for (const Bytes& raw : read.raw)
          accepted = accepted && append_receipt(raw, changed);
        EXPECT_FALSE(accepted && check.check_receipts(block, changed)) << k << ", byte " << i;
        read.raw[k][i] ^= 1;
        ++tried;
      }
    }
    EXPECT_GT(tried, 500u);
  }
}

}  // namespace
}  // namespace clew::evm
