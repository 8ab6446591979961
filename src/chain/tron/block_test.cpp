#include "chain/tron/block.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "base/sha256.h"
#include "chain/bitcoin/files_test_support.h"
#include "chain/tron/account_block.h"
#include "chain/tron/address.h"
#include "chain/tron/node_json.h"
#include "chain/tron/protobuf.h"
#include "chain/tron/tron_world_test.h"

namespace clew::tron {
namespace {

using chain::TransferKind;
using nlohmann::json;
using ::testing::HasSubstr;

TEST(TronBlock, TheRootPairsNeighboursAndCarriesTheOddOneUp) {
  const auto leaf = [](std::uint8_t fill) {
    Hash256 hash;
    hash.fill(fill);
    return hash;
  };
  const auto pair = [](const Hash256& a, const Hash256& b) {
    Bytes both(a.begin(), a.end());
    both.insert(both.end(), b.begin(), b.end());
    return sha256(both);
  };
  EXPECT_EQ(transactions_root({}), Hash256{});
  EXPECT_EQ(transactions_root({leaf(1)}), leaf(1));
  EXPECT_EQ(transactions_root({leaf(1), leaf(2)}), pair(leaf(1), leaf(2)));
  EXPECT_EQ(transactions_root({leaf(1), leaf(2), leaf(3)}), pair(pair(leaf(1), leaf(2)), leaf(3)));
  EXPECT_EQ(transactions_root({leaf(1), leaf(2), leaf(3), leaf(4), leaf(5)}),
            pair(pair(pair(leaf(1), leaf(2)), pair(leaf(3), leaf(4))), leaf(5)));
}

TEST(TronBlock, MessagesOfABlockGiveItsTransfers) {
  test::World world;
  const auto block = decode_block(world.block_message());
  ASSERT_TRUE(block) << block.error().message;
  ASSERT_EQ(block->txs.size(), 4u);
  EXPECT_EQ(block->txs[0].type, ContractType::transfer);
  EXPECT_EQ(block->txs[0].owner, test::who(1));
  EXPECT_EQ(block->txs[0].to, test::who(2));
  EXPECT_EQ(block->txs[0].amount, 5'000'000u);
  EXPECT_EQ(block->txs[1].input.size(), 68u);
  EXPECT_FALSE(block->txs[2].success);

  auto whole = *block;
  const auto infos = decode_infos(world.infos_message());
  ASSERT_TRUE(infos) << infos.error().message;
  whole.infos = *infos;
  BlockNotes notes;
  const auto read = AccountBlockReader().read(whole, notes);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->number, 1000u);
  EXPECT_EQ(read->time, 1'700'000'000u);
  EXPECT_EQ(read->parts, chain::kReceipts | chain::kCalls);
  std::vector<std::tuple<TransferKind, std::uint32_t, std::uint64_t>> moved;
  for (const auto& t : read->transfers)
    moved.emplace_back(t.kind, t.tx, t.value.low_u64());
  EXPECT_THAT(
      moved,
      ::testing::ElementsAre(
          std::tuple(TransferKind::fee, 0, 100'000), std::tuple(TransferKind::native, 0, 5'000'000),
          std::tuple(TransferKind::fee, 1, 345'000), std::tuple(TransferKind::native, 1, 7),
          std::tuple(TransferKind::internal, 1, 3), std::tuple(TransferKind::erc20, 1, 30'401'259),
          std::tuple(TransferKind::fee, 2, 900'000), std::tuple(TransferKind::reward, 3, 12'345)));
  EXPECT_EQ(read->transfers[5].from, test::who(1));
  EXPECT_EQ(read->transfers[5].to, test::who(5));
  EXPECT_EQ(read->transfers[5].asset.contract, test::who(9));
}

TEST(TronBlock, ANodesJsonIsTheSameBlock) {
  test::World world;
  NodeJsonReader reader;
  const auto block = reader.read_block(world.block_json().dump());
  ASSERT_TRUE(block) << block.error().message;
  const auto plain = decode_block(world.block_message());
  ASSERT_TRUE(plain);
  EXPECT_EQ(block->id, plain->id);
  EXPECT_EQ(block->leaves, plain->leaves);
  auto a = *block, b = *plain;
  const auto infos = reader.read_infos(world.infos_json().dump());
  ASSERT_TRUE(infos) << infos.error().message;
  a.infos = *infos;
  b.infos = *decode_infos(world.infos_message());
  BlockNotes notes;
  const auto from_json = AccountBlockReader().read(a, notes);
  const auto from_message = AccountBlockReader().read(b, notes);
  ASSERT_TRUE(from_json && from_message);
  EXPECT_EQ(from_json->transfers, from_message->transfers);
}

TEST(TronBlock, WhatDoesNotFitIsNamed) {
  test::World world;
  NodeJsonReader reader;
  const auto error = [&](const json& block) {
    const auto read = reader.read_block(block.dump());
    return read ? std::string("none") : read.error().message;
  };
  EXPECT_THAT(error(json::object()), HasSubstr("no such block"));
  EXPECT_THAT(error({{"Error", "class org.tron : too large"}}), HasSubstr("the node says"));
  auto block = world.block_json();
  block["blockID"] = std::string(64, '0');
  EXPECT_THAT(error(block), HasSubstr("\"blockID\": not the hash of the header"));
  block = world.block_json();
  block["transactions"][1]["txID"] = std::string(64, 'a');
  EXPECT_THAT(error(block), HasSubstr("transaction 1: \"txID\": not the hash"));
  block = world.block_json();
  block["transactions"][2]["ret"][0]["contractRet"] = "SUCCESS";
  EXPECT_THAT(error(block), HasSubstr("\"txTrieRoot\": not the root"));
  block = world.block_json();
  block["transactions"].erase(0);
  EXPECT_THAT(error(block), HasSubstr("not the root"));
  block = world.block_json();
  block["block_header"]["raw_data"]["timestamp"] = -3;
  EXPECT_THAT(error(block), HasSubstr("\"timestamp\""));
  const auto cut = world.block_json().dump();
  for (std::size_t size = 0; size < cut.size(); size += 97)
    EXPECT_FALSE(reader.read_block(std::string_view(cut).substr(0, size))) << size;

  auto message = world.block_message();
  message[40] ^= 1;
  EXPECT_FALSE(decode_block(message));
  auto whole = *decode_block(world.block_message());
  whole.infos = *decode_infos(world.infos_message());
  std::swap((*whole.infos)[0], (*whole.infos)[1]);
  BlockNotes notes;
  const auto mixed = AccountBlockReader().read(whole, notes);
  ASSERT_FALSE(mixed);
  EXPECT_THAT(mixed.error().message, HasSubstr("info 0 is of another transaction"));
}

// The tables do not tell a header's version, which is one of few.
std::optional<std::uint64_t> version_of(Header header, std::string_view id) {
  for (header.version = 20; header.version < 40; ++header.version)
    if ("0x" + to_hex(block_id(header)) == id) return header.version;
  return std::nullopt;
}

TEST(TronBlock, RealHeadersHashToTheirIdAndLink) {
  CLEW_NEED_DATA();
  std::optional<std::string> last;
  std::map<std::uint64_t, std::size_t> versions;
  for (const auto& line : clew::test::read_gzip_lines(clew::test::data_dir() +
                                                      "/tron/blocks_56804500_56805500.jsonl.gz")) {
    const auto row = json::parse(line);
    const auto parent = row.at("parentHash").get<std::string>();
    EXPECT_EQ(last.value_or(parent), parent);
    last = row.at("blockHash").get<std::string>();
    const auto version =
        version_of(test::header_of(row.at("blockId"), row.at("timestamp"), parent,
                                   row.at("transactionsRoot"), row.at("minerBase58")),
                   *last);
    ASSERT_TRUE(version) << line;
    ++versions[*version];
  }
  EXPECT_THAT(versions, ::testing::ElementsAre(std::pair(28, 1001)));
  const auto whole =
      json::parse(clew::test::read_gzip(clew::test::data_dir() + "/tron/block_50000011.json.gz"));
  const auto& row = whole.at("blocks").at(0);
  EXPECT_EQ(
      version_of(test::header_of(row.at("block_id"), row.at("timestamp"), row.at("parent_hash"),
                                 row.at("transactions_root"), row.at("miner")),
                 row.at("block_hash").get<std::string>()),
      27u);
}

TEST(TronTransaction, ARealOne) {
  CLEW_NEED_DATA();
  const auto file = clew::test::data_dir() + "/tron/bitquery_sample_transactions.json";
  const auto bytes = clew::test::read_file(file);
  const auto row = json::parse(bytes.begin(), bytes.end()).at(0);
  const auto text = [&](const char* key) { return row.at(key).get<std::string>(); };
  const auto raw = from_hex(text("Transaction_Data"));
  const auto tx = decode_transaction(*raw);
  ASSERT_TRUE(tx) << tx.error().message;
  EXPECT_EQ(to_hex(tx->id), text("Transaction_Hash"));
  EXPECT_EQ(name(tx->type), text("Contract_Type"));
  EXPECT_EQ(to_text(*tx->owner), text("Transaction_FeePayer"));
  EXPECT_EQ(to_text(*tx->to), text("Contract_Address"));
  EXPECT_EQ(tx->fee_limit, 100'000'000u);
  EXPECT_EQ(tx->time_ms / 1000, row.at("Transaction_Timestamp").get<std::uint64_t>());
  EXPECT_TRUE(tx->success);
  EXPECT_EQ(to_hex(ByteView(tx->input).first(4)), "a9059cbb");
}

}  // namespace
}  // namespace clew::tron
