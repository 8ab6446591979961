#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <random>

#include "detect/coinjoin_shapes_test.h"

namespace clew::detect {
namespace {

using namespace shapes;
using ::testing::HasSubstr;

TEST(JoinMarket, RoundOf2017WithOldAddresses) {
  const auto verdict =
      joinmarket(21'234'567, {3'000'000, 11'000'000, 720'000, 5'500'000}, ScriptType::p2pkh)
          .at(kMay2017)
          .judge();
  expect(verdict, Protocol::joinmarket, 75);
  EXPECT_EQ(verdict->participants, 4u);
  EXPECT_EQ(verdict->denomination, 21'234'567);
  EXPECT_EQ(verdict->rule, "joinmarket-round");
}

TEST(JoinMarket, SweepingTakerHasNoChange) {
  Builder round;
  round.in({5'400'000, 7'100'000, 5'020'000}).in({3'000'000, 2'010'000});
  round.out(5'000'000, 3).out({400'500, 2'100'900});
  const auto verdict = round.judge();  // the taker's 5,020,000 or the pair goes without change
  expect(verdict, Protocol::joinmarket, kDoubtful);
  EXPECT_EQ(verdict->participants, 3u);
}

TEST(JoinMarket, MakersMayAddUpManyCoins) {
  Builder round;
  round.in({9'000'000, 1'000'000, 700'000, 300'000, 450'000, 550'000, 6'000'000, 1'110'000});
  round.in({4'000'000, 4'100'000, 3'900'000});
  round.out(5'000'000, 5).out({4'001'000, 1'000'500, 1'000'800, 100'200});
  expect(round.judge(), Protocol::joinmarket, 90);
}

TEST(JoinMarket, MoreParticipantsMoreConfidence) {
  const auto three = joinmarket(1'000'000, {90'000, 300'000, 800'000}).judge();
  const auto four = joinmarket(1'000'000, {90'000, 300'000, 800'000, 60'000}).judge();
  const auto five = joinmarket(1'000'000, {90'000, 300'000, 800'000, 60'000, 150'000}).judge();
  expect(three, Protocol::joinmarket, kDoubtful);
  EXPECT_LT(three->confidence, four->confidence);
  EXPECT_LT(four->confidence, five->confidence);
}

TEST(JoinMarket, AChangeMayEqualTheAmount) {
  expect(joinmarket(1'000'000, {999'000, 300'000, 800'000, 60'000}).judge(), Protocol::joinmarket);
}

TEST(JoinMarket, PartialLedgerJudgesOutputsWithLessConfidence) {
  auto round = joinmarket(5'232'063, {2'079'862, 577'139, 363'764, 38'334'018, 90'000});
  round.forget_input_values();
  const auto verdict = round.judge();
  expect(verdict, Protocol::joinmarket);
  EXPECT_LT(verdict->confidence, kDoubtful);
  EXPECT_EQ(verdict->rule, "joinmarket-outputs");
  EXPECT_THAT(verdict->reason, HasSubstr("the values of 5 of 5 inputs are unknown"));
  // Three or four equal outputs say too little without the inputs' values.
  EXPECT_FALSE(joinmarket(1'000'000, {90'000, 300'000, 800'000}).forget_input_values().judge());
}

TEST(JoinMarket, PayoutsByOneOwnerAreNone) {
  // The shape of a round, but the inputs do not divide into shares.
  Builder payout;
  payout.in({40'000'000, 700'000, 500'000, 300'000, 90'000});
  payout.out(5'000'000, 5).out({6'000'000, 5'500'000, 3'000'000, 2'000'000, 80'000});
  EXPECT_FALSE(payout.judge());
  // Fewer owners than equal outputs; an address paid twice; change to an input's address.
  auto few = joinmarket(1'000'000, {90'000, 300'000, 800'000, 60'000});
  few.shape().inputs[1].owner = few.shape().inputs[0].owner;
  EXPECT_FALSE(few.judge());
  auto reused = joinmarket(1'000'000, {90'000, 300'000, 800'000, 60'000});
  reused.shape().outputs[1].owner = reused.shape().outputs[3].owner;
  EXPECT_FALSE(reused.judge());
  auto returned = joinmarket(1'000'000, {90'000, 300'000, 800'000, 60'000});
  returned.shape().outputs[1].owner = returned.shape().inputs[0].owner;
  EXPECT_FALSE(returned.judge());
}

// How often does a payout by one owner, which has a round's outputs by chance, divide into shares?
TEST(JoinMarket, AccidentsAreRare) {
  std::mt19937_64 random(7);
  const auto amount = [&](double low, double high) {  // log-uniform
    const double unit = static_cast<double>(random() >> 11) / 9007199254740992.0;
    return static_cast<std::int64_t>(std::exp(std::log(low) + unit * std::log(high / low)));
  };
  for (std::size_t equal = 3; equal <= 8; ++equal) {
    int accidents = 0, tried = 0;
    while (tried < 2'000) {
      Builder payout;
      const std::int64_t same = amount(1e6, 1e7);
      std::int64_t rest = -static_cast<std::int64_t>(equal) * same - 5'000;
      payout.out(same, equal);
      for (std::size_t i = 0; i + 1 < equal; ++i) {
        const std::int64_t other = amount(1e5, 1e8);
        payout.out(other);
        rest -= other;
      }
      for (std::size_t i = equal + random() % 4; i > 0; --i) {
        const std::int64_t coin = amount(1e6, 1e8);
        payout.in(coin);
        rest += coin;
      }
      if (rest < 30'000) continue;  // the coins do not suffice
      payout.out(rest);
      ++tried;
      accidents += payout.judge().has_value();
    }
    std::printf("%zu equal outputs: %d of %d payouts taken for a round\n", equal, accidents, tried);
    EXPECT_LT(accidents, tried / 50);
  }
}

TEST(JoinMarket, OnlyTheTakersPaymentMayBeOfAnotherType) {
  auto round = joinmarket(1'000'000, {90'000, 300'000, 800'000, 60'000});
  round.shape().outputs[0].type = ScriptType::p2sh;
  expect(round.judge(), Protocol::joinmarket);
  round.shape().outputs[2].type = ScriptType::p2sh;
  EXPECT_FALSE(round.judge());
  // An older wallet among the makers brings its own type, and takes it out again.
  round.shape().inputs[0].type = ScriptType::p2sh;
  expect(round.judge(), Protocol::joinmarket);
  round.shape().inputs[1].type = ScriptType::p2wsh;
  EXPECT_FALSE(round.judge());
}

TEST(JoinMarket, DustAndDataAreOtherPeoplesBusiness) {
  EXPECT_FALSE(joinmarket(546, {90'000, 300'000, 800'000}).judge());
  auto data = joinmarket(1'000'000, {90'000, 300'000, 800'000, 60'000});
  data.shape().outputs[1].type = ScriptType::op_return;
  EXPECT_FALSE(data.judge());
  EXPECT_FALSE(joinmarket(1'000'000, {90'000, 300'000, 800'000}).at(1400000000).judge());
}

}  // namespace
}  // namespace clew::detect
