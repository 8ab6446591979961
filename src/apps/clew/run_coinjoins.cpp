// `clew coinjoins`.
#include <fstream>
#include <iostream>

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
  Report(bool json, const std::string& out) : json_(json) {
    if (out.empty()) return;
    path_ = out;
    file_.open(out, std::ios::binary);
    file_ << "txid,protocol,confidence\n";
  }
  void add(const Hash256& txid, const detect::CoinJoin& verdict) {
    ++counts_[std::string(detect::name(verdict.protocol))];
    if (!path_.empty()) {
      file_ << to_display(txid) << ',' << detect::name(verdict.protocol) << ','
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
    if (!path_.empty() && !file_.flush()) return fail(ErrorKind::io, "cannot write " + path_);
    if (json_) {
      Json document = {{"judged", judged}, {"counts", counts_}};
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
    return {};
  }

 private:
  bool json_;
  std::string path_;
  std::ofstream file_;
  Json list_ = Json::array();
  std::map<std::string, std::uint64_t> counts_;
};

Result<ExitCode> judge_file(const Session& session, const CoinJoinsOptions& options) {
  detect::TransactionLines lines(options.transactions);
  Report report(session.json, options.out);
  detect::LooseTransaction transaction;
  std::uint64_t judged = 0;
  for (;;) {
    CLEW_TRY(more, lines.next(transaction));
    if (!more) break;
    ++judged;
    // Every verdict: who hands in single transactions wants to see the doubtful ones too.
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
  Report report(session.json, options.out);
  for (const auto& found : detect::scan(snapshot))
    report.add(snapshot.txid(found.tx), found.verdict);
  CLEW_CHECK(report.finish(snapshot.tx_count(), snapshot_json(snapshot)));
  if (!session.json) print_untold(snapshot);
  return kOk;
}

}  // namespace clew::app
