#include "detect/anomaly/amount_order.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace clew::anomaly {
namespace {

constexpr int kLeadingBits = 55;  // of an amount, behind its length in 9 bits

struct Item {
  std::uint64_t leading = 0;
  std::uint32_t token = 0, row = 0;
};

// The length of an amount and its leading bits: ordered as amounts are, and exact for those of no
// more bits.
std::uint64_t leading(const U256& value) {
  const auto& limbs = value.limbs();
  const int length = value.bit_length();
  if (length == 0) return 0;
  const int top = (length - 1) / 64, shift = 64 * (top + 1) - length;
  std::uint64_t bits = limbs[static_cast<std::size_t>(top)] << shift;
  if (shift != 0 && top != 0) bits |= limbs[static_cast<std::size_t>(top - 1)] >> (64 - shift);
  return static_cast<std::uint64_t>(length) << kLeadingBits | bits >> (64 - kLeadingBits);
}

bool is_exact(const Item& item) {
  return item.leading >> kLeadingBits <= kLeadingBits;
}

constexpr int kDigitBits = 11, kAmountDigits = 6, kDigits = kAmountDigits + 3;
using Counts = std::array<std::uint32_t, 1 << kDigitBits>;

// The lowest first: six of the amount, then three of the token.
std::size_t digit(const Item& item, int which) {
  const std::uint64_t number = which < kAmountDigits ? item.leading : item.token;
  const int place = which < kAmountDigits ? which : which - kAmountDigits;
  return number >> (kDigitBits * place) & ((1 << kDigitBits) - 1);
}

// Stable, by token and leading bits. Digits that all items share take no pass.
void radix_sort(std::vector<Item>& items) {
  std::vector<Counts> counts(kDigits, Counts{});
  for (const auto& item : items)
    for (int which = 0; which < kDigits; ++which)
      ++counts[static_cast<std::size_t>(which)][digit(item, which)];
  std::vector<Item> other(items.size());
  for (int which = 0; which < kDigits; ++which) {
    Counts& at = counts[static_cast<std::size_t>(which)];
    if (at[digit(items.front(), which)] == items.size()) continue;
    std::uint32_t begin = 0;
    for (auto& count : at)
      begin += std::exchange(count, begin);
    for (const auto& item : items)
      other[at[digit(item, which)]++] = item;
    items.swap(other);
  }
}

// What leading bits do not tell apart: runs of large amounts.
void sort_runs(std::vector<Item>& items, std::span<const Row> rows) {
  const auto value = [&](const Item& item) -> const U256& { return rows[item.row].value; };
  for (auto first = items.begin(); first != items.end();) {
    if (is_exact(*first)) {
      ++first;
      continue;
    }
    auto last = first + 1;
    bool equal = true;
    for (; last != items.end() && last->leading == first->leading && last->token == first->token;
         ++last)
      equal = equal && value(*last) == value(*first);
    if (!equal)
      std::stable_sort(first, last,
                       [&](const Item& a, const Item& b) { return value(a) < value(b); });
    first = last;
  }
}

}  // namespace

AmountOrder::AmountOrder(const History& history) {
  const auto rows = history.rows;
  if (rows.empty()) return;
  std::vector<Item> items(rows.size());
  std::size_t sent = 0;
  for (const auto& row : rows)
    sent += row.from == history.subject;
  std::size_t next_sent = 0, next_received = sent;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto& place = rows[i].from == history.subject ? next_sent : next_received;
    items[place++] = {leading(rows[i].value), rows[i].token, static_cast<std::uint32_t>(i)};
  }
  radix_sort(items);
  sort_runs(items, rows);
  rows_.resize(rows.size());
  positions_.resize(rows.size());
  for (std::uint32_t position = 0; position < items.size(); ++position) {
    rows_[position] = items[position].row;
    positions_[items[position].row] = position;
  }
}

}  // namespace clew::anomaly
