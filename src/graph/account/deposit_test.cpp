#include "graph/account/deposit.h"

#include <gtest/gtest.h>

#include "graph/account/trace_world_test.h"

namespace clew::account {
namespace {

using test::World;

// Of exchange 1 and exchange 2.
constexpr std::uint32_t kHot = 90, kOtherHot = 91;
constexpr std::uint32_t kDeposit = 50;

DepositOptions small_world() {
  DepositOptions options;
  options.fee_max = U256(10);
  options.payers_min = 1;
  return options;
}

class Deposits {
 public:
  World world;
  DepositOptions options = small_world();

  DepositEntities find() {
    world.write();
    std::vector<LabelledAddress> labelled;
    for (const auto& [who, service, keeps] : labels)
      if (world.address(who) != kNoAddress)
        labelled.push_back({world.address(who), service, keeps});
    return DepositEntities::find(world.snapshot(), labelled, options);
  }
  std::vector<std::tuple<std::uint32_t, ServiceId, bool>> labels = {{kHot, 1, true},
                                                                    {kOtherHot, 2, true}};
  bool together(const DepositEntities& entities, std::uint32_t a, std::uint32_t b) const {
    return entities.entity(world.address(a)) == entities.entity(world.address(b));
  }
};

TEST(DepositTest, JoinsTheAddressWithTheWalletAndItsPayersWithEachOther) {
  Deposits d;
  d.world.pay(1, kDeposit, 1000);
  d.world.tx({{kDeposit, test::kNobody, 3, 0, true}, {kDeposit, kHot, 997}});
  d.world.pay(2, kDeposit, 500, 1);
  d.world.pay(kDeposit, kHot, 500, 1);
  d.world.pay(3, 4, 1000);
  const auto found = d.find();
  EXPECT_EQ(found.entity_count(), 2u);
  EXPECT_TRUE(d.together(found, kDeposit, kHot));
  EXPECT_TRUE(d.together(found, 1, 2));
  EXPECT_FALSE(d.together(found, 1, kHot));
  EXPECT_FALSE(d.together(found, 3, 4));
  EXPECT_EQ(found.service_of_deposit(d.world.address(kDeposit)), 1u);
  EXPECT_EQ(found.service_of_deposit(d.world.address(1)), std::nullopt);

  const auto proof = found.why(d.world.address(kHot), d.world.address(kDeposit));
  ASSERT_TRUE(proof);
  ASSERT_EQ(proof->size(), 1u);
  EXPECT_EQ(proof->front().from, d.world.address(kHot));
  EXPECT_EQ(proof->front().join.rule, DepositRule::deposit_address);
  EXPECT_EQ(proof->front().join.transfers, (std::vector{d.world.id(0), d.world.id(2)}));
  const auto customers = found.why(d.world.address(2), d.world.address(1));
  ASSERT_TRUE(customers);
  ASSERT_EQ(customers->size(), 1u);
  EXPECT_EQ(customers->front().join.rule, DepositRule::shared_deposit);
  EXPECT_EQ(customers->front().join.via, d.world.address(kDeposit));
  EXPECT_EQ(customers->front().join.transfers, (std::vector{d.world.id(0), d.world.id(3)}));
  EXPECT_FALSE(found.why(d.world.address(1), d.world.address(kHot)));
  EXPECT_TRUE(found.why(d.world.address(3), d.world.address(3))->empty());
  EXPECT_EQ(found.members(d.world.address(3)), std::vector{d.world.address(3)});
}

TEST(DepositTest, AnAddressThatPaysAnybodyElseIsNone) {
  for (const std::uint32_t other : {7u, kOtherHot}) {
    Deposits d;
    d.world.pay(1, kDeposit, 1000);
    d.world.pay(kDeposit, kHot, 1000);
    d.world.pay(2, kDeposit, 1000);
    d.world.pay(kDeposit, other, 1000);
    const auto found = d.find();
    EXPECT_EQ(found.entity_count(), 0u) << other;
    // Forwarding to two services is told.
    EXPECT_EQ(found.held_back().size(), other == kOtherHot ? 1u : 0u);
  }
}

TEST(DepositTest, AmountsAndTimeMustAgree) {
  const auto count = [](std::uint64_t paid, std::uint64_t forwarded, std::uint32_t asset,
                        int blocks_between) {
    Deposits d;
    d.options.blocks_max = 5;
    d.world.pay(1, kDeposit, paid, asset);
    for (int i = 0; i < blocks_between; ++i)
      d.world.pay(8, 9, 1);
    d.world.pay(kDeposit, kHot, forwarded, asset);
    return d.find().joins().size();
  };
  EXPECT_EQ(count(1000, 990, 0, 0), 1u);
  EXPECT_EQ(count(1000, 989, 0, 0), 0u);
  EXPECT_EQ(count(1000, 1010, 0, 0), 1u);
  EXPECT_EQ(count(1000, 1011, 0, 0), 0u);
  EXPECT_EQ(count(10, 10, 0, 0), 0u);  // no more than a fee
  EXPECT_EQ(count(10, 10, 1, 0), 1u);
  EXPECT_EQ(count(1000, 999, 1, 0), 0u);
  EXPECT_EQ(count(1000, 1000, 0, 4), 1u);
  EXPECT_EQ(count(1000, 1000, 0, 5), 0u);
}

TEST(DepositTest, SeveralDepositsMayBeForwardedTogether) {
  Deposits d;
  d.world.pay(1, kDeposit, 1000);
  d.world.pay(7, kDeposit, 8);  // fed for the fee: no customer
  d.world.pay(2, kDeposit, 2000);
  d.world.tx({{kDeposit, test::kNobody, 100, 0, true}, {kDeposit, kHot, 2905}});
  const auto found = d.find();
  EXPECT_TRUE(d.together(found, kDeposit, kHot));
  EXPECT_TRUE(d.together(found, 1, 2));
  EXPECT_FALSE(d.together(found, 1, 7));
  const auto proof = found.why(d.world.address(kDeposit), d.world.address(kHot));
  EXPECT_EQ(proof->front().join.transfers,
            (std::vector{d.world.id(0), d.world.id(1), d.world.id(2), d.world.id(4)}));
}

TEST(DepositTest, WhatOthersDidInItsNameDoesNotCount) {
  {
    Deposits d;  // a transaction of somebody else says that tokens came and went
    d.world.tx({{66, kDeposit, 500, 1}, {kDeposit, kHot, 500, 1}});
    EXPECT_EQ(d.find().joins().size(), 0u);
  }
  {
    Deposits d;  // or that they went elsewhere
    d.world.pay(1, kDeposit, 500, 1);
    d.world.pay(kDeposit, kHot, 500, 1);
    d.world.tx({{66, 67, 1}, {kDeposit, 66, 9, 2}});
    EXPECT_EQ(d.find().joins().size(), 1u);
  }
  {
    Deposits d;  // coins that leave without its signature are a contract's
    d.world.pay(1, kDeposit, 500);
    d.world.pay(kDeposit, kHot, 500);
    d.world.tx({{66, 67, 1}, {kDeposit, 66, 9}});
    EXPECT_EQ(d.find().joins().size(), 0u);
  }
  {
    Deposits d;  // a customer pays with a transaction of their own
    d.world.pay(1, kDeposit, 500);
    d.world.tx({{66, 67, 1}, {2, kDeposit, 600}});
    d.world.pay(kDeposit, kHot, 1100);
    const auto found = d.find();
    EXPECT_TRUE(d.together(found, kDeposit, kHot));
    EXPECT_FALSE(d.together(found, 1, 2));
  }
}

TEST(DepositTest, WhoPaysManyDepositAddressesIsNobodysCustomer) {
  for (const std::uint32_t payees : {8u, 9u}) {
    Deposits d;
    for (std::uint32_t i = 0; i < payees; ++i) {
      d.world.pay(1, kDeposit + i, 1000);
      d.world.pay(10 + i, kDeposit + i, 500);
      d.world.pay(kDeposit + i, kHot, 1500);
    }
    const auto found = d.find();
    EXPECT_EQ(d.together(found, 10, 11), payees == 8) << payees;
    EXPECT_TRUE(d.together(found, kDeposit, kDeposit + 1));
  }
}

TEST(DepositTest, APublishedDepositAddressIsNoWallet) {
  Deposits d;
  d.labels.emplace_back(kDeposit, 1, true);
  // Somebody passes on to it all they ever got.
  d.world.pay(1, 2, 1000);
  d.world.pay(2, kDeposit, 1000);
  d.world.pay(kDeposit, kHot, 1000);
  const auto found = d.find();
  EXPECT_TRUE(d.together(found, kDeposit, kHot));
  EXPECT_EQ(found.service_of_deposit(d.world.address(2)), std::nullopt);
  // Nor is one that hardly anybody paid, as long as nothing was forwarded from it.
  Deposits e;
  e.options.payers_min = 2;
  e.world.pay(1, 2, 1000);
  e.world.pay(2, kHot, 1000);
  EXPECT_EQ(e.find().joins().size(), 0u);
}

TEST(DepositTest, TwoNamedPartiesAreHeldApart) {
  Deposits d;
  d.labels.emplace_back(1, 5, false);
  d.labels.emplace_back(2, 6, false);
  d.world.pay(1, kDeposit, 1000);
  d.world.pay(kDeposit, kHot, 1000);
  d.world.pay(2, kDeposit, 1000);
  d.world.pay(kDeposit, kHot, 1000);
  const auto found = d.find();
  EXPECT_FALSE(d.together(found, 1, 2));
  ASSERT_EQ(found.held_back().size(), 1u);
  EXPECT_EQ(found.held_back()[0].service_a, 5u);
  EXPECT_EQ(found.held_back()[0].service_b, 6u);
  EXPECT_EQ(found.held_back()[0].join.via, d.world.address(kDeposit));
}

// Entities by the text of what they rest on, so that two ledgers can be compared.
std::string describe(const Snapshot& s, const DepositEntities& entities) {
  std::ostringstream out;
  const auto address = [&](AddressId id) { return id == kNoAddress ? "-" : to_hex(s.address(id)); };
  const auto transfer = [&](TransferId id) {
    const auto tx = s.tx_of_transfer(id);
    return tx ? to_hex(s.tx_hash(*tx)) : "-";
  };
  const auto add = [&](const DepositJoin& join) {
    out << info(join.rule).name << " " << address(join.a) << " " << address(join.b) << " "
        << address(join.via) << " in " << address(entities.entity(join.a)) << " of "
        << entities.members(join.a).size();
    for (const auto id : join.transfers)
      out << " " << transfer(id);
    out << "\n";
  };
  for (const auto& join : entities.joins())
    add(join);
  for (const auto& held : entities.held_back()) {
    out << "held back " << held.service_a << " " << held.service_b << " ";
    add(held.join);
  }
  return out.str();
}

// Deposits by few to few, most of them forwarded, some not as they should be.
test::Chain random_deposits(std::uint64_t seed, std::uint32_t first, std::uint32_t count,
                            Hash256 parent, const std::string& branch) {
  std::mt19937_64 random(seed * 31 + first + branch.size());
  auto chain = test::random_chain(seed, first, count, parent, branch);
  for (auto& block : chain) {
    block.txs.clear();
    block.transfers.clear();
    for (std::uint32_t t = 0; t < 4; ++t) {
      const auto deposit = test::account_of(kDeposit + random() % 12);
      const bool in = random() % 2 == 0;
      chain::AccountTx tx;
      tx.hash = test::hash_of(to_hex(block.hash) + std::to_string(t));
      tx.from = in ? test::account_of(random() % 15) : deposit;
      chain::Transfer transfer;
      transfer.tx = t;
      transfer.from = tx.from;
      transfer.to = in ? deposit : test::account_of(random() % 60 == 0 ? kOtherHot : kHot);
      transfer.value = U256(1000 + random() % 8);
      block.txs.push_back(tx);
      block.transfers.push_back(transfer);
    }
  }
  return chain;
}

std::string entities_of(const Snapshot& snapshot) {
  std::vector<LabelledAddress> labelled;
  for (const auto& [who, service] : {std::pair(kHot, 1u), {kOtherHot, 2u}, {3u, 5u}, {4u, 6u}})
    if (const auto id = snapshot.find_address(test::account_of(who)))
      labelled.push_back({*id, service, who >= kHot});
  return describe(snapshot, DepositEntities::find(snapshot, labelled, small_world()));
}

TEST(DepositTest, AfterAReorganisationTheyAreThoseOfTheChainThatWon) {
  std::size_t unlike = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const auto trunk = random_deposits(seed, 0, 30, {}, "");
    const auto lost = random_deposits(seed, 30, 12, trunk.back().hash, "lost");
    const auto won = random_deposits(seed, 30, 14, trunk.back().hash, "won, longer");
    clew::test::MemoryFiles files, fresh_files;
    std::string before;
    {
      auto writer = test::open_writer("ledger", test::small_segments(2000), files);
      test::append_all(writer, trunk);
      test::append_all(writer, lost);
      ASSERT_TRUE(writer.commit());
      before = entities_of(*Snapshot::open("ledger", files));
      ASSERT_TRUE(writer.unwind(30));
      test::append_all(writer, won);
      ASSERT_TRUE(writer.commit());
    }
    {
      auto writer = test::open_writer("ledger", test::small_segments(1 << 20), fresh_files);
      test::append_all(writer, test::joined(trunk, won));
      ASSERT_TRUE(writer.commit());
    }
    const auto after = entities_of(*Snapshot::open("ledger", files));
    EXPECT_EQ(after, entities_of(*Snapshot::open("ledger", fresh_files))) << "seed " << seed;
    EXPECT_FALSE(after.empty());
    unlike += before != after;
  }
  EXPECT_GT(unlike, 0u);
}

}  // namespace
}  // namespace clew::account
