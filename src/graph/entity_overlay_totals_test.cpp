// Totals of entities in layers, where a part has so many movements that its sum is stored.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "graph/entity_overlay_test_support.h"

namespace clew::graph::test {
namespace {

using testing::ElementsAre;

bitcoin::OwnedTransaction payment(std::vector<bitcoin::OwnedInput> inputs, std::uint32_t first,
                                  std::uint32_t payees, std::uint32_t outputs) {
  bitcoin::OwnedTransaction tx;
  tx.inputs = std::move(inputs);
  for (std::uint32_t i = 0; i < outputs; ++i)
    tx.outputs.push_back(pay(first + i % payees, 100 + i));
  return tx;
}

// Entities of so many movements that their totals are stored, paid and spending in the same
// transactions, before and after the head joins them with each other and with others.
TEST(EntityOverlayTotals, count_a_transaction_once_when_busy_entities_meet) {
  constexpr std::uint32_t kDepth = 3;
  TinyChain chain;
  std::set<Hash256> rounds;
  std::vector<std::pair<Hash256, std::uint32_t>> coins;  // of addresses 1, 2, …, 5, by turns
  for (std::uint32_t round = 0; round < 16; ++round) {
    const auto coinbase = chain.add(9);
    auto tx = payment({spend(coinbase, 0)}, 1, 5, 1600);
    chain.add(9, {tx});
    const auto paid = txid_of(tx);
    std::vector<bitcoin::OwnedInput> inputs;  // of all five, in what counts as a CoinJoin
    for (std::uint32_t i = 0; i < 1500; ++i)
      inputs.push_back(spend(paid, i));
    tx = payment(inputs, round % 2 == 0 ? 1 : 3, 2, 20);
    rounds.insert(txid_of(tx));
    chain.add(9, {tx});
    for (std::uint32_t i = 1500; i < 1505; ++i)
      coins.emplace_back(paid, i);
  }
  const auto spend_coin = [&](std::size_t i) { return spend(coins[i].first, coins[i].second); };
  chain.add(9, {payment({spend_coin(0), spend_coin(1)}, 1, 6, 6)});  // 1 and 2, two busy ones
  chain.add(9, {payment({spend_coin(2)}, 20, 1, 1), payment({spend_coin(7)}, 3, 2, 4)});
  chain.add(9, {payment({spend_coin(6), spend_coin(8)}, 2, 2, 3)});  // 2 and 4
  TestLedger ledger;
  fill_from(ledger, chain);
  const auto snapshot = ledger.snapshot();
  EntityOptions options;
  options.coinjoins = {"rounds", [&](TxIndex tx) { return rounds.contains(snapshot.txid(tx)); }};
  options.final_blocks = {kDepth, 0, 1, 1};
  std::vector<std::string> notices;
  const auto found = Entities::open(snapshot, ledger.directory(), options, notices);
  ASSERT_TRUE(found) << found.error().message;
  const auto whole = Entities::build(snapshot, options).value();
  const auto id = [&](std::uint32_t number) {
    return snapshot.find_address(address_of(number)).value();
  };
  EXPECT_THAT(whole.members(whole.entity(id(1)).value()), ElementsAre(id(1), id(2), id(4)));
  EXPECT_GE(totals_of(snapshot, std::vector{id(5)}).inputs, 4096u);
  std::mt19937_64 random(1);
  expect_same(*found, whole, snapshot, random);
}

}  // namespace
}  // namespace clew::graph::test
