#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detect/anomaly/history_test.h"
#include "detect/anomaly/rules.h"

namespace clew::anomaly {
namespace {

using test::Book;
using test::two_to;
using testing::ElementsAre;
using testing::IsEmpty;

HidingTest run(const Book& book, const Options& options = {}, std::uint64_t* steps = nullptr) {
  return hiding_test(book.history(), AmountOrder(book.history()), options, steps);
}
std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs(const Book& book,
                                                           const Options& options = {}) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> rows;
  for (const auto& pair : run(book, options).pairs)
    rows.emplace_back(pair.received, pair.sent);
  return rows;
}
using Pair = std::pair<std::uint32_t, std::uint32_t>;

TEST(HidingTest, NamesWhoPaidAndWhoGotIt) {
  Book book;
  book.in(0, 3, 500).out(60, 4, 500).in(90, 5, 70).in(100, 3, 80).out(110, 4, 80);
  const auto test = run(book);
  EXPECT_THAT(test.rows, ElementsAre(0, 1, 3, 4));
  EXPECT_THAT(test.pair_of, ElementsAre(0, 0, 1, 1));
  EXPECT_DOUBLE_EQ(test.score, 80);
  ASSERT_EQ(test.pairs.size(), 2u);
  EXPECT_EQ(test.pairs[0].received, 0u);
  EXPECT_EQ(test.pairs[0].sent, 1u);
  EXPECT_EQ(test.pairs[0].sender, 3u);
  EXPECT_EQ(test.pairs[0].receiver, 4u);
  EXPECT_EQ(test.senders, 1u);
  EXPECT_EQ(test.receivers, 1u);
  EXPECT_EQ(test.accounts, 2u);
}

// One that it came from and one that it went to may be the same account in different pairs.
TEST(HidingTest, CountsAccountsOfBothSidesOnce) {
  Book book;
  book.in(0, 1, 500).out(1, 2, 500).in(2, 2, 70).out(3, 1, 70);
  const auto test = run(book);
  EXPECT_EQ(test.senders, 2u);
  EXPECT_EQ(test.receivers, 2u);
  EXPECT_EQ(test.accounts, 2u);
}

TEST(HidingTest, AsksForTheOrderAndTheTime) {
  EXPECT_THAT(pairs(Book().out(0, 2, 5).in(1, 1, 5)), IsEmpty());
  EXPECT_THAT(pairs(Book().in(0, 1, 5).out(13'000, 2, 5)), ElementsAre(Pair{0, 1}));
  EXPECT_THAT(pairs(Book().in(0, 1, 5).out(13'001, 2, 5)), IsEmpty());
  const Options same_second{.time_difference = 0};
  EXPECT_THAT(pairs(Book().in(7, 1, 5).out(7, 2, 5), same_second), ElementsAre(Pair{0, 1}));
  EXPECT_THAT(pairs(Book().out(7, 2, 5).in(7, 1, 5), same_second), IsEmpty());
}

TEST(HidingTest, TakesNoRefundForIt) {
  EXPECT_THAT(pairs(Book().in(0, 1, 5).out(1, 1, 5)), IsEmpty());
  // What came from another is found behind what came from the receiver.
  EXPECT_THAT(pairs(Book().in(0, 1, 5).in(1, 1, 5).in(2, 3, 5).out(3, 1, 5)),
              ElementsAre(Pair{2, 3}));
}

TEST(HidingTest, KeepsTokensApart) {
  EXPECT_THAT(pairs(Book().in(0, 1, 5, 0).out(1, 2, 5, 1)), IsEmpty());
  EXPECT_THAT(pairs(Book().in(0, 1, 5, 1).in(0, 1, 5, 0).out(1, 2, 5, 1)), ElementsAre(Pair{0, 2}));
}

TEST(HidingTest, LetsAShareBeMissingAndNothingBeAdded) {
  EXPECT_THAT(pairs(Book().in(0, 1, 1'000).out(1, 2, 990)), ElementsAre(Pair{0, 1}));
  EXPECT_THAT(pairs(Book().in(0, 1, 1'000).out(1, 2, 989)), IsEmpty());
  EXPECT_THAT(pairs(Book().in(0, 1, 1'000).out(1, 2, 1'001)), IsEmpty());
  // The share is rounded down to whole units.
  EXPECT_THAT(pairs(Book().in(0, 1, 199).out(1, 2, 198)), ElementsAre(Pair{0, 1}));
  EXPECT_THAT(pairs(Book().in(0, 1, 99).out(1, 2, 98)), IsEmpty());
  const Options exact{.hiding_tolerance = 0};
  EXPECT_THAT(pairs(Book().in(0, 1, 1'000).out(1, 2, 999), exact), IsEmpty());
  EXPECT_THAT(pairs(Book().in(0, 1, 1'000).out(1, 2, 1'000), exact), ElementsAre(Pair{0, 1}));
}

TEST(HidingTest, MeasuresTheShareOfTheLargestAmounts) {
  const U256 most = U256::max();
  const U256 share = *mul_div(most, U256(std::uint64_t{1}), U256(std::uint64_t{100}));
  const U256 least = U256::wrapping_sub(most, share);
  const U256 less = U256::wrapping_sub(least, U256(std::uint64_t{1}));
  EXPECT_THAT(pairs(Book().in(0, 1, most).out(1, 2, least)), ElementsAre(Pair{0, 1}));
  EXPECT_THAT(pairs(Book().in(0, 1, most).out(1, 2, less)), IsEmpty());
  // They agree in their leading bits, so only the whole amount tells which is which.
  const U256 big = two_to(255), bigger = U256::wrapping_add(big, U256(std::uint64_t{1}));
  const Options exact{.hiding_tolerance = 0};
  EXPECT_THAT(pairs(Book().in(0, 1, bigger).in(1, 1, big).out(2, 2, big), exact),
              ElementsAre(Pair{1, 2}));
}

TEST(HidingTest, PrefersWhatIsLeastChangedAndThenTheEarliest) {
  EXPECT_THAT(pairs(Book().in(0, 1, 1'002).in(1, 1, 1'001).in(2, 1, 1'003).out(3, 2, 1'000)),
              ElementsAre(Pair{1, 3}));
  EXPECT_THAT(pairs(Book().in(0, 1, 9).in(1, 1, 9).out(2, 2, 9).out(3, 3, 9).out(4, 4, 9)),
              ElementsAre(Pair{0, 2}, Pair{1, 3}));
}

TEST(HidingTest, LeavesOutZeroAndTransfersToOneself) {
  EXPECT_THAT(pairs(Book().in(0, 1, 0).out(1, 2, 0)), IsEmpty());
  EXPECT_THAT(pairs(Book().in(0, 0, 5).out(1, 2, 5)), IsEmpty());
  EXPECT_THAT(pairs(Book().in(0, 1, 5).out(1, 0, 5).out(2, 2, 5)), ElementsAre(Pair{0, 2}));
}

// Work on inputs made to be hard, counted in words of the index: a search that walks over what it
// may not take would need some 10^11.
TEST(HidingTest, WalksOverNothing) {
  constexpr std::uint32_t kHalf = 500'000;
  constexpr std::uint64_t kSteps = 2 * kHalf * 40;
  const Options options{.time_difference = 1'000'000'000, .hiding_tolerance = 0.9};
  enum class Kind { refunds, refunds_of_many_amounts, all_taken };
  for (const Kind kind : {Kind::refunds, Kind::refunds_of_many_amounts, Kind::all_taken}) {
    Book book;
    book.rows.reserve(2 * kHalf);
    for (std::uint32_t i = 0; i < kHalf; ++i)
      book.in(i, 1, kind == Kind::refunds_of_many_amounts ? 1'000'000 + i : 1'000'000);
    for (std::uint32_t i = 0; i < kHalf; ++i)
      book.out(kHalf + i, kind == Kind::all_taken ? 2 : 1, std::uint64_t{1'000'000});
    std::uint64_t steps = 0;
    const auto test = run(book, options, &steps);
    EXPECT_EQ(test.pairs.size(), kind == Kind::all_taken ? kHalf : 0);
    EXPECT_GT(steps, kHalf);
    EXPECT_LT(steps, kSteps);
  }
}

}  // namespace
}  // namespace clew::anomaly
