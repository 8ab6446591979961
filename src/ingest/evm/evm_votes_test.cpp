#include "ingest/evm/evm_votes.h"

#include <gtest/gtest.h>

namespace clew::ingest {
namespace {

using Said = std::vector<chain::Transfer>;

Said moved(std::uint64_t value) {
  return {{.kind = chain::TransferKind::internal, .value = U256(value)}};
}

Verdict votes(const std::vector<Said>& all) {
  std::vector<const Said*> said;
  for (const auto& each : all)
    said.push_back(&each);
  return count_votes(said);
}

TEST(Votes, OneIsNoWitness) {
  EXPECT_EQ(votes({moved(1)}).agreement, Agreement::alone);
}

TEST(Votes, TwoThatAgreeConfirm) {
  const auto verdict = votes({moved(1), moved(1)});
  EXPECT_EQ(verdict.agreement, Agreement::confirmed);
  EXPECT_TRUE(verdict.outvoted.empty());
}

TEST(Votes, TwoThatDoNotAreADispute) {
  const auto verdict = votes({moved(1), moved(2)});
  EXPECT_EQ(verdict.agreement, Agreement::disputed);
  EXPECT_EQ(verdict.winner, 0u);
  EXPECT_TRUE(verdict.outvoted.empty());
}

TEST(Votes, MoreThanHalfWin) {
  const auto verdict = votes({moved(1), moved(2), moved(2)});
  EXPECT_EQ(verdict.agreement, Agreement::confirmed);
  EXPECT_EQ(verdict.winner, 1u);
  EXPECT_EQ(verdict.outvoted, std::vector<std::size_t>{0});
}

TEST(Votes, HalfDoNot) {
  EXPECT_EQ(votes({moved(1), moved(2), moved(2), moved(1)}).agreement, Agreement::disputed);
  EXPECT_EQ(votes({moved(1), moved(2), moved(3)}).agreement, Agreement::disputed);
  EXPECT_EQ(votes({moved(1), {}}).agreement, Agreement::disputed);
}

}  // namespace
}  // namespace clew::ingest
