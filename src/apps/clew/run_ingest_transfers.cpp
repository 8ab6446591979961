// `clew ingest transfers`.
#include <iostream>

#include "apps/clew/account_view.h"
#include "apps/clew/commands.h"
#include "apps/clew/count_text.h"
#include "apps/clew/interrupt.h"
#include "apps/clew/progress.h"
#include "ingest/transfers/import_lists.h"
#include "ingest/transfers/list_values.h"
#include "labels/printable.h"

namespace clew::app {
namespace {

using ingest::ListImportReport;

// The network of a ledger that is there, else of the chain that the name means; 0 stands for none.
std::string network_of(const Session& session, const IngestTransfersOptions& given) {
  if (auto there = account::Snapshot::open(session.chain_path(session.chain)))
    return there->network();
  const auto* known = evm::find_chain(session.chain);
  return evm::network_name(given.chain_id.value_or(known != nullptr ? known->chain_id : 0));
}

Result<ingest::ListImportOptions> options_of(const Session& session,
                                             const IngestTransfersOptions& given) {
  if (session.chain.empty()) return fail(ErrorKind::usage, "--chain NAME says into which ledger");
  CLEW_CHECK(check_account_chain_name(session.chain));
  ingest::ListImportOptions options;
  options.network = network_of(session, given);
  const auto id = evm::chain_id_of(options.network);
  if (!id) return fail(ErrorKind::usage, "the ledger " + session.chain + " is not one of accounts");
  CLEW_TRY(map, ingest::ListMap::parse(given.map));
  options.map = std::move(map);
  auto& rows = options.rows;
  const auto chain = evm::chain_params(*id);
  rows.coin = chain.coin;
  rows.decimals = given.decimals;
  rows.by_time = given.by_time;
  rows.payee_needed = chain.address_form == evm::AddressForm::tron;
  rows.asset = given.asset;
  if (ingest::parse_list_account(given.asset))
    CLEW_CHECK(parse_account(chain, given.asset).map([](const auto&) {}));
  options.stop = &interrupted_flag();
  return options;
}

Json document_of(const Session& session, const std::string& network,
                 const ListImportReport& report) {
  Json document = {{"network", network},
                   {"directory", session.chain_path(session.chain)},
                   {"files", Json::array()},
                   {"added", report.added},
                   {"already_there", report.already_there},
                   {"empty_blocks", report.empty_blocks},
                   {"transactions", report.transactions},
                   {"transfers", report.transfers},
                   {"repeated", report.repeated},
                   {"without_value", report.without_value},
                   {"failed", report.failed},
                   {"blocks_without_time", report.blocks_without_time},
                   {"numbering", report.by_time ? "time" : "blocks"},
                   {"made_up_assets", Json::array()},
                   {"problems", report.problems},
                   {"problem_count", report.problem_count},
                   {"tip", nullptr}};
  for (const auto& file : report.files)
    document["files"].push_back(
        {{"file", file.path}, {"rows", file.rows}, {"passed_over", file.passed_over}});
  for (const auto& name : report.made_up_assets)
    document["made_up_assets"].push_back(
        {{"name", name}, {"contract", evm::to_text(ingest::made_up_contract(name))}});
  if (report.tip)
    document["tip"] = {{"height", report.tip->height}, {"hash", evm::to_text(report.tip->hash)}};
  return document;
}

void print(const ListImportReport& report) {
  std::cout << counted(report.added, "block")
            << " added: " << counted(report.transactions, "transaction") << ", "
            << counted(report.transfers, "transfer") << "; " << grouped(report.already_there)
            << " were there already\n";
  const auto line = [](std::uint64_t count, const char* what) {
    if (count > 0) std::cout << "  " << grouped(count) << ' ' << what << '\n';
  };
  line(report.empty_blocks, "of them are empty, between others");
  line(report.repeated, "rows say again what others do");
  line(report.without_value, "rows move nothing");
  line(report.failed, "rows are of what failed");
  line(report.blocks_without_time, "blocks have no time: no row tells it");
  if (report.by_time) std::cout << "  no blocks are told: they are numbered in order of time\n";
  for (const auto& name : report.made_up_assets)
    std::cout << "  asset " << labels::printable(name) << " stands as contract "
              << evm::to_text(ingest::made_up_contract(name)) << '\n';
}

}  // namespace

Result<ExitCode> ingest_transfers(const Session& session, const IngestTransfersOptions& given) {
  CLEW_TRY(options, options_of(session, given));
  ProgressBar bar("reading", "files");
  options.progress = [&](std::size_t files, std::uint64_t rows) {
    bar.show(files, given.files.size(), grouped(rows) + " rows");
  };
  auto report = ingest::import_lists(given.files, session.chain_path(session.chain), options);
  bar.finish();
  if (!report) return fail(std::move(report).error());
  if (session.json)
    print_json(document_of(session, options.network, *report));
  else if (report->problem_count == 0)
    print(*report);
  for (const auto& text : report->problems)
    std::cerr << "clew: " << labels::printable(text) << '\n';
  if (report->problem_count > report->problems.size())
    std::cerr << "clew: and " << grouped(report->problem_count - report->problems.size())
              << " more\n";
  if (report->problem_count > 0) std::cerr << "clew: nothing was stored\n";
  return report->problem_count > 0 ? kData : kOk;
}

}  // namespace clew::app
