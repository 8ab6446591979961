// How well the danger score tells launderers from ordinary users where the truth is known: on
// simulated worlds, which know nothing of the tests.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
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
  std::vector<Scores> first_addresses;                      // users, but for their savings
  std::map<std::string_view, std::vector<Scores>> by_role;  // of both
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
    if (user && role != worlds::Role::savings) out.first_addresses.push_back(scores);
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

void print(const Scores& scores, int digits) {
  for (std::size_t i = 0; i < kScores; ++i)
    std::printf(" %s %.*f", kNames[i], digits, scores[i]);
  std::printf("\n");
}

Scores auc_of_each(const std::vector<Scores>& high, const std::vector<Scores>& low) {
  Scores out{};
  for (std::size_t i = 0; i < kScores; ++i)
    out[i] = auc(high, low, i);
  return out;
}

Scores mean(const std::vector<Scores>& list) {
  Scores out{};
  for (const Scores& scores : list)
    for (std::size_t i = 0; i < kScores; ++i)
      out[i] += scores[i] / static_cast<double>(list.size());
  return out;
}

// Which of them are found, and which of the honest look like them.
void print_roles(const Examined& all) {
  for (const auto& [role, scores] : all.by_role) {
    std::printf("%-10s %5zu, AUC against users %.3f, mean", std::string(role).c_str(),
                scores.size(), auc(scores, all.users, 0));
    print(mean(scores), 1);
  }
}

// One world's danger figure deviates by 0.04, the mean of twenty by 0.01. The bounds are three to
// six deviations of the means below what was measured (docs/anomalies.md), so that a world drawn
// anew passes, and tests that have become worse do not. A mean near 1 would be that of a world in
// which laundering is too plain to prove anything. The value test tells nothing here, and has no
// bound.
TEST(AnomalyWorlds, TellLaunderersFromUsers) {
  constexpr Scores kLeast = {0.75, 0, 0.68, 0.60, 0.53};
  constexpr double kTooPlain = 0.95;
  std::vector<Scores> found, against_first;
  Examined all;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const auto world = worlds::make_world({.seed = seed});
    ASSERT_TRUE(world) << world.error().message;
    const Examined one = examine_all(**world);
    found.push_back(auc_of_each(one.launderers, one.users));
    against_first.push_back(auc_of_each(one.launderers, one.first_addresses));
    std::printf("seed %2u: %zu users, %zu launderers, AUC", static_cast<unsigned>(seed),
                one.users.size(), one.launderers.size());
    print(found.back(), 3);
    all.users.insert(all.users.end(), one.users.begin(), one.users.end());
    for (const auto& [role, scores] : one.by_role)
      all.by_role[role].insert(all.by_role[role].end(), scores.begin(), scores.end());
  }
  const Scores means = mean(found);
  std::printf("mean AUC");
  print(means, 3);
  std::printf("mean AUC without savings");
  print(mean(against_first), 3);
  print_roles(all);
  for (std::size_t i = 0; i < kScores; ++i)
    EXPECT_GT(means[i], kLeast[i]) << kNames[i];
  EXPECT_LT(means[0], kTooPlain);
}

}  // namespace
}  // namespace clew::anomaly
