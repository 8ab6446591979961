// `clew ingest tron`.
#include <cstdlib>
#include <iostream>

#include "apps/clew/account_view.h"
#include "apps/clew/commands.h"
#include "apps/clew/count_text.h"
#include "apps/clew/follow_text.h"
#include "ingest/tron_node/tron_source.h"

namespace clew::app {
namespace {

using ingest::AccountLedger;
using ingest::FollowReport;
using ingest::TronSource;

// A provider's key, which may not stand on a command line.
void add_key(net::Headers& headers) {
  const char* key = std::getenv("CLEW_TRON_API_KEY");
  if (key != nullptr && *key != '\0') headers.push_back({"TRON-PRO-API-KEY", key});
}

std::string tron_hash_text(const Hash256& hash) {
  return to_hex(hash);
}

Json document_of(const TronSource& source, const AccountLedger& ledger,
                 const FollowReport& report) {
  auto document = report_json(report, tron_hash_text);
  document["network"] = network_name(evm::find_chain("tron")->chain_id);
  document["transfers"] = ledger.transfers();
  document["nodes"] = nodes_json(source.report());
  return document;
}

void print(const TronSource& source, const AccountLedger& ledger, const FollowReport& report) {
  std::cout << counted(report.added, "block")
            << " of tron added: " << counted(report.transactions, "transaction") << ", "
            << counted(ledger.transfers(), "transfer");
  if (report.seconds > 0)
    std::cout << ", " << rate_text(static_cast<double>(report.transactions) / report.seconds);
  std::cout << '\n';
  print_report(report, tron_hash_text);
  print_nodes(source.report(), {});
}

}  // namespace

Result<ExitCode> ingest_tron(const Session& session, const IngestTronOptions& given) {
  if (given.from && given.to && *given.from > *given.to)
    return fail(ErrorKind::usage, "--from " + std::to_string(*given.from) + " is above --to " +
                                      std::to_string(*given.to));
  CLEW_CHECK(check_account_chain_name(given.name));
  ingest::TronSourceOptions options;
  options.pool = pool_options(given.live);
  options.rpc.client.stop = options.pool.stop;
  add_key(options.rpc.client.headers);
  CLEW_TRY(source, TronSource::open(given.urls, options));
  CLEW_TRY(writer, account::Writer::open(session.chain_path(given.name),
                                         network_name(evm::find_chain("tron")->chain_id)));
  AccountLedger ledger(std::move(writer));
  ProgressBar bar("ingesting", "blocks");
  auto following = follow_options(given.live, bar, tron_hash_text);
  following.from = given.from;
  following.to = given.to;
  auto report = ingest::follow(*source, ledger, following);
  bar.finish();
  if (!report) return fail(std::move(report).error());
  if (session.json)
    print_json(document_of(*source, ledger, *report));
  else
    print(*source, ledger, *report);
  return tell_problems(*report, given.live.follow);
}

}  // namespace clew::app
