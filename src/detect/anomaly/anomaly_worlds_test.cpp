// How well the danger score tells launderers from ordinary users where the truth is known: on
// simulated worlds, which know nothing of the tests.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>

#include "detect/anomaly/anomaly.h"
#include "ingest/simulate/tron/simulate_tron.h"

namespace clew::anomaly {
namespace {

namespace worlds = simulate::tron;

constexpr std::uint64_t kSeeds = 20;

// Numbers from 0 in the order in which things are first seen.
class Numbers {
 public:
  std::uint32_t of(std::uint32_t thing) {
    const auto next = static_cast<std::uint32_t>(numbers_.size());
    return numbers_.try_emplace(thing, next).first->second;
  }
  const std::map<std::uint32_t, std::uint32_t>& all() const { return numbers_; }

 private:
  std::map<std::uint32_t, std::uint32_t> numbers_;
};

// What its history and a complete sanctions list tell of one account.
Result<Anomalies> examine(const worlds::World& world, worlds::AccountId subject,
                          const std::vector<worlds::TransferId>& transfers) {
  std::vector<Row> rows;
  Numbers accounts, tokens;
  accounts.of(subject);
  for (const worlds::TransferId id : transfers) {
    const worlds::Transfer& moved = world.transfers()[id];
    Row& row = rows.emplace_back();
    row.time = static_cast<std::int64_t>(moved.time_ms / 1000);
    row.value = U256(static_cast<std::uint64_t>(moved.amount));
    row.from = accounts.of(moved.from);
    row.to = accounts.of(moved.to);
    row.token = tokens.of(moved.token);
  }
  Screening screening;
  screening.accounts.resize(accounts.all().size(), Standing::clear);
  for (const auto& [account, number] : accounts.all())
    if (class_of(world[account].role) == worlds::Class::sanctioned)
      screening.accounts[number] = Standing::listed;
  return find({0, rows}, {}, screening);
}

// The danger score, and the score of each test.
constexpr std::size_t kScores = 5;
constexpr std::array<const char*, kScores> kNames = {"danger", "value", "transfers", "hiding",
                                                     "relation"};
using Scores = std::array<double, kScores>;

struct Examined {
  std::vector<Scores> users, launderers;
  std::map<std::string_view, std::vector<Scores>> by_role;  // of launderers
};

Examined examine_all(const worlds::World& world) {
  std::vector<std::vector<worlds::TransferId>> transfers(world.accounts());
  for (worlds::TransferId id = 0; id < world.transfers().size(); ++id) {
    transfers[world.transfers()[id].from].push_back(id);
    transfers[world.transfers()[id].to].push_back(id);
  }
  Examined out;
  for (worlds::AccountId account = 1; account < world.accounts(); ++account) {
    const worlds::Role role = world[account].role;
    const bool user = class_of(role) == worlds::Class::user;
    if (transfers[account].empty() || (!user && class_of(role) != worlds::Class::launderer))
      continue;
    const auto found = examine(world, account, transfers[account]);
    EXPECT_TRUE(found) << (found ? "" : found.error().message);
    if (!found) continue;
    const Scores scores = {found->danger_score.value_or(0), found->value.score,
                           found->transfers.score, found->hiding.score, found->relation.score};
    (user ? out.users : out.launderers).push_back(scores);
    out.by_role[name(role)].push_back(scores);
  }
  return out;
}

// The chance that one of `high` scores above one of `low`, ties counted half (Mann and Whitney).
double auc(const std::vector<Scores>& high, const std::vector<Scores>& low, std::size_t which) {
  std::vector<double> sorted;
  for (const Scores& scores : low)
    sorted.push_back(scores[which]);
  std::ranges::sort(sorted);
  double wins = 0;
  for (const Scores& scores : high) {
    const auto [from, to] = std::ranges::equal_range(sorted, scores[which]);
    wins += static_cast<double>(from - sorted.begin()) + static_cast<double>(to - from) / 2;
  }
  return wins / (static_cast<double>(high.size()) * static_cast<double>(low.size()));
}

TEST(AnomalyWorlds, AucCountsTiesHalf) {
  EXPECT_DOUBLE_EQ(auc({{3}, {2}}, {{2}, {1}}, 0), 0.875);
  EXPECT_DOUBLE_EQ(auc({{1}}, {{1}}, 0), 0.5);
}

TEST(AnomalyWorlds, TellLaunderersFromUsers) {
  Scores sums{};
  Examined all;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const auto world = worlds::make_world({.seed = seed});
    ASSERT_TRUE(world) << world.error().message;
    const Examined one = examine_all(**world);
    std::printf("seed %2u: %zu users, %zu launderers, AUC", static_cast<unsigned>(seed),
                one.users.size(), one.launderers.size());
    for (std::size_t i = 0; i < kScores; ++i) {
      const double found = auc(one.launderers, one.users, i);
      std::printf(" %s %.3f", kNames[i], found);
      sums[i] += found / static_cast<double>(kSeeds);
    }
    std::printf("\n");
    all.users.insert(all.users.end(), one.users.begin(), one.users.end());
    for (const auto& [role, scores] : one.by_role)
      all.by_role[role].insert(all.by_role[role].end(), scores.begin(), scores.end());
  }
  std::printf("mean AUC");
  for (std::size_t i = 0; i < kScores; ++i)
    std::printf(" %s %.3f", kNames[i], sums[i]);
  std::printf("\n");
  for (const auto& [role, scores] : all.by_role) {
    std::printf("%-10s %5zu: mean", std::string(role).c_str(), scores.size());
    for (std::size_t i = 0; i < kScores; ++i) {
      double sum = 0;
      for (const Scores& one : scores)
        sum += one[i];
      std::printf(" %s %.1f", kNames[i], sum / static_cast<double>(scores.size()));
    }
    std::printf(", AUC against users %.3f\n", auc(scores, all.users, 0));
  }
  EXPECT_GT(sums[0], 0.8);
}

}  // namespace
}  // namespace clew::anomaly
