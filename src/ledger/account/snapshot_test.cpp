#include "ledger/account/snapshot.h"

#include <gtest/gtest.h>

#include "ledger/account/account_world_test.h"
#include "ledger/writer.h"

namespace clew::account::test {
namespace {

TEST(AccountSnapshot, SaysWhatWasAppended) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto chain = random_chain(seed, static_cast<std::uint32_t>(seed % 3 * 100), 60);
    const TemporaryFolder folder;
    ingest(folder / "ledger", chain, small_segments(seed % 2 == 0 ? 4000 : 1 << 20));
    const auto snapshot = open_snapshot(folder / "ledger");
    EXPECT_EQ(describe(snapshot), describe(chain)) << "seed " << seed;
    EXPECT_EQ(verify(folder / "ledger")->size(), 0u);
  }
}

TEST(AccountSnapshot, FindsEverythingByName) {
  const auto chain = random_chain(3, 10, 50);
  const TemporaryFolder folder;
  ingest(folder / "ledger", chain);
  const auto snapshot = open_snapshot(folder / "ledger");
  EXPECT_EQ(snapshot.network(), "evm:1");
  std::uint64_t txs = 0, transfers = 0, logs = 0;
  for (const auto& block : chain) {
    const auto id = snapshot.find_block(block.hash);
    ASSERT_TRUE(id);
    EXPECT_EQ(snapshot.block(*id).number, block.number);
    for (const auto& tx : block.txs) {
      const auto found = snapshot.find_tx(tx.hash);
      ASSERT_TRUE(found);
      EXPECT_EQ(snapshot.tx_hash(*found), tx.hash);
      EXPECT_EQ(snapshot.block_of_tx(*found), *id);
      logs += tx.log_count;
    }
    for (const auto& transfer : block.transfers) {
      const auto asset = snapshot.find_asset(transfer.asset);
      ASSERT_TRUE(asset);
      EXPECT_EQ(snapshot.asset(*asset), transfer.asset);
      EXPECT_EQ(transfer.asset.is_native(), *asset == kCoin);
    }
    txs += block.txs.size();
    transfers += block.transfers.size();
  }
  EXPECT_EQ(snapshot.block_count(), chain.size());
  EXPECT_EQ(snapshot.tx_count(), txs);
  EXPECT_EQ(snapshot.transfer_count(), transfers);
  EXPECT_EQ(snapshot.log_count(), logs);
  EXPECT_FALSE(snapshot.find_tx(hash_of("never seen")));
  EXPECT_FALSE(snapshot.find_block(hash_of("never seen")));
  EXPECT_FALSE(snapshot.find_address(account_of(12345)));
  EXPECT_FALSE(snapshot.find_asset({account_of(101), U256(999)}));
  EXPECT_FALSE(snapshot.find_block_at(9));
  EXPECT_FALSE(snapshot.find_block_at(60));
}

// Every movement of an address with the block it is in, as the chain was given.
using Movements = std::vector<std::tuple<std::uint64_t, bool, std::string, std::uint32_t>>;

Movements movements(const Chain& chain, const chain::Account& who) {
  Movements all;
  for (const auto& block : chain)
    for (const auto& t : block.transfers) {
      if (t.from == who) all.emplace_back(block.number, true, t.value.to_decimal(), t.place);
      if (t.to == who) all.emplace_back(block.number, false, t.value.to_decimal(), t.place);
    }
  return all;
}
Movements movements(const Snapshot& snapshot, const std::vector<Posting>& postings) {
  Movements all;
  for (const auto& posting : postings) {
    const auto row = snapshot.transfer(posting.transfer);
    all.emplace_back(snapshot.number_of(snapshot.block_of_transfer(posting.transfer)),
                     posting.sends, row.value.to_decimal(), row.place);
  }
  return all;
}

TEST(AccountSnapshot, HistoryIsInOrderOfTime) {
  const auto chain = random_chain(5, 0, 80);
  const TemporaryFolder folder;
  ingest(folder / "ledger", chain);
  const auto snapshot = open_snapshot(folder / "ledger");
  for (std::uint64_t who = 0; who < 40; ++who) {
    const auto id = snapshot.find_address(account_of(who));
    ASSERT_TRUE(id);
    const auto expected = movements(chain, account_of(who));
    EXPECT_EQ(movements(snapshot, snapshot.history(*id)), expected);
    EXPECT_EQ(snapshot.history_size(*id), expected.size());
    const auto part = snapshot.history(*id, 3, 4);
    const auto all = snapshot.history(*id);
    ASSERT_GE(all.size(), 7u);
    for (std::size_t i = 0; i < 4; ++i)
      EXPECT_EQ(part[i].transfer, all[i + 3].transfer);
  }
}

TEST(AccountSnapshot, PostingsCanBeWalkedFromAnyMomentInBothDirections) {
  const auto chain = random_chain(6, 7, 60);
  const TemporaryFolder folder;
  ingest(folder / "ledger", chain);
  const auto snapshot = open_snapshot(folder / "ledger");
  const auto id = *snapshot.find_address(account_of(1));
  const auto all = snapshot.history(id);
  for (const auto& moment : all) {
    std::vector<TransferId> later, earlier, expected_later, expected_earlier;
    snapshot.for_each_posting(id, moment.transfer, [&](const Posting& posting) {
      later.push_back(posting.transfer);
      return true;
    });
    snapshot.for_each_posting_back(id, moment.transfer, [&](const Posting& posting) {
      earlier.push_back(posting.transfer);
      return true;
    });
    for (const auto& posting : all)
      (posting.transfer < moment.transfer ? expected_earlier : expected_later)
          .push_back(posting.transfer);
    std::reverse(expected_earlier.begin(), expected_earlier.end());
    EXPECT_EQ(later, expected_later);
    EXPECT_EQ(earlier, expected_earlier);
  }
}

TEST(AccountSnapshot, TransfersFollowEachOtherOverTheBordersOfSegments) {
  const auto chain = random_chain(8, 0, 50);
  const TemporaryFolder folder;
  ingest(folder / "ledger", chain);
  const auto snapshot = open_snapshot(folder / "ledger");
  std::uint64_t count = 0;
  TransferId last = 0;
  for (auto id = snapshot.block(*snapshot.find_block_at(0)).first_transfer; id != kNone;
       id = snapshot.next_transfer(id)) {
    EXPECT_TRUE(count == 0 || id > last);
    last = id;
    ++count;
  }
  EXPECT_EQ(count, snapshot.transfer_count());
}

TEST(AccountSnapshot, StaysAsItWasWhileTheLedgerGrows) {
  const auto chain = random_chain(9, 0, 80);
  const Chain begin(chain.begin(), chain.begin() + 30);
  const TemporaryFolder folder;
  ingest(folder / "ledger", begin);
  const auto before = open_snapshot(folder / "ledger");
  ingest(folder / "ledger", chain);
  EXPECT_EQ(describe(before), describe(begin));
  EXPECT_EQ(describe(open_snapshot(folder / "ledger")), describe(chain));
}

TEST(AccountSnapshot, IsNotOneOfAnotherKindOfLedger) {
  const TemporaryFolder folder;
  ingest(folder / "ledger", random_chain(1, 0, 3));
  const auto utxo = ledger::Writer::open(folder / "ledger", *bitcoin::find_chain("regtest"));
  ASSERT_FALSE(utxo);
  EXPECT_EQ(utxo.error().kind, ErrorKind::usage);
}

}  // namespace
}  // namespace clew::account::test
