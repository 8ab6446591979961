#include "apps/clew/anomaly_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <map>

#include "apps/clew/count_text.h"
#include "base/decimal.h"
#include "labels/printable.h"

namespace clew::app {
namespace {

using anomaly::Outcome;
using labels::printable;

constexpr std::size_t kBarCells = 30, kRowsShown = 5;

std::string fixed(double number, int digits = 1) {
  char text[48];
  std::snprintf(text, sizeof text, "%.*f", digits, number);
  return text;
}

std::string span_text(double seconds) {
  constexpr double kMinute = 60, kHour = 3600, kDay = 86'400;
  if (seconds < kMinute) return fixed(seconds) + " seconds";
  if (seconds < kHour) return fixed(seconds / kMinute) + " minutes";
  return seconds < kDay ? fixed(seconds / kHour) + " hours" : fixed(seconds / kDay) + " days";
}

// A bar of eighths of a cell; `share` from 0 to 1.
std::string bar(double share, std::size_t cells) {
  constexpr std::array kParts = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto eighths = static_cast<std::size_t>(
      std::lround(std::clamp(share, 0.0, 1.0) * static_cast<double>(cells) * 8));
  std::string text;
  for (std::size_t i = 0; i < eighths / 8; ++i)
    text += "█";
  text += kParts[eighths % 8];
  const auto used = eighths / 8 + (eighths % 8 != 0 ? 1 : 0);
  for (std::size_t i = used; i < cells; ++i)
    text += "░";
  return text;
}

// The counts of a row of columns as heights of one line.
std::string sparkline(const std::vector<std::uint64_t>& counts) {
  constexpr std::array kHeights = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const auto most = std::ranges::max(counts);
  std::string text;
  for (const auto count : counts)
    text += count == 0 ? "·" : kHeights[(count * kHeights.size() - 1) / most];
  return text;
}

class Report {
 public:
  explicit Report(const examine::Examination& examination)
      : file_(examination.dossier->file),
        screened_(examination.dossier->screened),
        options_(examination.options),
        found_(examination.found) {}

  void print() const {
    print_head();
    print_score("value", found_.value, "amounts out of the ordinary");
    print_score("transfers", found_.transfers, "hurried");
    print_score("hiding", found_.hiding, "received and passed on");
    print_score("relation", found_.relation, "with the sanctioned");
    print_activity();
    print_amounts();
    print_value();
    print_hurry();
    print_hiding();
    print_relation();
  }

 private:
  std::string amount(const anomaly::Row& row) const {
    const auto& token = file_.tokens[row.token];
    auto text = token.decimals ? decimal_text(row.value, *token.decimals)
                               : row.value.to_decimal() + " units";
    return text + " " + (token.symbol.empty() ? token.asset : printable(token.symbol));
  }
  std::string name(std::uint32_t account) const {
    return file_.accounts[account].empty() ? "nobody known" : file_.accounts[account];
  }
  void print_row(std::uint32_t number, const std::string& why) const {
    const auto& row = file_.rows[number];
    const bool in = row.to == 0;
    const auto time = file_.time_of(number);
    std::cout << "  " << (time ? time_text(*time) : "time not known")
              << (in ? "  in   " : "  out  ") << amount(row) << (in ? " from " : " to ")
              << name(in ? row.from : row.to) << (why.empty() ? "" : "  ") << why << "\n    "
              << file_.transaction_text(file_.transactions[number]) << '\n';
  }
  static void print_more(std::size_t all, const char* what) {
    if (all > kRowsShown)
      std::cout << "  … " << grouped(all - kRowsShown) << " more " << what << " (--json)\n";
  }
  void print_head() const;
  void print_score(const char* test, const Outcome& outcome, const char* what) const;
  void print_activity() const;
  void print_amounts() const;
  void print_value() const;
  void print_hurry() const;
  void print_hiding() const;
  void print_relation() const;

