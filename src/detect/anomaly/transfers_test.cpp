#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detect/anomaly/history_test.h"
#include "detect/anomaly/rules.h"

namespace clew::anomaly {
namespace {

using test::Book;
using testing::ElementsAre;
using testing::IsEmpty;

TransfersTest run(const Book& book, std::int64_t seconds) {
  return transfers_test(book.history(), {.time_difference = seconds});
}

TEST(TransfersTest, ComparesNeighboursOfOneList) {
  Book book;
  book.in(0, 1, 1).out(1, 1, 1).in(10, 1, 1).out(21, 1, 1).in(15, 2, 1);
  std::swap(book.rows[3], book.rows[4]);
  const auto test = run(book, 10);
  EXPECT_THAT(test.rows, ElementsAre(2, 3));  // 10 and 15; those sent are 20 apart
  EXPECT_THAT(test.gap, ElementsAre(5, 5));
  EXPECT_DOUBLE_EQ(test.score, 40);
}

TEST(TransfersTest, IsCloserOnlyIfTheGapIsLess) {
  Book book;
  book.in(0, 1, 1).in(10, 1, 1).in(30, 1, 1);
  EXPECT_THAT(run(book, 10).rows, IsEmpty());
  EXPECT_THAT(run(book, 11).rows, ElementsAre(0, 1));
  EXPECT_THAT(run(book, 21).rows, ElementsAre(0, 1, 2));
  EXPECT_THAT(run(book, 21).gap, ElementsAre(10, 10, 20));
}

TEST(TransfersTest, TakesNoDifferenceForNothingToFind) {
  Book book;
  book.in(5, 1, 1).in(5, 1, 1).out(5, 1, 1).out(5, 1, 1);
  EXPECT_THAT(run(book, 0).rows, IsEmpty());
  EXPECT_THAT(run(book, 1).rows, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(run(book, 1).gap, ElementsAre(0, 0, 0, 0));
}

TEST(TransfersTest, HasATransferToOneselfInBothListsAndOneRow) {
  Book book;
  book.in(0, 1, 1).in(5, 0, 1).out(12, 2, 1);
  const auto test = run(book, 10);
  EXPECT_THAT(test.rows, ElementsAre(0, 1, 2));
  EXPECT_THAT(test.gap, ElementsAre(5, 5, 7));
  EXPECT_DOUBLE_EQ(test.score, 100);
  Book alone;
  alone.in(5, 0, 1);
  EXPECT_THAT(run(alone, 10).rows, IsEmpty());  // no neighbour of itself
}

TEST(TransfersTest, LooksAcrossTokens) {
  Book book;
  book.in(0, 1, 1, 0).in(5, 1, 1, 1);
  EXPECT_THAT(run(book, 10).rows, ElementsAre(0, 1));
}

}  // namespace
}  // namespace clew::anomaly
