// `clew ingest tron`.
#include <algorithm>
#include <iostream>

#include "apps/clew/account_view.h"
#include "apps/clew/commands.h"
#include "apps/clew/count_text.h"
#include "apps/clew/environment.h"
#include "apps/clew/follow_text.h"
#include "ingest/tron_node/tron_files.h"
#include "ingest/tron_node/tron_source.h"

namespace clew::app {
namespace {

using ingest::AccountLedger;
using ingest::FollowReport;
using ingest::TronSource;

// A provider's key, which may not stand on a command line.
Result<void> add_key(net::Headers& headers) {
  CLEW_TRY(key, variable("CLEW_TRON_API_KEY"));
  if (!key.empty()) headers.push_back({"TRON-PRO-API-KEY", key});
  return {};
}

std::string tron_hash_text(const Hash256& hash) {
  return to_hex(hash);
}

Json document_of(const AccountLedger& ledger, const FollowReport& report) {
  auto document = report_json(report, tron_hash_text);
  document["network"] = evm::network_name(evm::find_chain("tron")->chain_id);
  document["transfers"] = ledger.transfers();
  return document;
}

void print(const AccountLedger& ledger, const FollowReport& report) {
  std::cout << counted(report.added, "block")
            << " of tron added: " << counted(report.transactions, "transaction") << ", "
            << counted(ledger.transfers(), "transfer");
  if (report.seconds > 0)
    std::cout << ", " << rate_text(static_cast<double>(report.transactions) / report.seconds);
  std::cout << '\n';
  print_report(report, tron_hash_text);
}

Result<AccountLedger> open_ledger(const Session& session, const IngestTronOptions& given) {
  CLEW_TRY(writer, account::Writer::open(session.chain_path(given.name),
                                         evm::network_name(evm::find_chain("tron")->chain_id)));
  return AccountLedger(std::move(writer));
}

Result<ExitCode> ingest_nodes(const Session& session, const IngestTronOptions& given,
                              const ingest::FollowOptions& following, ProgressBar& bar) {
  ingest::TronSourceOptions options;
  options.pool = pool_options(given.live);
  options.rpc.client.stop = options.pool.stop;
  CLEW_CHECK(add_key(options.rpc.client.headers));
  CLEW_TRY(source, TronSource::open(given.sources, options));
  CLEW_TRY(ledger, open_ledger(session, given));
  auto report = ingest::follow(*source, ledger, following);
  bar.finish();
  if (!report) return fail(std::move(report).error());
  if (session.json) {
    auto document = document_of(ledger, *report);
    document["nodes"] = nodes_json(source->report());
    print_json(document);
  } else {
    print(ledger, *report);
    print_nodes(source->report(), {});
  }
  return tell_problems(*report, given.live.follow);
}

Json files_json(const ingest::TronFilesReport& report) {
  auto list = Json::array();
  for (const auto& file : report.files)
    list.push_back({{"file", file.path}, {"blocks", file.blocks}, {"infos", file.infos}});
  return list;
}

Result<ExitCode> ingest_files(const Session& session, const IngestTronOptions& given,
                              const ingest::FollowOptions& following, ProgressBar& bar) {
  if (given.live.follow) return fail(ErrorKind::usage, "--follow is for nodes, not for files");
  CLEW_TRY(ledger, open_ledger(session, given));
  auto report = ingest::ingest_tron_files(given.sources, ledger, following);
  bar.finish();
  if (!report) return fail(std::move(report).error());
  if (session.json) {
    auto document = document_of(ledger, report->follow);
    document["stale"] = report->stale;
    document["files"] = files_json(*report);
    print_json(document);
  } else {
    print(ledger, report->follow);
    if (report->stale > 0)
      std::cout << "  " << counted(report->stale, "block") << " of other branches left out\n";
  }
  return tell_problems(report->follow, false);
}

}  // namespace

Result<ExitCode> ingest_tron(const Session& session, const IngestTronOptions& given) {
  if (given.from && given.to && *given.from > *given.to)
    return fail(ErrorKind::usage, "--from " + std::to_string(*given.from) + " is above --to " +
                                      std::to_string(*given.to));
  CLEW_CHECK(check_account_chain_name(given.name));
  const auto nodes = std::count_if(given.sources.begin(), given.sources.end(), is_url);
  if (nodes > 0 && static_cast<std::size_t>(nodes) < given.sources.size())
    return fail(ErrorKind::usage, "nodes and files do not come together: one after the other");
  ProgressBar bar("ingesting", "blocks");
  auto following = follow_options(given.live, bar, tron_hash_text);
  following.from = given.from;
  following.to = given.to;
  return (nodes > 0 ? ingest_nodes : ingest_files)(session, given, following, bar);
}

}  // namespace clew::app
