#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detect/anomaly/history_test.h"
#include "detect/anomaly/rules.h"

namespace clew::anomaly {
namespace {

using test::all_clear;
using test::Book;
using testing::ElementsAre;
using testing::IsEmpty;

Book book() {
  Book book;
  return book.in(0, 1, 5).out(1, 2, 5).in(2, 3, 5).out(3, 2, 1).in(4, 2, 5).in(5, 0, 5);
}

TEST(RelationTest, FindsNothingWhereAllAreClear) {
  const auto test = relation_test(book().history(), all_clear(4));
  EXPECT_FALSE(test.not_run);
  EXPECT_EQ(test.score, 0);
  EXPECT_THAT(test.rows, IsEmpty());
  EXPECT_EQ(test.screened, 4u);
  EXPECT_EQ(test.total, 6u);
}

TEST(RelationTest, NamesListedCounterparties) {
  Screening screening = all_clear(4);
  screening.accounts[2] = screening.accounts[3] = Standing::listed;
  const auto test = relation_test(book().history(), screening);
  EXPECT_EQ(test.score, 100);
  EXPECT_FALSE(test.subject_listed);
  EXPECT_THAT(test.rows, ElementsAre(1, 2, 3, 4));
  ASSERT_EQ(test.counterparties.size(), 2u);
  EXPECT_EQ(test.counterparties[0].account, 2u);
  EXPECT_EQ(test.counterparties[0].sent_to, 2u);
  EXPECT_EQ(test.counterparties[0].received_from, 1u);
  EXPECT_EQ(test.counterparties[1].account, 3u);
  EXPECT_EQ(test.counterparties[1].sent_to, 0u);
  EXPECT_EQ(test.counterparties[1].received_from, 1u);
}

TEST(RelationTest, HoldsEveryRowAgainstAListedSubject) {
  Screening screening = all_clear(4);
  screening.accounts[0] = screening.accounts[3] = Standing::listed;
  const auto test = relation_test(book().history(), screening);
  EXPECT_EQ(test.score, 100);
  EXPECT_TRUE(test.subject_listed);
  EXPECT_THAT(test.rows, ElementsAre(0, 1, 2, 3, 4, 5));
  ASSERT_EQ(test.counterparties.size(), 1u);  // the subject is none of its own
  EXPECT_EQ(test.counterparties[0].account, 3u);
}

// Anybody can have a token say that nothing moved between two accounts.
TEST(RelationTest, TakesNoTransferOfNothingForADealing) {
  Screening screening = all_clear(3);
  screening.accounts[1] = Standing::listed;
  screening.accounts[2] = Standing::unknown;
  Book book;
  book.in(0, 1, std::uint64_t{0}).out(1, 1, std::uint64_t{0}).in(2, 2, std::uint64_t{0});
  const auto test = relation_test(book.history(), screening);
  EXPECT_FALSE(test.not_run);
  EXPECT_EQ(test.score, 0);
  EXPECT_THAT(test.counterparties, IsEmpty());
  EXPECT_THAT(*accounts_to_screen(book.history()), ElementsAre(0));
}

TEST(RelationTest, DoesNotRunWhereNobodyCouldTell) {
  Screening screening = all_clear(3);  // and nothing of account 3
  screening.why_unknown = "the provider answers 503";
  const auto test = relation_test(book().history(), screening);
  EXPECT_EQ(test.not_run.value(),
            "1 of 4 accounts could not be screened: the provider answers 503");
  EXPECT_EQ(test.score, 0);
  EXPECT_EQ(test.screened, 3u);
  EXPECT_EQ(test.unknown, 1u);
}

TEST(RelationTest, HoldsAHitWhateverElseIsUnknown) {
  Screening screening{std::vector<Standing>(4, Standing::unknown), "no key"};
  screening.accounts[1] = Standing::listed;
  const auto test = relation_test(book().history(), screening);
  EXPECT_FALSE(test.not_run);
  EXPECT_EQ(test.score, 100);
  EXPECT_THAT(test.rows, ElementsAre(0));
  EXPECT_EQ(test.unknown, 3u);
}

TEST(RelationTest, WantsToKnowOfEachPartyOnce) {
  EXPECT_THAT(*accounts_to_screen(book().history()), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(*accounts_to_screen({7, {}}), ElementsAre(7));
}

}  // namespace
}  // namespace clew::anomaly
