// Histories written down by hand, and made by chance, for the tests of this folder.
#pragma once

#include <random>
#include <vector>

#include "detect/anomaly/anomaly.h"

namespace clew::anomaly::test {

constexpr std::uint32_t kSubject = 0;

struct Book {
  std::vector<Row> rows;

  Book& in(std::int64_t time, std::uint32_t from, U256 value, std::uint32_t token = 0) {
    rows.push_back({time, value, from, kSubject, token});
    return *this;
  }
  Book& in(std::int64_t time, std::uint32_t from, std::uint64_t value, std::uint32_t token = 0) {
    return in(time, from, U256(value), token);
  }
  Book& out(std::int64_t time, std::uint32_t to, U256 value, std::uint32_t token = 0) {
    rows.push_back({time, value, kSubject, to, token});
    return *this;
  }
  Book& out(std::int64_t time, std::uint32_t to, std::uint64_t value, std::uint32_t token = 0) {
    return out(time, to, U256(value), token);
  }
  History history() const { return {kSubject, rows}; }
};

// A power of two, for amounts that no machine word holds.
inline U256 two_to(unsigned exponent) {
  U256::Limbs limbs{};
  limbs[exponent / 64] = std::uint64_t{1} << (exponent % 64);
  return U256(limbs);
}

inline Screening all_clear(std::size_t accounts) {
  return {std::vector<Standing>(accounts, Standing::clear), ""};
}

// Few accounts, tokens and amounts close to each other, so that everything that can meet does.
inline Book random_book(std::mt19937_64& random) {
  Book book;
  const std::size_t count = random() % 40;
  const std::uint64_t accounts = 2 + random() % 4, tokens = 1 + random() % 3;
  const unsigned height = static_cast<unsigned>(random() % 3 == 0 ? 40 + random() % 180 : 0);
  const U256 base = height == 0 ? U256(std::uint64_t{90}) : two_to(height);
  std::int64_t time = static_cast<std::int64_t>(random() % 100) - 50;
  for (std::size_t i = 0; i < count; ++i) {
    time += static_cast<std::int64_t>(random() % 6);
    U256 value = U256::wrapping_add(base, U256(random() % 12));
    if (random() % 16 == 0) value = U256(random() % 3);
    const auto token = static_cast<std::uint32_t>(random() % std::min(tokens, i + 1));
    const auto other =
        static_cast<std::uint32_t>(random() % std::min<std::uint64_t>(accounts, i + 2));
    random() % 2 == 0 ? book.in(time, other, value, token) : book.out(time, other, value, token);
  }
  return book;
}

}  // namespace clew::anomaly::test
