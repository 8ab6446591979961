#include "graph/account/holding.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>

namespace clew::account {
namespace {

U256 u(std::uint64_t value) {
  return U256(value);
}
// All of it, brought by `item`.
Taint whole(std::uint64_t value, std::uint32_t item) {
  return {true, u(value), {{u(0), u(value), item}}};
}
Taint sent(Holding& holding, std::uint64_t value) {
  Taint taint;
  holding.send(u(value), taint);
  return taint;
}

TEST(HoldingTest, FifoSendsWhatCameFirst) {
  Holding holding(TaintPolicy::fifo);
  holding.receive(u(10));
  holding.receive(u(5), whole(5, 1));
  holding.receive(u(7));
  EXPECT_FALSE(sent(holding, 8).any);
  const auto second = sent(holding, 6);  // two clean, four of five
  EXPECT_EQ(second.amount, u(4));
  EXPECT_EQ(second.stretches, (std::vector<Stretch>{{u(2), u(4), 1}}));
  const auto third = sent(holding, 8);
  EXPECT_EQ(third.stretches, (std::vector<Stretch>{{u(0), u(1), 1}}));
  EXPECT_FALSE(holding.tainted());
  EXPECT_EQ(holding.balance(), u(0));
}

TEST(HoldingTest, LifoSendsWhatCameLast) {
  Holding holding(TaintPolicy::lifo);
  holding.receive(u(10));
  holding.receive(u(5), whole(5, 1));
  holding.receive(u(7));
  const auto first = sent(holding, 9);
  EXPECT_EQ(first.stretches, (std::vector<Stretch>{{u(7), u(2), 1}}));
  EXPECT_EQ(holding.amount(), u(3));
  const auto second = sent(holding, 13);
  EXPECT_EQ(second.stretches, (std::vector<Stretch>{{u(0), u(3), 1}}));
}

TEST(HoldingTest, HaircutRoundsDownAndTheRestLeavesWithTheLastUnit) {
  Holding holding(TaintPolicy::haircut);
  holding.receive(u(10));
  holding.receive(u(5), {true, u(5), {}});
  EXPECT_EQ(sent(holding, 4).amount, u(1));   // 5 * 4 / 15 = 1.33
  EXPECT_EQ(sent(holding, 10).amount, u(3));  // 4 * 10 / 11 = 3.6
  EXPECT_EQ(sent(holding, 1).amount, u(1));
  EXPECT_FALSE(holding.tainted());
}

TEST(HoldingTest, PoisonLastsUntilTheBalanceIsZero) {
  Holding holding(TaintPolicy::poison);
  holding.receive(u(100));
  EXPECT_FALSE(sent(holding, 50).any);
  holding.receive(u(1), {true, u(1), {}});
  const auto little = sent(holding, 10);
  EXPECT_TRUE(little.any);
  EXPECT_EQ(little.amount, u(0));
  holding.receive(u(9));
  EXPECT_TRUE(sent(holding, 40).any);
  EXPECT_EQ(sent(holding, 10).amount, u(1));
  EXPECT_FALSE(holding.tainted());
  holding.receive(u(5));
  EXPECT_FALSE(sent(holding, 5).any);
}

TEST(HoldingTest, ABalanceCannotPassTheLargestNumber) {
  Holding holding(TaintPolicy::haircut);
  ASSERT_TRUE(holding.receive(U256::max()));
  EXPECT_FALSE(holding.receive(u(1)));
  EXPECT_FALSE(holding.receive(u(1), {true, u(1), {}}));
  EXPECT_FALSE(holding.tainted());
  EXPECT_EQ(holding.balance(), U256::max());
}

TEST(HoldingTest, SharesOfTheLargestNumbersAreExact) {
  const auto below_max = [](std::uint64_t by) { return U256::wrapping_sub(U256::max(), u(by)); };
  Holding holding(TaintPolicy::haircut);
  ASSERT_TRUE(holding.receive(U256::max(), {true, below_max(1), {}}));
  Taint taint;
  holding.send(below_max(2), taint);
  EXPECT_EQ(taint.amount, below_max(3));  // (m - 1)(m - 2) / m = m - 3 + 2 / m
  EXPECT_EQ(holding.amount(), u(2));
  EXPECT_EQ(holding.balance(), u(2));
}

// A model that knows every unit by itself.
class Units {
 public:
  explicit Units(bool last_first) : last_first_(last_first) {}
  void receive(const std::vector<std::uint32_t>& units) {
    units_.insert(units_.end(), units.begin(), units.end());
  }
  std::vector<std::uint32_t> send(std::uint64_t value) {
    std::vector<std::uint32_t> out;
    for (; value > 0; --value) {
      out.push_back(last_first_ ? units_.back() : units_.front());
      last_first_ ? units_.pop_back() : units_.pop_front();
    }
    return out;
  }
  std::size_t size() const { return units_.size(); }

 private:
  bool last_first_;
  std::deque<std::uint32_t> units_;
};

Taint taint_of(const std::vector<std::uint32_t>& units) {
  Taint taint;
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (units[i] == 0) continue;
    if (i > 0 && units[i - 1] == units[i])
      taint.stretches.back().length = U256::wrapping_add(taint.stretches.back().length, u(1));
    else
      taint.stretches.push_back({u(i), u(1), units[i]});
    taint.amount = U256::wrapping_add(taint.amount, u(1));
  }
  taint.any = !taint.stretches.empty();
  return taint;
}

TEST(HoldingTest, AgreesWithAModelOfSingleUnits) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 300; ++round) {
    const bool last_first = round % 2 == 1;
    Holding holding(last_first ? TaintPolicy::lifo : TaintPolicy::fifo);
    Units model(last_first);
    for (int step = 0; step < 40; ++step) {
      if (random() % 2 == 0) {
        std::vector<std::uint32_t> units(random() % 8);
        for (auto& unit : units)
          unit = static_cast<std::uint32_t>(random() % 4);
        ASSERT_TRUE(holding.receive(u(units.size()), taint_of(units)));
        model.receive(units);
      } else {
        const auto value = random() % (model.size() + 1);
        ASSERT_EQ(sent(holding, value).stretches, taint_of(model.send(value)).stretches);
      }
      ASSERT_EQ(holding.balance(), u(model.size()));
    }
  }
}

}  // namespace
}  // namespace clew::account
