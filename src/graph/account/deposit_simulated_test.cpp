// Deposit addresses and customers against the truth of simulated worlds.
#include <gtest/gtest.h>

#include <iostream>

#include "chain/evm/header.h"
#include "graph/account/deposit.h"
#include "graph/account/simulated_world_test.h"

namespace clew::account {
namespace {

using test::SimulatedLedger;

struct Score {
  std::uint64_t found = 0, right = 0, wanted = 0;  // deposit addresses
  std::uint64_t pairs = 0, right_pairs = 0;        // of customers held to be together
  void add(const Score& other) {
    found += other.found;
    right += other.right;
    wanted += other.wanted;
    pairs += other.pairs;
    right_pairs += other.right_pairs;
  }
  double precision() const { return found == 0 ? 1 : double(right) / double(found); }
  double recall() const { return wanted == 0 ? 1 : double(right) / double(wanted); }
};

// Labels of the exchanges' own wallets, and of their published deposit addresses too.
std::vector<LabelledAddress> labels_of(const SimulatedLedger& world, bool deposits_too) {
  std::vector<LabelledAddress> labelled;
  for (const auto& account : world.accounts) {
    if (account.kind != "exchange") continue;
    const bool wallet = account.role == "hot" || account.role == "cold";
    const bool published = account.role == "deposit" && world.published.contains(account.text);
    if (!wallet && !(deposits_too && published)) continue;
    if (const auto id = world.find(account.text))
      labelled.push_back({*id, static_cast<ServiceId>(std::stoul(account.owner.substr(9))), true});
  }
  return labelled;
}

Score score(const SimulatedLedger& world, bool deposits_too) {
  const auto entities = DepositEntities::find(world.snapshot(), labels_of(world, deposits_too), {});
  EXPECT_TRUE(entities.held_back().empty());
  Score score;
  for (const auto& join : entities.joins()) {
    if (join.rule == DepositRule::shared_deposit) {
      ++score.pairs;
      score.right_pairs += world.owner(join.a) == world.owner(join.b);
      continue;
    }
    ++score.found;
    const bool right =
        world.deposits.contains(join.a) && world.owner(join.a) == world.owner(join.b);
    score.right += right;
    EXPECT_TRUE(right) << "seed " << world.seed << " " << world.text(join.a);
  }
  for (const auto& [deposit, forwarded] : world.deposits)
    score.wanted += forwarded;
  return score;
}

// Not found are addresses whose deposits the fee tolerance hides, and those from which something
// was forwarded only as the world ended.
constexpr double kRecall = 0.97;
constexpr std::uint64_t kSeeds = 20, kSeedsEach = 5;

class DepositSimulatedTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(DepositSimulatedTest, FindsWhatTheTruthSays) {
  Score wallets, published;
  for (std::uint64_t seed = GetParam(); seed < GetParam() + kSeedsEach; ++seed) {
    const auto world = test::simulated_ledger(seed, 400);
    wallets.add(score(world, false));
    published.add(score(world, true));
  }
  for (const auto& [name, s] : {std::pair("wallets labelled", wallets),
                                std::pair("some deposit addresses too", published)}) {
    std::cout << "deposit addresses, " << name << ": precision " << s.precision() << ", recall "
              << s.recall() << " of " << s.wanted
              << " that were forwarded from; customers joined: " << s.right_pairs << " of "
              << s.pairs << " rightly\n";
    EXPECT_GT(s.wanted, 100u);
    EXPECT_EQ(s.precision(), 1.0);
    EXPECT_GE(s.recall(), kRecall);
    EXPECT_EQ(s.right_pairs, s.pairs);
    EXPECT_GT(s.pairs, 0u);
  }
}
INSTANTIATE_TEST_SUITE_P(Seeds, DepositSimulatedTest,
                         testing::Range(std::uint64_t{1}, kSeeds + 1, kSeedsEach));

}  // namespace
}  // namespace clew::account
