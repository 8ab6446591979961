#include "detect/anomaly/amount_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "detect/anomaly/difference.h"
#include "detect/anomaly/history_test.h"
#include "detect/anomaly/position_set.h"

namespace clew::anomaly {
namespace {

using test::Book;
using test::two_to;

std::vector<std::uint32_t> rows_of(const AmountOrder& order) {
  std::vector<std::uint32_t> rows;
  for (std::uint32_t position = 0; position < order.size(); ++position) {
    rows.push_back(order.row_at(position));
    EXPECT_EQ(order.position_of(rows.back()), position);
  }
  return rows;
}

TEST(AmountOrderTest, PutsWhatWasSentBeforeWhatWasReceived) {
  Book book;
  book.in(0, 1, 5).out(1, 1, 5).in(2, 1, 4).in(3, 1, 5).out(4, 1, 5).in(5, 0, 5).in(6, 1, 9, 1);
  EXPECT_THAT(rows_of(AmountOrder(book.history())), testing::ElementsAre(2, 1, 4, 5, 0, 3, 6));
  EXPECT_EQ(AmountOrder(History{}).size(), 0u);
}

TEST(AmountOrderTest, AgreesWithASortByComparison) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 500; ++i) {
    Book book;
    const std::size_t count = 1 + random() % 200;
    for (std::size_t n = 0; n < count; ++n) {
      U256::Limbs limbs{};
      const unsigned length = static_cast<unsigned>(random() % 257);
      for (unsigned bit = 0; bit < length; ++bit)
        limbs[bit / 64] |= std::uint64_t{random() % 8 == 0 || bit + 1 == length} << (bit % 64);
      // Half of them differ below their leading bits only.
      U256 value = n % 2 == 0 ? U256(limbs) : U256::wrapping_add(two_to(130), U256(random() % 4));
      const auto token = static_cast<std::uint32_t>(random() % 70'000);
      random() % 2 == 0 ? book.in(0, 1, value, token) : book.out(0, 1, value, token);
    }
    std::vector<std::uint32_t> wanted(book.rows.size());
    for (std::uint32_t row = 0; row < wanted.size(); ++row)
      wanted[row] = row;
    const auto key = [&](std::uint32_t row) {
      const Row& r = book.rows[row];
      return std::tuple(r.token, r.value, r.to == test::kSubject, row);
    };
    std::sort(wanted.begin(), wanted.end(),
              [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
    ASSERT_EQ(rows_of(AmountOrder(book.history())), wanted);
  }
}

TEST(DifferenceTest, RoundsOnceToTheNearest) {
  EXPECT_EQ(to_double(U256()), 0);
  EXPECT_EQ(to_double(two_to(255)), std::ldexp(1.0, 255));
  EXPECT_EQ(to_double(U256::max()), std::ldexp(1.0, 256));
  // 2^100 + 2^47 is half way between two numbers: to the even one, unless anything follows it.
  const U256 half_way = U256::wrapping_add(two_to(100), two_to(47));
  EXPECT_EQ(to_double(half_way), std::ldexp(1.0, 100));
  EXPECT_GT(to_double(U256::wrapping_add(half_way, two_to(0))), std::ldexp(1.0, 100));
  EXPECT_EQ(to_double(U256(~0ULL)), std::ldexp(1.0, 64));
  for (unsigned exponent = 0; exponent < 200; ++exponent) {
    const U256 number = U256::wrapping_add(two_to(exponent), two_to(exponent + 52));
    EXPECT_EQ(to_double(number), std::ldexp(1.0, static_cast<int>(exponent)) +
                                     std::ldexp(1.0, static_cast<int>(exponent) + 52));
  }
}

TEST(DifferenceTest, HasASign) {
  const U256 one(std::uint64_t{1});
  EXPECT_EQ(difference(one, U256(std::uint64_t{4})), -3);
  EXPECT_EQ(difference(U256(~0ULL), U256()), std::ldexp(1.0, 64));
  EXPECT_EQ(difference(U256::max(), U256::wrapping_sub(U256::max(), one)), 1);
  EXPECT_EQ(difference(two_to(200), U256::wrapping_add(two_to(200), one)), -1);
  EXPECT_EQ(difference(one, two_to(64)), -std::ldexp(1.0, 64));
}

TEST(PositionSetTest, AgreesWithATree) {
  std::mt19937_64 random(6);
  for (const std::uint32_t bound : {1u, 63u, 64u, 65u, 4'096u, 4'097u, 300'000u}) {
    PositionSet set(bound);
    std::set<std::uint32_t> tree;
    for (int i = 0; i < 20'000; ++i) {
      const auto n = static_cast<std::uint32_t>(random() % bound);
      const auto above = tree.upper_bound(n), from = tree.lower_bound(n);
      ASSERT_EQ(set.contains(n), tree.contains(n));
      ASSERT_EQ(set.next(n), above == tree.end() ? std::nullopt : std::optional(*above));
      ASSERT_EQ(set.previous(n),
                from == tree.begin() ? std::nullopt : std::optional(*std::prev(from)));
      if (random() % 3 != 0 && tree.size() < 40) {
        set.insert(n);
        tree.insert(n);
      } else {
        const auto gone = from == tree.end() ? n : *from;
        set.erase(gone);
        tree.erase(gone);
      }
    }
    EXPECT_GT(set.steps(), 0u);
  }
}

}  // namespace
}  // namespace clew::anomaly
