#include "detect/coinjoin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detect/coinjoin_rules.h"
#include "detect/coinjoin_shapes_test.h"

namespace clew::detect {
namespace {

using namespace shapes;
using ::testing::HasSubstr;

// ---- Whirlpool

Builder whirlpool(std::int64_t pool, std::size_t remixed,
                  std::initializer_list<std::int64_t> fees) {
  Builder mix;
  mix.in(pool, remixed);
  for (const std::int64_t fee : fees)
    mix.in(pool + fee);
  return mix.out(pool, remixed + fees.size());
}

TEST(Whirlpool, MixesOfEveryPoolAndSize) {
  for (const std::int64_t pool : {100'000, 1'000'000, 5'000'000, 50'000'000})
    for (std::size_t remixed = 3; remixed <= 8; ++remixed) {
      const auto verdict = whirlpool(pool, remixed, {1'000, 9'690}).at(kJune2019).judge();
      expect(verdict, Protocol::whirlpool, 95);
      EXPECT_EQ(verdict->denomination, pool);
      EXPECT_EQ(verdict->participants, remixed + 2);
    }
}

TEST(Whirlpool, SaysWhatMatched) {
  const auto verdict = whirlpool(1'000'000, 3, {5'000, 6'000}).judge();
  EXPECT_EQ(verdict->rule, "whirlpool-mix");
  EXPECT_EQ(verdict->reason,
            "5 inputs and 5 outputs of different addresses, P2WPKH; every output is exactly the "
            "0.01 BTC pool; 2 inputs entering with the miner's fee, 3 remixed");
}

TEST(Whirlpool, FirstMixOfAPoolHasNobodyToRemix) {
  const auto verdict = whirlpool(5'000'000, 0, {200, 300, 400, 500, 600}).judge();
  expect(verdict, Protocol::whirlpool, kDoubtful);
  EXPECT_LT(verdict->confidence, 90);
}

TEST(Whirlpool, LastMixMayBePaidToAnotherWallet) {
  Builder mix;
  mix.in(5'000'000, 3).in({5'000'300, 5'000'400}).out(5'000'000, 4);
  mix.as(ScriptType::p2wsh).out(5'000'000);
  expect(mix.judge(), Protocol::whirlpool, 90);
}

TEST(Whirlpool, OutputsAloneAreEnoughButSaidSo) {
  const auto verdict = whirlpool(100'000, 3, {500, 600}).forget_input_values().judge();
  expect(verdict, Protocol::whirlpool, kDoubtful);
  EXPECT_LT(verdict->confidence, 90);
  EXPECT_THAT(verdict->reason, HasSubstr("the values of 5 of 5 inputs are unknown"));
}

TEST(Whirlpool, DearBlocksLowerTheConfidence) {
  const auto verdict = whirlpool(1'000'000, 3, {500, 200'000}).judge();
  expect(verdict, Protocol::whirlpool, kDoubtful);
  EXPECT_LT(verdict->confidence, 90);
}

TEST(Whirlpool, WhatIsNoMix) {
  EXPECT_FALSE(whirlpool(1'000'000, 2, {500, 600}).judge());               // four only
  EXPECT_FALSE(whirlpool(1'000'000, 9, {500, 600}).judge());               // eleven
  EXPECT_FALSE(whirlpool(2'000'000, 3, {500, 600}).judge());               // no such pool
  EXPECT_FALSE(whirlpool(1'000'000, 5, {}).judge());                       // nobody pays the miner
  EXPECT_FALSE(whirlpool(1'000'000, 3, {500, 600'000}).judge());           // too much
  EXPECT_FALSE(whirlpool(1'000'000, 3, {500, -1}).judge());                // too little
  EXPECT_FALSE(whirlpool(1'000'000, 3, {500, 600}).at(kMay2017).judge());  // before its time
  auto one_owner = whirlpool(1'000'000, 3, {500, 600});
  one_owner.shape().inputs[1].owner = one_owner.shape().inputs[0].owner;
  EXPECT_FALSE(one_owner.judge());
  auto back_to_itself = whirlpool(1'000'000, 3, {500, 600});
  back_to_itself.shape().outputs[1].owner = back_to_itself.shape().inputs[0].owner;
  EXPECT_FALSE(back_to_itself.judge());
  auto legacy = whirlpool(1'000'000, 3, {500, 600});
  legacy.shape().inputs[2].type = ScriptType::p2sh;
  EXPECT_FALSE(legacy.judge());
}

TEST(Whirlpool, TheSplitBeforeAMixIsNone) {
  // TX0: one owner's coins into equal premix outputs, the pool's fee, change and an OP_RETURN.
  Builder tx0;
  tx0.in({9'000'000, 300'000, 80'000}).out(1'006'300, 8).out({50'000, 779'212});
  tx0.as(ScriptType::op_return).out(0);
  EXPECT_FALSE(tx0.at(kMarch2023).judge());
}

// ---- Wasabi 1

// `peers` of one input each; every second has change, and the coordinator takes its fee.
Builder wasabi1(std::size_t peers, std::int64_t denomination) {
  Builder round;
  for (std::size_t i = 0; i < peers; ++i) {
    const auto more = static_cast<std::int64_t>(i % 2 == 0 ? 40'000 : 5'000'000 + 77'777 * i);
    round.in(denomination + more).out(denomination);
    if (i % 2 == 1) round.out(more - 40'000);
  }
  return round.out(denomination / 300);
}

TEST(Wasabi1, RoundsOf2018PayTheKnownCoordinator) {
  // Before July 2019 outputs were not sorted, and a round of few peers is told by the coordinator.
  auto round = wasabi1(5, 9'990'000).at(kAugust2018);
  EXPECT_FALSE(round.judge());
  round.shape().outputs.back().wasabi_coordinator = true;
  const auto verdict = round.judge();
  expect(verdict, Protocol::wasabi1, 95);
  EXPECT_EQ(verdict->rule, "wasabi1-coordinator");
  EXPECT_EQ(verdict->participants, 5u);
}

TEST(Wasabi1, DenominationDriftsAroundATenthOfACoin) {
  for (const std::int64_t denomination : {8'100'000, 9'900'000, 10'000'000, 10'989'580, 11'900'000})
    expect(wasabi1(40, denomination).at(kMay2020).judge(), Protocol::wasabi1, kDoubtful);
  for (const std::int64_t denomination : {5'000'000, 7'900'000, 12'100'000, 100'000'000}) {
    const auto verdict = wasabi1(40, denomination).at(kMay2020).judge();
    EXPECT_TRUE(!verdict || verdict->protocol != Protocol::wasabi1) << denomination;
  }
}

TEST(Wasabi1, SortedRoundsAreSureAndMayBeSmall) {
  const auto large = wasabi1(40, 10'500'000).sorted(true).at(kMay2020).judge();
  expect(large, Protocol::wasabi1, 90);
  EXPECT_THAT(large->reason, HasSubstr("sorted by amount"));
  expect(wasabi1(6, 10'500'000).sorted(true).at(kMay2020).judge(), Protocol::wasabi1, 70);
  EXPECT_FALSE(wasabi1(4, 10'500'000).sorted(true).at(kMay2020).judge());
}

TEST(Wasabi1, MixingLevelsAreNamed) {
  auto round = wasabi1(30, 10'000'000).in(60'000'000, 4).out(20'000'000, 4).out(40'000'000, 3);
  const auto verdict = round.sorted(true).at(kMay2020).judge();
  expect(verdict, Protocol::wasabi1, 90);
  EXPECT_THAT(verdict->reason, HasSubstr("mixing levels 4 x 0.2 BTC, 3 x 0.4 BTC"));
}

TEST(Wasabi1, NeedsNoInputValues) {
  expect(wasabi1(40, 10'500'000).forget_input_values().at(kMay2020).judge(), Protocol::wasabi1,
         kDoubtful);
}

TEST(Wasabi1, WhatIsNone) {
  // An exchange that pays 40 customers 0.1 BTC out of few coins.
  EXPECT_FALSE(Builder().in(500'000'000, 3).out(10'000'000, 40).out({77'000, 12'345'678}).judge());
  // The same with old addresses, and out of many coins.
  EXPECT_FALSE(Builder(ScriptType::p2pkh)
                   .in(20'000'000, 41)
                   .out(10'000'000, 40)
                   .out({77'000, 12'345'678})
                   .judge());
  // Peers bring at most seven inputs each.
  EXPECT_FALSE(wasabi1(10, 10'000'000).in(1'000'000, 61).at(kMay2020).judge());
  // Before the protocol and after its coordinator.
  EXPECT_FALSE(wasabi1(40, 10'500'000).at(kMay2017).judge());
  EXPECT_FALSE(wasabi1(40, 10'500'000).sorted(true).at(kAugust2024).judge());
}

TEST(Wasabi1, AmbiguityWithJoinMarketIsStated) {
  auto round = joinmarket(10'000'000, {50'000, 71'000, 990'000, 120'000, 33'000, 44'000, 2'000'000,
                                       5'000'000, 777'000, 610'000});
  const auto verdict = round.at(kMay2020).judge();
  expect(verdict, Protocol::wasabi1);
  EXPECT_EQ(verdict->confidence, kDoubtful);
  EXPECT_EQ(verdict->alternative, Protocol::joinmarket);
  EXPECT_THAT(verdict->reason, HasSubstr("JoinMarket"));
  // After the coordinator's end there is no doubt.
  expect(round.at(kAugust2024).judge(), Protocol::joinmarket, 90);
}

// ---- Wasabi 2

TEST(Wasabi2, LargeRoundOf2023) {
  const auto verdict = wasabi2(50, {134'217'728, 4'782'969, 1'062'882, 100'000, 65'536, 6'561})
                           .at(kMarch2023)
                           .judge();
  expect(verdict, Protocol::wasabi2, 95);
  EXPECT_EQ(verdict->rule, "wasabi2-denominations");
  EXPECT_THAT(verdict->reason, HasSubstr("300 of 300 outputs are standard denominations"));
}

TEST(Wasabi2, SmallCoordinatorsOf2024) {
  Builder round;
  round.in({40'000'000, 9'000'000, 2'100'000, 900'000, 300'000, 40'000});
  round.out({33'554'432, 8'388'608, 4'782'969, 2'097'152, 531'441, 531'441, 100'000, 33'333});
  expect(round.sorted(false).at(kAugust2024).judge(), Protocol::wasabi2, 80);
}

TEST(Wasabi2, OrderTypesAndOwnersAreTheCoordinators) {
  const auto round = [] { return wasabi2(4, {8'388'608, 531'441, 118'098, 65'536, 50'000}); };
  expect(round().judge(), Protocol::wasabi2, kDoubtful);
  EXPECT_FALSE(round().sorted(true).judge());
  auto legacy = round();
  legacy.shape().inputs[3].type = ScriptType::p2pkh;
  EXPECT_FALSE(legacy.judge());
  auto data = round();
  data.as(ScriptType::op_return).out(0);
  EXPECT_FALSE(data.judge());
  auto twice = round();
  twice.shape().outputs[3].owner = twice.shape().outputs[7].owner;
  EXPECT_FALSE(twice.judge());
  EXPECT_FALSE(round().at(kMay2020).judge());
}

TEST(Wasabi2, UnknownInputValuesLowerTheConfidence) {
  const auto known = wasabi2(50, {8'388'608, 531'441, 118'098, 65'536});
  auto unknown = known;
  unknown.forget_input_values();
  expect(unknown.judge(), Protocol::wasabi2, kDoubtful);
  EXPECT_LT(unknown.judge()->confidence, known.judge()->confidence);
  EXPECT_THAT(unknown.judge()->reason, HasSubstr("unknown"));
}

TEST(Wasabi2, RoundAmountsAloneAreADoubtfulSign) {
  // Decimal denominations, as people write them too: told by size and order only.
  auto round = wasabi2(20, {5'000'000, 2'000'000, 1'000'000}).at(kMarch2023);
  const auto verdict = round.judge();
  expect(verdict, Protocol::wasabi2, kDoubtful);
  EXPECT_LT(verdict->confidence, 70);
  EXPECT_EQ(verdict->rule, "wasabi2-order");
  // Fewer inputs, and it is a payout.
  EXPECT_FALSE(wasabi2(10, {5'000'000, 2'000'000, 1'000'000}).judge());
  // One owner of all inputs speaks against it.
  for (auto& input : round.shape().inputs)
    input.owner = 7;
  EXPECT_LT(round.judge()->confidence, kDoubtful);
  EXPECT_THAT(round.judge()->reason, HasSubstr("speaks for one owner"));
}

TEST(Wasabi2, SpendingMixedCoinsIsNoRound) {
  Builder spend;
  spend.in({134'217'728, 4'782'969, 1'062'882, 65'536, 65'536}).out({130'000'000, 5'000'000});
  spend.out({3'000'000, 1'500'000, 617'000});
  EXPECT_FALSE(spend.at(kMarch2023).judge());
}

// ---- All

TEST(CoinJoin, AirdropsConsolidationsAndPayoutsAreNone) {
  EXPECT_FALSE(Builder().in(900'000'000).out(1'000'000, 200).out(5'000'000).judge());
  EXPECT_FALSE(Builder().in(900'000'000, 5).out(1'000'000, 200).out(5'000'000).judge());
  EXPECT_FALSE(Builder().in(10'000'000, 80).out(799'000'000).judge());
  EXPECT_FALSE(Builder()
                   .in({70'000'000, 10'000'000, 9'000'000})
                   .out({10'000'000, 10'000'000, 10'000'000, 3'000'000, 5'100'000, 7'000'000})
                   .judge());
  EXPECT_FALSE(recognise({}));
}

TEST(CoinJoin, CoinbasesAreNone) {
  auto mix = whirlpool(1'000'000, 3, {500, 600});
  mix.shape().coinbase = true;
  EXPECT_FALSE(mix.judge());
}

TEST(CoinJoin, AbsurdValuesDoNotOverflow) {
  constexpr std::int64_t kHuge = INT64_MAX;
  EXPECT_FALSE(joinmarket(1'000'000, {kHuge - 1'000'000, kHuge - 2'000'000, 5, 6}).judge());
  EXPECT_FALSE(Builder().in(kHuge, 6).out(kHuge, 5).out(-5, 4).judge());
  EXPECT_FALSE(Builder().in(0, 6).out(0, 5).out(1, 4).judge());
}

TEST(CoinJoin, TheQuickTestsLoseNothing) {
  const std::vector<Builder> rounds = {whirlpool(100'000, 3, {500, 600}),
                                       wasabi1(5, 10'000'000).sorted(true),
                                       joinmarket(1'000'000, {90'000, 300'000, 800'000}),
                                       wasabi2(2, {8'388'608, 531'441, 118'098, 65'536}),
                                       wasabi2(20, {5'000'000, 2'000'000, 10'000})};
  for (auto round : rounds) {
    ASSERT_TRUE(round.judge());
    std::vector<std::int64_t> values;
    for (const auto& output : round.shape().outputs)
      values.push_back(output.value);
    EXPECT_TRUE(may_be_coinjoin(round.shape().inputs.size(), values.size()));
    EXPECT_TRUE(may_be_coinjoin(values));
  }
  std::vector<std::int64_t> plain = {5, 3, 3, 700'000, 1, 9};
  EXPECT_FALSE(may_be_coinjoin(plain));
}

TEST(CoinJoin, NamesAndAmounts) {
  EXPECT_EQ(name(Protocol::whirlpool), "whirlpool");
  EXPECT_EQ(name(Protocol::wasabi1), "wasabi1");
  EXPECT_EQ(name(Protocol::wasabi2), "wasabi2");
  EXPECT_EQ(name(Protocol::joinmarket), "joinmarket");
  EXPECT_EQ(btc(0), "0 BTC");
  EXPECT_EQ(btc(1), "0.00000001 BTC");
  EXPECT_EQ(btc(123'456'000), "1.23456 BTC");
  EXPECT_EQ(btc(-50'000'000), "-0.5 BTC");
}

TEST(CoinJoin, StandardDenominations) {
  for (const std::int64_t value : {8'192L, 6'561L, 13'122L, 1L << 40, 5'559'060'566'555'523L})
    EXPECT_TRUE(is_binary_or_ternary(value)) << value;
  for (const std::int64_t value : {4'096, 2'187, 8'191, 6'562, 10'000, 3 * 8'192, 0})
    EXPECT_FALSE(is_binary_or_ternary(value)) << value;
  for (const std::int64_t value : {5'000, 10'000, 20'000, 500'000'000})
    EXPECT_TRUE(is_decimal(value)) << value;
  for (const std::int64_t value : {2'000, 15'000, 30'000, 8'192, 0})
    EXPECT_FALSE(is_decimal(value)) << value;
}

}  // namespace
}  // namespace clew::detect