  const examine::CaseFile& file_;
  const examine::Screened& screened_;
  const anomaly::Options& options_;
  const anomaly::Anomalies& found_;
};

void Report::print_head() const {
  std::cout << file_.address << " on " << file_.chain << ": "
            << counted(file_.rows.size(), "transfer");
  if (const auto first = file_.first_time())
    std::cout << ", " << time_text(*first) << " to " << time_text(*file_.last_time());
  std::cout << '\n';
  const auto& extent = file_.extent;
  if (!extent.complete) std::cout << "NOT COMPLETE: " << printable(extent.missing) << '\n';
  for (const auto& note : extent.notes)
    std::cout << "  " << printable(note) << '\n';
  std::cout << '\n';
  if (found_.danger_score)
    std::cout << "danger     " << bar(*found_.danger_score / 100, kBarCells) << "  "
              << fixed(*found_.danger_score) << " of 100 (weighted sum "
              << fixed(found_.weighted_sum) << ")\n";
  else
    std::cout << "danger     no score: the tests that ran weigh nothing\n";
}

void Report::print_score(const char* test, const Outcome& outcome, const char* what) const {
  char head[32];
  std::snprintf(head, sizeof head, "%-10s", test);
  std::cout << head << ' ';
  if (outcome.not_run) {
    std::cout << "did not run: " << printable(*outcome.not_run) << '\n';
    return;
  }
  std::cout << bar(outcome.score / 100, kBarCells) << "  " << fixed(outcome.score) << " x "
            << fixed(outcome.coefficient, 2) << "  " << grouped(outcome.rows.size()) << " of "
            << grouped(outcome.total) << ' ' << what << '\n';
}

// Transfers in equal parts of the history's time, received above and sent below.
void Report::print_activity() const {
  constexpr std::size_t kColumns = 48;
  if (file_.rows.size() < 2 || !file_.untimed.empty()) return;
  const auto first = file_.rows.front().time;
  const auto span = static_cast<double>(file_.rows.back().time - first) + 1;
  std::vector<std::uint64_t> in(kColumns), out(kColumns);
  for (const auto& row : file_.rows) {
    const auto column = static_cast<std::size_t>(static_cast<double>(row.time - first) / span *
                                                 static_cast<double>(kColumns));
    ++(row.to == 0 ? in : out)[std::min(column, kColumns - 1)];
  }
  std::cout << "\nactivity   in  " << sparkline(in) << "\n           out " << sparkline(out)
            << "\n           each column " << span_text(span / kColumns) << '\n';
}

// Of the token that most rows are of, how many amounts lie between which powers of ten.
void Report::print_amounts() const {
  if (file_.rows.empty()) return;
  const auto most = static_cast<std::uint32_t>(
      std::ranges::max_element(found_.value.tokens, {}, &anomaly::Spread::rows) -
      found_.value.tokens.begin());
  const auto& token = file_.tokens[most];
  std::map<int, std::uint64_t> buckets;
  std::uint64_t highest = 0;
  for (const auto& row : file_.rows) {
    if (row.token != most || row.value.is_zero()) continue;
    const auto digits = static_cast<int>(row.value.to_decimal().size()) - 1;
    highest = std::max(highest, ++buckets[digits - token.decimals.value_or(0)]);
  }
  if (buckets.empty()) return;
  std::cout << "\namounts    of " << (token.symbol.empty() ? token.asset : printable(token.symbol))
            << '\n';
  for (auto power = buckets.begin()->first; power <= buckets.rbegin()->first; ++power) {
    const auto count = buckets.contains(power) ? buckets[power] : 0;
    char head[32];
    std::snprintf(head, sizeof head, "  from 1e%-4d", power);
    std::cout << head << bar(static_cast<double>(count) / static_cast<double>(highest), kBarCells)
              << "  " << grouped(count) << '\n';
  }
}

void Report::print_value() const {
  const auto& test = found_.value;
  if (test.rows.empty()) return;
  std::cout << "\nvalue: beyond Z " << fixed(options_.minimum_threshold) << " to "
            << fixed(options_.maximum_threshold) << ", the furthest\n";
  std::vector<std::size_t> order(test.rows.size());
  for (std::size_t i = 0; i < order.size(); ++i)
    order[i] = i;
  const auto shown = std::min(order.size(), kRowsShown);
  std::ranges::partial_sort(order, order.begin() + static_cast<std::ptrdiff_t>(shown), {},
                            [&](std::size_t i) { return -std::abs(test.z[i]); });
  for (std::size_t i = 0; i < shown; ++i)
    print_row(test.rows[order[i]], "Z " + fixed(test.z[order[i]], 2));
  print_more(test.rows.size(), "rows");
}

void Report::print_hurry() const {
  const auto& test = found_.transfers;
  if (test.rows.empty()) return;
  std::cout << "\ntransfers: less than "
            << grouped(static_cast<std::uint64_t>(options_.time_difference))
            << " s after or before another in the same direction, the latest\n";
  const auto shown = std::min(test.rows.size(), kRowsShown);
  for (auto i = test.rows.size() - shown; i < test.rows.size(); ++i)
    print_row(test.rows[i], grouped(test.gap[i]) + " s");
  print_more(test.rows.size(), "rows");
}

void Report::print_hiding() const {
  const auto& test = found_.hiding;
  if (test.pairs.empty()) return;
  std::cout << "\nhiding: passed on, " << counted(test.senders, "original sender") << ", "
            << counted(test.accounts, "account") << " in all, the latest\n";
  const auto shown = std::min(test.pairs.size(), kRowsShown);
  for (auto i = test.pairs.size() - shown; i < test.pairs.size(); ++i) {
    const auto& pair = test.pairs[i];
    const auto &in = file_.rows[pair.received], &out = file_.rows[pair.sent];
    std::cout << "  " << time_text(in.time) << "  " << amount(in) << " from " << name(pair.sender)
              << "\n    after " << grouped(static_cast<std::uint64_t>(out.time - in.time))
              << " s on to " << name(pair.receiver) << ": " << amount(out) << "\n    "
              << file_.transaction_text(file_.transactions[pair.sent]) << '\n';
  }
  print_more(test.pairs.size(), "pairs");
}

void Report::print_relation() const {
  const auto& test = found_.relation;
  if (!test.subject_listed && test.counterparties.empty()) return;
  std::cout << "\nrelation: on sanctions lists\n";
  const auto print_listed = [&](std::uint32_t account, const std::string& dealings) {
    std::cout << "  " << name(account) << dealings << '\n';
    const auto found = screened_.listings.find(account);
    if (found == screened_.listings.end()) return;
    for (const auto& listing : found->second)
      std::cout << "    " << printable(listing.name) << " (" << printable(listing.list) << ")\n";
  };
  if (test.subject_listed) print_listed(0, ", the address itself");
  for (std::size_t i = 0; i < std::min(test.counterparties.size(), kRowsShown); ++i) {
    const auto& one = test.counterparties[i];
    print_listed(one.account, ": " + grouped(one.received_from) + " received, " +
                                  grouped(one.sent_to) + " sent");
  }
  print_more(test.counterparties.size(), "counterparties");
}

}  // namespace

Result<anomaly::Options> test_options(const AnomalyOptions& given) {
  auto options = given.tests;
  if (given.value_method == "robust")
    options.value_method = anomaly::ValueMethod::robust;
  else if (given.value_method != "standard")
    return fail(ErrorKind::usage,
                "--value-method is standard or robust, not " + printable(given.value_method));
  CLEW_CHECK(anomaly::check(options));
  return options;
}

ExitCode tell_anomalies(const Session& session, const examine::Examination& examination,
                        std::uint32_t transactions_max) {
  if (session.json)
    print_json(Json::parse(examine::write_answer(examination, transactions_max)));
  else
    Report(examination).print();
  return examination.dossier->file.extent.complete ? kOk : kData;
}

}  // namespace clew::app
