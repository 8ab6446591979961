// `clew ingest bitcoin URL…`.
#include <iostream>

#include "apps/clew/count_text.h"
#include "apps/clew/follow_text.h"
#include "ingest/bitcoin_node/bitcoin_ledger.h"

namespace clew::app {

Result<ExitCode> ingest_bitcoin_node(const Session& session, const IngestOptions& given,
                                     const bitcoin::ChainParams* chain) {
  ingest::BitcoinSourceOptions options;
  options.chain = chain;
  options.pool = pool_options(given.live);
  options.rpc.client.stop = options.pool.stop;
  options.rpc.client.cookie_file = given.cookie_file;
  options.verbosity = given.verbosity;
  options.notices = given.notices;
  CLEW_TRY(source, ingest::BitcoinSource::open(given.paths, options));
  const auto& network = source->chain();
  const auto directory = session.chain_path(std::string(network.chain));
  CLEW_TRY(writer, ledger::Writer::open(directory, network));
  ingest::BitcoinLedger ledger(std::move(writer));
  ProgressBar bar("ingesting", "blocks");
  auto following = follow_options(given.live, bar, to_display);
  following.from = given.from_height;
  following.to = given.to_height;
  auto report = ingest::follow(*source, ledger, following);
  bar.finish();
  if (!report) return fail(std::move(report).error());
  if (session.json) {
    auto document = report_json(*report, to_display);
    document["network"] = std::string(network.network);
    document["directory"] = directory;
    document["nodes"] = nodes_json(source->report());
    document["left_out"] = source->left_out();
    print_json(document);
  } else {
    std::cout << counted(report->added, "block") << " added to " << directory << " ("
              << network.network << "): " << counted(report->transactions, "transaction") << '\n';
    print_report(*report, to_display);
    print_nodes(source->report(), source->left_out());
  }
  return tell_problems(*report, given.live.follow);
}

}  // namespace clew::app
