// `clew coinjoins`.
#include <fstream>
#include <iostream>
#include <sstream>

#include "apps/clew/commands.h"
#include "apps/clew/completeness.h"
#include "apps/clew/count_text.h"
#include "detect/coinjoin_lines.h"
#include "detect/coinjoin_scan.h"

namespace clew::app {
namespace {

// One table of verdicts: to a CSV file, as JSON, or as text.
class Report {
 public:
  Report(bool json, const std::string& out, int confidence_min)
      : json_(json), path_(out), confidence_min_(confidence_min) {}
  void add(const Hash256& txid, const detect::CoinJoin& verdict) {
    if (verdict.confidence < confidence_min_) {
      ++left_out_;
      return;
    }
    ++counts_[std::string(detect::name(verdict.protocol))];
    if (!path_.empty()) {
      table_ << to_display(txid) << ',' << detect::name(verdict.protocol) << ','
             << verdict.confidence << '\n';
    } else if (json_) {
      list_.push_back({{"txid", to_display(txid)},
                       {"protocol", std::string(detect::name(verdict.protocol))},
                       {"confidence", verdict.confidence},
                       {"participants", verdict.participants},
                       {"denomination", verdict.denomination},
                       {"rule", std::string(verdict.rule)},
                       {"reason", verdict.reason}});
    } else {
      std::cout << to_display(txid) << "  " << detect::name(verdict.protocol) << "  "
                << verdict.confidence << "  " << verdict.reason << '\n';
    }
  }
  Result<void> finish(std::uint64_t judged, const Json& snapshot) {
    if (!path_.empty()) CLEW_CHECK(write_table());
    if (json_) {
      Json document = {{"judged", judged},
                       {"min_confidence", confidence_min_},
                       {"counts", counts_},
                       {"left_out", left_out_}};
      if (path_.empty()) document["coinjoins"] = list_;
      if (!snapshot.is_null()) document["snapshot"] = snapshot;
      print_json(document);
      return {};
    }
    std::uint64_t found = 0;
    for (const auto& [protocol, count] : counts_)
      found += count;
    std::cout << counted(found, "CoinJoin") << " among " << counted(judged, "transaction");
    for (const auto& [protocol, count] : counts_)
      std::cout << (protocol == counts_.begin()->first ? ": " : ", ") << protocol << ' '
                << grouped(count);
    std::cout << '\n';
    if (left_out_ > 0)
      std::cout << grouped(left_out_) << " more of confidence below " << confidence_min_
                << (left_out_ == 1 ? " is" : " are") << " left out (--min-confidence)\n";
    return {};
  }

 private:
  // Only when all is judged: a file that is there stays as it is if something fails before.
  Result<void> write_table() {
    std::ofstream file(path_, std::ios::binary);
    file << "txid,protocol,confidence\n" << table_.str();
    if (!file.flush()) return fail(ErrorKind::io, "cannot write " + path_);
    return {};
  }

  bool json_;
  std::string path_;
  int confidence_min_;
  std::uint64_t left_out_ = 0;
  std::ostringstream table_;
  Json list_ = Json::array();
  std::map<std::string, std::uint64_t> counts_;
};

Result<ExitCode> judge_file(const Session& session, const CoinJoinsOptions& options) {
  detect::TransactionLines lines(options.transactions);
  // Who hands in single transactions wants to see the doubtful verdicts too.
  Report report(session.json, options.out, options.confidence_min.value_or(0));
  detect::LooseTransaction transaction;
  std::uint64_t judged = 0;
  for (;;) {
    CLEW_TRY(more, lines.next(transaction));
    if (!more) break;
    ++judged;
    if (const auto verdict = detect::recognise(transaction.shape))
      report.add(transaction.txid, *verdict);
  }
  CLEW_CHECK(report.finish(judged, nullptr));
  return kOk;
}

}  // namespace

Result<ExitCode> coinjoins(const Session& session, const CoinJoinsOptions& options) {
  if (!options.transactions.empty()) return judge_file(session, options);
  CLEW_TRY(snapshot, session.snapshot());
  Report report(session.json, options.out, options.confidence_min.value_or(detect::kDoubtful));
  for (const auto& found : detect::scan(snapshot, {.confidence_min = 0}))
    report.add(snapshot.txid(found.tx), found.verdict);
  CLEW_CHECK(report.finish(snapshot.tx_count(), snapshot_json(snapshot)));
  if (!session.json) print_untold(snapshot);
  return kOk;
}

}  // namespace clew::app
