#include <cmath>

#include "detect/anomaly/position_set.h"
#include "detect/anomaly/rules.h"

namespace clew::anomaly {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t kBillion = 1'000'000'000;
constexpr std::uint32_t kNoPair = 0xffffffff;

// What was received, is within time_difference of now and not taken up yet, in the order of
// amounts. The best for a sending is the next one behind it, unless that came from the very account
// that the sending goes to: then the first behind that which came from another. A second set
// remembers where a run of one sender begins, so that no run is walked through: without it a
// million payments that go back where they came from would take a million steps each.
class Offers {
 public:
  explicit Offers(std::uint32_t positions)
      : open_(positions), run_starts_(positions), offers_(positions) {}

  void add(std::uint32_t position, std::uint32_t row, std::uint32_t sender) {
    const std::uint32_t before = open_.previous(position).value_or(kNone);
    const std::uint32_t after = before == kNone ? first_ : offers_[before].after;
    offers_[position] = {row, sender, before, after};
    open_.insert(position);
    link(before, position);
    link(position, after);
  }

  void remove(std::uint32_t position) {
    if (!open_.contains(position)) return;
    open_.erase(position);
    run_starts_.erase(position);
    link(offers_[position].before, offers_[position].after);
  }

  // The row of the first behind `position` that did not come from `receiver`.
  std::optional<std::uint32_t> best(std::uint32_t position, std::uint32_t receiver) const {
    auto found = open_.next(position);
    if (found && offers_[*found].sender == receiver) found = run_starts_.next(*found);
    return found ? std::optional(offers_[*found].row) : std::nullopt;
  }

  std::uint64_t steps() const { return open_.steps() + run_starts_.steps(); }

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;
  struct Offer {
    std::uint32_t row = 0, sender = 0;
    std::uint32_t before = kNone, after = kNone;  // positions of its neighbours among the open
  };

  // Makes two neighbours; kNone stands for either end.
  void link(std::uint32_t before, std::uint32_t after) {
    (before == kNone ? first_ : offers_[before].after) = after;
    if (after == kNone) return;
    offers_[after].before = before;
    if (before == kNone || offers_[before].sender != offers_[after].sender)
      run_starts_.insert(after);
    else
      run_starts_.erase(after);
  }

  PositionSet open_, run_starts_;
  std::vector<Offer> offers_;  // by position, of those added
  std::uint32_t first_ = kNone;
};

class Search {
 public:
  Search(const History& history, const AmountOrder& order, const Options& options)
      : history_(history),
        rows_(history.rows),
        order_(order),
        offers_(order.size()),
        time_difference_(static_cast<std::uint64_t>(options.time_difference)),
        billionths_(static_cast<std::uint64_t>(std::llround(options.hiding_tolerance * 1e9))) {}

  std::vector<PassThrough> run() {
    std::vector<PassThrough> pairs;
    for (std::uint32_t row = 0; row < rows_.size(); ++row) {
      if (rows_[row].value.is_zero() || rows_[row].from == rows_[row].to) continue;
      if (rows_[row].to == history_.subject) {
        offers_.add(order_.position_of(row), row, rows_[row].from);
      } else if (const auto received = partner_of(row)) {
        offers_.remove(order_.position_of(*received));
        pairs.push_back({*received, row, rows_[*received].from, rows_[row].to});
      }
    }
    return pairs;
  }
  std::uint64_t steps() const { return offers_.steps(); }

 private:
  std::optional<std::uint32_t> partner_of(std::uint32_t sent) {
    expire(rows_[sent].time);
    const auto received = offers_.best(order_.position_of(sent), rows_[sent].to);
    if (!received || rows_[*received].token != rows_[sent].token || !is_unchanged(*received, sent))
      return std::nullopt;
    return received;
  }

  // Differences as unsigned numbers: times of any sign are as far apart as 2^64 - 1.
  void expire(std::int64_t now) {
    for (; static_cast<std::uint64_t>(now) - static_cast<std::uint64_t>(rows_[oldest_].time) >
           time_difference_;
         ++oldest_)
      if (rows_[oldest_].to == history_.subject) offers_.remove(order_.position_of(oldest_));
  }

  // By the order, no less was received than sent.
  bool is_unchanged(std::uint32_t received, std::uint32_t sent) const {
    const U256& whole = rows_[received].value;
    const U256 missing = U256::wrapping_sub(whole, rows_[sent].value);
    if (missing.is_zero()) return true;
    if (const auto narrow = whole.to_u64())  // the same without a division
      return Wide{missing.low_u64()} * kBillion <= Wide{*narrow} * billionths_;
    const auto allowed = mul_div(whole, U256(billionths_), U256(kBillion));
    return allowed && missing <= *allowed;
  }

  const History& history_;
  const std::span<const Row> rows_;
  const AmountOrder& order_;
  Offers offers_;
  const std::uint64_t time_difference_, billionths_;
  std::uint32_t oldest_ = 0;  // the first row that has not expired; never beyond the one sent now
};

void count_accounts(HidingTest& test, std::size_t rows) {
  std::vector<bool> paid(rows + 1), got(rows + 1);  // by account
  for (const auto& pair : test.pairs) {
    test.senders += !paid[pair.sender];
    test.receivers += !got[pair.receiver];
    test.accounts += !paid[pair.sender] && !got[pair.sender];
    paid[pair.sender] = true;
    test.accounts += !paid[pair.receiver] && !got[pair.receiver];
    got[pair.receiver] = true;
  }
}

}  // namespace

HidingTest hiding_test(const History& history, const AmountOrder& order, const Options& options,
                       std::uint64_t* steps) {
  HidingTest test;
  Search search(history, order, options);
  test.pairs = search.run();
  if (steps != nullptr) *steps += search.steps();
  std::vector<std::uint32_t> pair_of(history.rows.size(), kNoPair);
  for (std::uint32_t i = 0; i < test.pairs.size(); ++i)
    pair_of[test.pairs[i].received] = pair_of[test.pairs[i].sent] = i;
  for (std::uint32_t row = 0; row < pair_of.size(); ++row) {
    if (pair_of[row] == kNoPair) continue;
    test.rows.push_back(row);
    test.pair_of.push_back(pair_of[row]);
  }
  count_accounts(test, history.rows.size());
  score_by_rows(test, history.rows.size());
  return test;
}

}  // namespace clew::anomaly
