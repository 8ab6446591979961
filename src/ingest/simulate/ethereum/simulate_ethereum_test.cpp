#include "ingest/simulate/ethereum/simulate_ethereum.h"

#include <set>

#include "chain/evm/check.h"
#include "chain/evm/transfers.h"
#include "ingest/simulate/ethereum/amount.h"
#include "ingest/simulate/ethereum/block_maker.h"
#include "ingest/simulate/ethereum/truth.h"
#include "ingest/simulate/ethereum/world_test_support.h"

namespace clew::simulate::ethereum {
namespace {

using test::MadeWorld;
using test::make_world;

// A stored block with its receipts, read and held against its header.
struct CheckedBlock {
  StoredBlock stored;
  evm::Block block;
  evm::Receipts receipts;
};

void check(const MadeWorld& world, const IndexEntry& entry, CheckedBlock& out) {
  const auto read = world.store->read(entry, out.stored);
  ASSERT_TRUE(read) << read.error().message;
  evm::BlockDecoder decoder;
  const auto decoded = decoder.decode(out.stored.raw, out.block);
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(out.block.hash, entry.hash);
  EXPECT_EQ(out.block.header.number, entry.number);
  out.receipts.clear();
  for (const ByteView raw : out.stored.receipts)
    ASSERT_TRUE(evm::append_receipt(raw, out.receipts));
  evm::BlockCheck checker;
  const auto held = checker.check_block(out.block);
  ASSERT_TRUE(held) << held.error().message;
  const auto receipts = checker.check_receipts(out.block, out.receipts);
  ASSERT_TRUE(receipts) << receipts.error().message;
}

class EverySeed : public ::testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, EverySeed, ::testing::Range<std::uint64_t>(1, 6));

// What differs from one compiler or machine to another shows here. Who means to change what is
// simulated writes down the new hash.
TEST(SimulateEthereum, ASeedMakesTheSameWorldEverywhere) {
  const MadeWorld world = make_world({.blocks = 300, .seed = 1});
  EXPECT_EQ(to_hex(world.summary.tip_hash),
            "94bca8c7ec051438e1a1f01c8bd574d5bc0c2a37f41ee2828836c04a29325ebd");
}

TEST_P(EverySeed, BlocksHoldAgainstTheirHeaders) {
  const MadeWorld world = make_world({.blocks = 200, .seed = GetParam()});
  ASSERT_TRUE(world.store);
  ASSERT_EQ(world.store->chain().size(), 200u);
  CheckedBlock parent, block;
  std::map<evm::Address, std::uint64_t> nonces;
  std::size_t transactions = 0;
  for (const IndexEntry& entry : world.store->chain()) {
    check(world, entry, block);
    if (HasFatalFailure()) return;
    if (entry.number > 0) {
      EXPECT_EQ(block.block.header.parent, parent.block.hash);
      EXPECT_GT(block.block.header.time, parent.block.header.time);
      EXPECT_EQ(block.block.header.base_fee, next_base_fee(parent.block.header));
    }
    for (std::size_t i = 0; i < block.block.transactions.size(); ++i, ++transactions) {
      const evm::Transaction& tx = block.block.transactions[i];
      EXPECT_EQ(tx.nonce, nonces[block.stored.senders[i]]++);
      // Who delegates an account in a transaction of its own uses two.
      for (const evm::Authorization& one : evm::authorizations(tx))
        EXPECT_EQ(one.nonce, nonces[block.stored.senders[i]]++);
    }
    std::swap(parent, block);
  }
  EXPECT_EQ(transactions, world.summary.transactions);
  EXPECT_GT(transactions, 200u * 15);
}

using Balances = std::map<std::pair<std::string, std::string>, U256>;  // by address and asset

// Amounts that leave an account must have been there.
void move(Balances& balances, const std::vector<std::string>& row) {
  const std::string& asset = row[3];
  const U256 value = *U256::from_decimal(row[6]);
  const std::string zero = "0x0000000000000000000000000000000000000000";
  const auto held = [&](const std::string& who) {
    return !who.empty() && (asset == "ETH" || who != zero);
  };
  if (held(row[4])) {
    U256& from = balances[{row[4], asset}];
    const auto left = checked_sub(from, value);
    ASSERT_TRUE(left) << "block " << row[0] << ": " << row[4] << " gives too much " << asset;
    from = *left;
  }
  if (held(row[5])) {
    U256& to = balances[{row[5], asset}];
    to = plus(to, value);
  }
}

Balances read_balances(const MadeWorld& world, const std::string& name) {
  Balances balances;
  for (const auto& row : world.table(name))
    balances[{row[0], row[1]}] = *U256::from_decimal(row[2]);
  return balances;
}

TEST_P(EverySeed, BalancesAreTheSumsOfTheTransfers) {
  const MadeWorld world = make_world({.blocks = 200, .seed = GetParam()});
  Balances balances = read_balances(world, "truth/opening.csv");
  const auto transfers = world.table("truth/transfers.csv");
  EXPECT_EQ(transfers.size(), world.summary.transfers);
  for (const auto& row : transfers) {
    move(balances, row);
    if (HasFatalFailure()) return;
  }
  std::erase_if(balances, [](const auto& one) { return one.second.is_zero(); });
  EXPECT_EQ(balances, read_balances(world, "truth/balances.csv"));
}

// What the records say of balances is what the transfers come to, block by block.
TEST(SimulateEthereum, RecordsTellTheBalancesThatBlocksChange) {
  const MadeWorld world = make_world({.blocks = 200, .seed = 9});
  Balances balances = read_balances(world, "truth/opening.csv");
  const auto transfers = world.table("truth/transfers.csv");
  auto row = transfers.begin();
  StoredBlock stored;
  std::size_t compared = 0;
  for (const IndexEntry& entry : world.store->chain().subspan(1)) {
    for (; row != transfers.end() && (*row)[0] == std::to_string(entry.number); ++row)
      move(balances, *row);
    ASSERT_TRUE(world.store->read(entry, stored));
    for (const StoredBalance& balance : stored.balances) {
      const std::string asset =
          balance.contract == evm::Address{} ? "ETH" : evm::to_text(balance.contract);
      if (!balance.token_id.is_zero()) continue;
      const U256 expected = balances[{evm::to_text(balance.holder), asset}];
      EXPECT_EQ(balance.amount, expected);
      ++compared;
    }
  }
  EXPECT_GT(compared, 5'000u);
}

std::string row_text(const chain::Transfer& transfer) {
  const auto party = [](const std::optional<chain::Account>& who) {
    return who ? evm::to_text(*who) : std::string();
  };
  return std::to_string(transfer.tx) + "," + std::string(kind_text(transfer.kind)) + "," +
         Truth::text(transfer.asset) + "," + party(transfer.from) + "," + party(transfer.to) + "," +
         transfer.value.to_decimal() + "," + std::to_string(transfer.place);
}

// Rows of the truth by block, in the order in which readers of blocks give transfers.
std::map<std::uint64_t, std::vector<std::string>> rows_by_block(const MadeWorld& world) {
  std::map<std::uint64_t, std::vector<std::vector<std::string>>> blocks;
  for (auto& row : world.table("truth/transfers.csv"))
    blocks[std::stoull(row[0])].push_back(std::move(row));
  const auto rank = [](const std::vector<std::string>& row) {
    const std::size_t tx = row[1].empty() ? chain::Transfer::kNoTx : std::stoull(row[1]);
    return std::pair(tx, row[2] == "fee" ? 0 : row[3] == "ETH" ? 1 : 2);
  };
  std::map<std::uint64_t, std::vector<std::string>> result;
  for (auto& [number, rows] : blocks) {
    std::ranges::stable_sort(rows, {}, rank);
    for (const auto& row : rows) {
      std::string text = row[1].empty() ? std::to_string(chain::Transfer::kNoTx) : row[1];
      for (std::size_t i = 2; i < row.size(); ++i)
        text += "," + row[i];
      result[number].push_back(std::move(text));
    }
  }
  return result;
}

// What the readers of blocks, receipts and calls make of the chain is what the script did.
TEST_P(EverySeed, ReadersOfBlocksFindTheTransfersOfTheTruth) {
  const MadeWorld world = make_world({.blocks = 250, .seed = GetParam()});
  auto expected = rows_by_block(world);
  const evm::TransferReader reader(evm::chain_params(1));
  CheckedBlock block;
  for (const IndexEntry& entry : world.store->chain()) {
    check(world, entry, block);
    if (HasFatalFailure()) return;
    const auto held =
        evm::check_calls(block.block, block.stored.senders, block.receipts, block.stored.calls);
    ASSERT_TRUE(held) << held.error().message;
    std::vector<chain::Transfer> transfers;
    evm::TransferNotes notes;
    ASSERT_TRUE(reader.read({.block = block.block,
                             .senders = block.stored.senders,
                             .receipts = block.receipts,
                             .calls = &block.stored.calls},
                            transfers, notes));
    EXPECT_EQ(notes, evm::TransferNotes());
    std::vector<std::string> found;
    for (const chain::Transfer& transfer : transfers)
      found.push_back(row_text(transfer));
    ASSERT_EQ(found, expected[entry.number]) << "block " << entry.number;
  }
}

U256 sum_of(const nlohmann::json& rows, const char* key, const char* asset_key,
            const std::string& asset) {
  U256 sum{};
  for (const auto& row : rows)
    if (row.at(asset_key) == asset)
      sum = plus(sum, *U256::from_decimal(row.at(key).get<std::string>()));
  return sum;
}

// For every asset: what was stolen or came of swaps is what arrived, was mixed, paid, swapped, or
// is still there.
TEST_P(EverySeed, TrailsAccountForEveryUnit) {
  const MadeWorld world = make_world({.blocks = 400, .seed = GetParam()});
  std::size_t arrivals = 0;
  const auto told = world.json("world.json");
  for (const auto& theft : told.at("thefts")) {
    const auto trail = world.json(theft.at("truth").get<std::string>());
    std::set<std::string> assets;
    for (const auto& moved : trail.at("transfers"))
      assets.insert(moved.at("asset"));
    for (const auto& origin : trail.at("origins"))
      assets.insert(origin.at("asset"));
    EXPECT_GE(assets.size(), 2u);
    for (const std::string& asset : assets) {
      SCOPED_TRACE(trail.at("name").get<std::string>() + " " + asset);
      const U256 in = plus(sum_of(trail.at("origins"), "loot", "asset", asset),
                           sum_of(trail.at("swaps"), "to_amount", "to_asset", asset));
      U256 out = sum_of(trail.at("services"), "amount", "asset", asset);
      out = plus(out, sum_of(trail.at("mixed"), "loot", "asset", asset));
      out = plus(out, sum_of(trail.at("pooled"), "loot", "asset", asset));
      out = plus(out, sum_of(trail.at("dormant"), "amount", "asset", asset));
      out = plus(out, sum_of(trail.at("swaps"), "from_amount", "from_asset", asset));
      if (trail.at("fees").contains(asset))
        out = plus(out, *U256::from_decimal(trail.at("fees").at(asset).get<std::string>()));
      EXPECT_EQ(in.to_decimal(), out.to_decimal());
    }
    arrivals += trail.at("services").size();
  }
  EXPECT_GT(arrivals, 2u);
}

TEST(SimulateEthereum, TheSameSeedMakesTheSameBytesAndAnotherDoesNot) {
  const Options options{.blocks = 200, .seed = 4, .branches = {{100, 7}}};
  const MadeWorld one = make_world(options), two = make_world(options);
  Options third = options;
  third.seed = 5;
  const MadeWorld other = make_world(third);
  for (const char* name :
       {"chain/blocks.dat", "chain/index.dat", "chain/contracts.json", "world.json",
        "truth/transfers.csv", "truth/balances.csv", "truth/accounts.csv", "truth/deposits.csv",
        "truth/theft-1.json", "labels/services.tagpack.yaml"})
    EXPECT_EQ(one.text(name), two.text(name)) << name;
  EXPECT_NE(one.text("chain/blocks.dat"), other.text("chain/blocks.dat"));
}

TEST(SimulateEthereum, BranchesLeaveTheChainWhereTheyWereAskedTo) {
  const MadeWorld plain = make_world({.blocks = 200, .seed = 2});
  const MadeWorld world =
      make_world({.blocks = 200, .seed = 2, .branches = {{150, 9}, {40, 1}, {150, 60}}});
  ASSERT_EQ(world.store->branches(), 3u);
  EXPECT_EQ(world.summary.tip_hash, plain.summary.tip_hash);
  std::set<Hash256> hashes;
  const std::pair<std::uint64_t, std::size_t> expected[] = {{40, 1}, {150, 9}, {150, 60}};
  CheckedBlock block;
  for (std::uint32_t i = 1; i <= 3; ++i) {
    const auto branch = world.store->branch(i);
    ASSERT_EQ(branch.size(), expected[i - 1].second);
    ASSERT_EQ(branch.front().number, expected[i - 1].first);
    Hash256 parent = world.store->chain()[branch.front().number - 1].hash;
    for (const IndexEntry& entry : branch) {
      check(world, entry, block);
      if (HasFatalFailure()) return;
      EXPECT_EQ(block.block.header.parent, parent);
      EXPECT_TRUE(hashes.insert(entry.hash).second);
      parent = entry.hash;
    }
  }
  EXPECT_EQ(world.summary.branch_blocks, 70u);
}

TEST(SimulateEthereum, RefusesWhatItCannotMake) {
  clew::test::MemoryFiles files;
  const auto refused = [&](const Options& options) {
    const auto made = simulate_ethereum(options, {}, files);
    return !made && made.error().kind == ErrorKind::usage;
  };
  EXPECT_TRUE(refused({.out = ""}));
  EXPECT_TRUE(refused({.out = "w", .blocks = 199}));
  EXPECT_TRUE(refused({.out = "w", .transactions_per_block = 3}));
  EXPECT_TRUE(refused({.out = "w", .branches = {{0, 1}}}));
  EXPECT_TRUE(refused({.out = "w", .branches = {{2000, 1}}}));
  EXPECT_TRUE(refused({.out = "w", .branches = {{5, 0}}}));
  files.put("mine/thesis.txt", {1, 2, 3});
  EXPECT_TRUE(refused({.out = "mine"}));
}

}  // namespace
}  // namespace clew::simulate::ethereum
