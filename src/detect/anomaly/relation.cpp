#include <numeric>
#include <unordered_map>

#include "detect/anomaly/rules.h"

namespace clew::anomaly {
namespace {

Standing standing(const Screening& screening, std::uint32_t account) {
  return account < screening.accounts.size() ? screening.accounts[account] : Standing::unknown;
}

// Calls visit(row, counterparty, whether it is its first) for rows that make somebody one.
template <class Visit>
void each_dealing(const History& history, Visit&& visit) {
  std::vector<bool> seen(history.rows.size() + 1);  // by account
  for (std::uint32_t i = 0; i < history.rows.size(); ++i) {
    const Row& row = history.rows[i];
    if (row.from == row.to || row.value.is_zero()) continue;
    const std::uint32_t other = row.from == history.subject ? row.to : row.from;
    visit(i, other, !seen[other]);
    seen[other] = true;
  }
}

void count(std::uint32_t account, const Screening& screening, RelationTest& test) {
  const bool is_known = standing(screening, account) != Standing::unknown;
  ++(is_known ? test.screened : test.unknown);
}

}  // namespace

Result<std::vector<std::uint32_t>> accounts_to_screen(const History& history) {
  CLEW_CHECK(check(history));
  std::vector<std::uint32_t> accounts = {history.subject};
  each_dealing(history, [&](std::uint32_t, std::uint32_t other, bool is_new) {
    if (is_new) accounts.push_back(other);
  });
  return accounts;
}

RelationTest relation_test(const History& history, const Screening& screening) {
  RelationTest test;
  test.total = static_cast<std::uint32_t>(history.rows.size());
  count(history.subject, screening, test);
  std::unordered_map<std::uint32_t, std::size_t> places;  // in counterparties, by account
  each_dealing(history, [&](std::uint32_t row, std::uint32_t other, bool is_new) {
    if (is_new) count(other, screening, test);
    if (standing(screening, other) != Standing::listed) return;
    if (is_new) {
      places[other] = test.counterparties.size();
      test.counterparties.push_back({other});
    }
    ListedCounterparty& found = test.counterparties[places[other]];
    ++(history.rows[row].from == other ? found.received_from : found.sent_to);
    test.rows.push_back(row);
  });
  test.subject_listed = standing(screening, history.subject) == Standing::listed;
  if (test.subject_listed) {
    test.rows.resize(history.rows.size());
    std::iota(test.rows.begin(), test.rows.end(), 0);
  }
  if (test.subject_listed || !test.counterparties.empty()) {
    test.score = 100;
  } else if (test.unknown != 0) {
    test.not_run = std::to_string(test.unknown) + " of " +
                   std::to_string(test.unknown + test.screened) + " accounts could not be screened";
    if (!screening.why_unknown.empty()) *test.not_run += ": " + screening.why_unknown;
  }
  return test;
}

}  // namespace clew::anomaly
