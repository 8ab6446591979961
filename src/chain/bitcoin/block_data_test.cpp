// Real blocks against the facts that are known of them from elsewhere.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/sha256.h"
#include "chain/bitcoin/block.h"
#include "tests/data.h"

namespace clew::bitcoin {
namespace {

struct Fact {
  const char* name;
  const char* network;
  const char* hash;
  std::optional<std::uint32_t> height;
  std::size_t transactions, inputs, outputs, segwit;
  std::int64_t output_sum, coinbase_out;
  std::uint32_t time;
  std::size_t size;
  std::uint32_t weight;
  std::int64_t fees;  // what the coinbase pays beyond the subsidy
  bool undo;          // whether the spent outputs are known
};

const Fact kFacts[] = {
    {"mainnet_1", "main", "00000000839a8e6886ab5951d76f411475428afc90947ee320161bbf18eb6048",
     std::nullopt, 1, 1, 1, 0, 5000000000, 5000000000, 1231469665, 215, 860, 0, false},
    {"mainnet_300025", "main", "0000000000000000821c4e0acc40f88bedbce3b73ba2358b5ade58a9022cc78c",
     300025, 461, 1428, 1226, 0, 513093575772, 2507773345, 1399713634, 284231, 1136924, 7773345,
     true},
    {"mainnet_413567", "main", "0000000000000000025aff8be8a55df8f89c77296db6198f272d6577325d4069",
     413567, 1557, 4887, 3581, 0, 914705170223, 2531310238, 1464307123, 999887, 3999548, 31310238,
     false},
    {"mainnet_426884", "main", "00000000000000000431d0ead6e0bd9f90ff0d469e9b05d51e3d04971f472973",
     426884, 409, 6032, 798, 0, 607985168305, 1259494873, 1472181459, 996444, 3985776, 9494873,
     false},
    {"mainnet_540107", "main", "00000000000000000021868c2cefc52a480d173c849412fe81c4e5ab806f94ab",
     540107, 230, 7033, 472, 104, 54447454297, 1254491058, 1536190243, 2259447, 3993333, 4491058,
     false},
    {"mainnet_702861", "main", "000000000000000000000c835b2adcaedc20fdf6ee440009c249452c726dafae",
     702861, 2500, 6518, 6015, 2065, 2883682728990, 629948405, 1633002641, 1381836, 3993054,
     4948405, false},
    {"testnet3_924634", "test", "000000000000045e0b1660b6445b5e5c5ab63c9a4f956be7e1e69be04fa4497b",
     924634, 15, 16, 29, 1, 21397492046, 312665524, 1472004949, 4319, 17168, 165524, false},
    {"testnet3_928816", "test", "00000000000001c4b87edf974ddc601d88dda332265b9849a944a5ff0141a378",
     928816, 889, 8693, 9241, 830, 2050976520495, 346638981, 1474285542, 1589046, 3568200, 34138981,
     true},
    {"testnet3_928848", "test", "00000000000001dc1c2cbd9c2419e9fd396449be12176b3b7c78c2784eb2f5e7",
     928848, 676, 11216, 7379, 669, 6318214237, 350976510, 1474309984, 1902605, 3992537, 38476510,
     true},
    {"testnet3_928849", "test", "000000000000008d5be88d271df4ef8559ed54d6fd9e2705a3ba9ba376d8997d",
     928849, 993, 8595, 10264, 918, 4160211552323, 345636194, 1474311167, 1608067, 3682105,
     33136194, true},
};

std::string folder() {
  return test::data_dir() + "/bitcoin/";
}

class RealBlock : public testing::TestWithParam<Fact> {
 protected:
  void SetUp() override {
    CLEW_NEED_DATA();
    raw_ = test::read_file(folder() + "blocks/" + GetParam().name + ".raw");
    BlockDecoder decoder(*find_chain(GetParam().network), {.check_witness_root = true});
    const auto decoded = decoder.decode(raw_, block_);
    ASSERT_TRUE(decoded) << decoded.error().message;
  }
  std::int64_t sum(std::span<const Output> outputs) const {
    std::int64_t total = 0;
    for (const Output& output : outputs)
      total += output.value;
    return total;
  }
  Bytes raw_;
  Block block_;
};

INSTANTIATE_TEST_SUITE_P(Bitcoin, RealBlock, testing::ValuesIn(kFacts),
                         [](const auto& fact) { return std::string(fact.param.name); });

TEST_P(RealBlock, HasTheKnownFacts) {
  const Fact& fact = GetParam();
  EXPECT_EQ(to_display(block_.hash), fact.hash);
  EXPECT_EQ(coinbase_height(block_), fact.height);
  EXPECT_EQ(block_.transactions.size(), fact.transactions);
  EXPECT_EQ(block_.txids.size(), fact.transactions);
  EXPECT_EQ(block_.wtxids.size(), fact.transactions);
  EXPECT_EQ(block_.inputs.size(), fact.inputs);
  EXPECT_EQ(block_.outputs.size(), fact.outputs);
  EXPECT_EQ(sum(block_.outputs), fact.output_sum);
  EXPECT_EQ(sum(block_.outputs_of(block_.transactions.front())), fact.coinbase_out);
  EXPECT_EQ(block_.header.time, fact.time);
  EXPECT_EQ(block_.raw.size(), fact.size);
  EXPECT_EQ(block_.weight, fact.weight);
  std::size_t segwit = 0;
  for (const Transaction& tx : block_.transactions)
    segwit += tx.has_witness;
  EXPECT_EQ(segwit, fact.segwit);
}

TEST_P(RealBlock, CoinbaseIsSubsidyAndFees) {
  const Fact& fact = GetParam();
  const std::uint32_t height = fact.height.value_or(1);
  EXPECT_EQ(subsidy(*find_chain(fact.network), height) + fact.fees, fact.coinbase_out);
  if (!fact.undo) return;
  const Bytes undo = test::read_file(folder() + "blocks/" + fact.name + ".undo");
  std::int64_t spent = 0;
  std::size_t count = 0;
  for (std::size_t at = 0; at < undo.size(); ++count) {
    spent += load_le<std::int64_t>(undo.data() + at);
    at += 8;
    std::size_t script = undo[at++];
    if (script == 0xfd) {
      script = load_le<std::uint16_t>(undo.data() + at);
      at += 2;
    }
    at += script;
  }
  EXPECT_EQ(count, fact.inputs - 1);
  const std::int64_t paid = fact.output_sum - fact.coinbase_out;
  EXPECT_EQ(spent - paid, fact.fees);
}

// Transactions lie one after the other and fill the block; so do the items inside each.
TEST_P(RealBlock, TransactionsTileTheBlock) {
  const std::uint8_t* at = block_.transactions.front().raw.data();
  Block single;
  for (std::size_t i = 0; i < block_.transactions.size(); ++i) {
    const Transaction& tx = block_.transactions[i];
    ASSERT_EQ(tx.raw.data(), at) << i;
    at += tx.raw.size();
    ASSERT_TRUE(decode_transaction(tx.raw, *find_chain(GetParam().network), single)) << i;
    EXPECT_EQ(single.txids.front(), block_.txids[i]) << i;
    EXPECT_EQ(single.inputs.size(), tx.input_count) << i;
    EXPECT_EQ(single.weight, tx.weight()) << i;
    if (i != 0) {
      EXPECT_EQ(single.wtxids.front(), block_.wtxids[i]) << i;
    }
  }
  EXPECT_EQ(at, raw_.data() + raw_.size());
}

OwnedTransaction owned(const Block& block, const Transaction& tx) {
  OwnedTransaction copy;
  copy.version = tx.version;
  copy.lock_time = tx.lock_time;
  for (const Input& input : block.inputs_of(tx)) {
    OwnedInput& out = copy.inputs.emplace_back();
    std::copy_n(input.outpoint, 32, out.txid.begin());
    out.vout = load_le<std::uint32_t>(input.outpoint + 32);
    out.script.assign(input.script.begin(), input.script.end());
    out.sequence = input.sequence;
    for (const ByteView item : witness_stack(input.witness)) {
      out.witness.emplace_back(item.begin(), item.end());
    }
  }
  for (const Output& output : block.outputs_of(tx)) {
    copy.outputs.push_back({output.value, {output.script.begin(), output.script.end()}});
  }
  return copy;
}

TEST_P(RealBlock, EncodesToTheSameBytes) {
  std::vector<OwnedTransaction> transactions;
  for (const Transaction& tx : block_.transactions)
    transactions.push_back(owned(block_, tx));
  Header header = block_.header;
  header.merkle_root = {};
  EXPECT_TRUE(encode_block(header, transactions) == raw_);
}

// A decoder that is used again must not remember the block before.
TEST(BlockDecoder, CanBeReused) {
  CLEW_NEED_DATA();
  BlockDecoder decoder(*find_chain("main"), {.check_witness_root = true});
  Block block;
  for (const char* name : {"mainnet_702861", "mainnet_1", "mainnet_540107", "mainnet_300025"}) {
    const Bytes raw = test::read_file(folder() + "blocks/" + name + ".raw");
    ASSERT_TRUE(decoder.decode(raw, block)) << name;
    Block fresh;
    ASSERT_TRUE(BlockDecoder(*find_chain("main")).decode(raw, fresh)) << name;
    EXPECT_EQ(block.txids, fresh.txids);
    EXPECT_EQ(block.weight, fresh.weight);
    EXPECT_EQ(block.inputs.size(), fresh.inputs.size());
  }
}

TEST(RealBlocks, HoldTheKnownCoinJoin) {
  CLEW_NEED_DATA();
  const Bytes raw = test::read_file(folder() + "blocks/mainnet_702861.raw");
  Block block;
  ASSERT_TRUE(BlockDecoder(*find_chain("main")).decode(raw, block));
  const auto txid =
      *hash_from_display("5c2f55fc17854a18f447d74e32356c9ff6faf43bf937ed13611857b2bb3fef3a");
  const auto found = std::find(block.txids.begin(), block.txids.end(), txid);
  ASSERT_NE(found, block.txids.end());
  const auto number = static_cast<std::size_t>(found - block.txids.begin());
  EXPECT_EQ(block.transactions[number].input_count, 100u);
  EXPECT_EQ(block.transactions[number].output_count, 122u);
}

TEST(RealBlocks, WitnessChangesAreCaughtByTheCommitmentOnly) {
  CLEW_NEED_DATA();
  Bytes raw = test::read_file(folder() + "blocks/mainnet_702861.raw");
  Block block;
  BlockDecoder decoder(*find_chain("main"));
  ASSERT_TRUE(decoder.decode(raw, block));
  const Transaction* segwit = nullptr;
  for (const Transaction& tx : block.transactions) {
    if (tx.has_witness) segwit = &tx;
  }
  ASSERT_NE(segwit, nullptr);
  const auto stack = witness_stack(block.inputs_of(*segwit).front().witness);
  raw[static_cast<std::size_t>(stack.front().data() - raw.data()) + 5] ^= 1;
  EXPECT_TRUE(decoder.decode(raw, block));
  BlockDecoder strict(*find_chain("main"), {.check_witness_root = true});
  const auto decoded = strict.decode(raw, block);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().message,
            "transaction 0: witness commitment does not match the transactions");
}

struct FileFact {
  const char* path;
  const char* network;
  std::size_t blocks, transactions;
  const char* first;
  const char* last;
  std::uint32_t first_time, last_time;
  std::int64_t output_sum;
};

const FileFact kFiles[] = {
    {"blkfiles/nbitcoin_blk00000.dat", "main", 300, 307,
     "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
     "00000000b9b003c04b2fe21b4f7a2fa809eb643852573c3a1748653e2019f01c", 1231006505, 1231831694,
     1517900000000},
    {"blkfiles/nbitcoin_blk00001.dat", "main", 300, 309,
     "0000000062b69e4a2c3312a5782d7798b0711e9ebac065cd5d19f946439f8609",
     "0000000042844571bc6bce8e1c0fbec99466971eaff89fef8c0d123582181d4d", 1231832435, 1232038030,
     1556100000000},
    {"blkfiles/reorg/blk_0_to_4.dat", "main", 5, 9,
     "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
     "000000002f264d6504013e73b9c913de9098d4d771c1bb219af475d2a01b128e", 1231006505, 1231008907,
     40000000000},
    {"blkfiles/reorg/blk_3A.dat", "main", 1, 3,
     "00000000474284d20067a4d33f6a02284e6ef70764a3a26d6a5b9df52ef663dd",
     "00000000474284d20067a4d33f6a02284e6ef70764a3a26d6a5b9df52ef663dd", 1231008306, 1231008306,
     10000000000},
    {"blkfiles/reorg/blk_4A.dat", "main", 1, 1,
     "00000000551dc04c148242d1f648802577df8cf7d4e1b469211016280204a2bf",
     "00000000551dc04c148242d1f648802577df8cf7d4e1b469211016280204a2bf", 1231008906, 1231008906,
     5000000000},
    {"blkfiles/reorg/blk_5A.dat", "main", 1, 2,
     "00000000195f85184e77c18914bd0febd11278d950f5e4731a38f71ed79f044e",
     "00000000195f85184e77c18914bd0febd11278d950f5e4731a38f71ed79f044e", 1231009506, 1231009506,
     10000000000},
    {"blocksci_regtest_btc/blk00000.dat", "regtest", 202, 356,
     "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206",
     "477cc9149649ede38b9f1794c8b2eac236ce3c35e1c7914afa141ab19c86512c", 1296688602, 1535815200,
     1315905746666},
};

class RealFile : public testing::TestWithParam<FileFact> {};
INSTANTIATE_TEST_SUITE_P(Bitcoin, RealFile, testing::ValuesIn(kFiles), [](const auto& fact) {
  std::string name = fact.param.path;
  for (char& c : name)
    c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
});

// Every block is checked in full; the reorganisation blocks carry their proof of work too.
TEST_P(RealFile, HoldsTheKnownChain) {
  CLEW_NEED_DATA();
  const FileFact& fact = GetParam();
  const Bytes file = test::read_file(folder() + fact.path);
  const ChainParams& chain = *find_chain(fact.network);
  BlockDecoder decoder(chain, {.check_witness_root = true});
  std::vector<Block> blocks;
  std::size_t transactions = 0;
  std::int64_t total = 0;
  for (std::size_t at = 0;
       at + 8 <= file.size() && load_le<std::uint32_t>(&file[at]) == chain.magic;) {
    const std::size_t size = load_le<std::uint32_t>(&file[at + 4]);
    ASSERT_LE(at + 8 + size, file.size());
    const auto decoded =
        decoder.decode(ByteView(file).subspan(at + 8, size), blocks.emplace_back());
    ASSERT_TRUE(decoded) << "block " << blocks.size() - 1 << ": " << decoded.error().message;
    transactions += blocks.back().transactions.size();
    for (const Output& output : blocks.back().outputs)
      total += output.value;
    if (blocks.size() > 1) {
      EXPECT_EQ(blocks.back().header.previous, blocks[blocks.size() - 2].hash);
    }
    at += 8 + size;
  }
  ASSERT_EQ(blocks.size(), fact.blocks);
  EXPECT_EQ(transactions, fact.transactions);
  EXPECT_EQ(total, fact.output_sum);
  EXPECT_EQ(to_display(blocks.front().hash), fact.first);
  EXPECT_EQ(to_display(blocks.back().hash), fact.last);
  EXPECT_EQ(blocks.front().header.time, fact.first_time);
  EXPECT_EQ(blocks.back().header.time, fact.last_time);
}

}  // namespace
}  // namespace clew::bitcoin
