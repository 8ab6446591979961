// `clew ingest evm`.
#include <cstdio>
#include <iostream>

#include "apps/clew/account_view.h"
#include "apps/clew/commands.h"
#include "apps/clew/count_text.h"
#include "apps/clew/interrupt.h"
#include "apps/clew/progress.h"
#include "ingest/evm/evm_ledger.h"
#include "ingest/evm/evm_source.h"
#include "ingest/live/follow.h"
#include "labels/printable.h"

namespace clew::app {
namespace {

using ingest::FollowReport;
using ingest::TraceMethod;

Result<TraceMethod> parse_traces(const std::string& text) {
  if (text == "auto") return TraceMethod::automatic;
  if (text == "trace") return TraceMethod::trace;
  if (text == "debug") return TraceMethod::debug;
  if (text == "none") return TraceMethod::none;
  return fail(ErrorKind::usage, "'" + labels::printable(text) +
                                    "' is no way to trace; there are auto, trace, debug, "
                                    "none");
}

std::string traces_text(TraceMethod method) {
  switch (method) {
    case TraceMethod::trace:
      return "trace_block";
    case TraceMethod::debug:
      return "callTracer";
    default:
      return "none";
  }
}

// "12,345 transactions/s"
std::string rate_text(double per_second) {
  return grouped(static_cast<std::uint64_t>(per_second)) + " transactions/s";
}

Json node_json(const ingest::NodeReport& node) {
  return {{"url", node.url},
          {"requests", node.requests},
          {"bytes", node.bytes},
          {"failures", node.failures},
          {"refusals", node.refusals},
          {"last_failure", node.last_failure},
          {"benched", node.bench ? Json(*node.bench) : Json(nullptr)}};
}

Json notes_json(const evm::TransferNotes& notes) {
  return {{"malformed_logs", notes.malformed_logs},
          {"outcomes_unknown", notes.outcomes_unknown},
          {"blob_fees_unknown", notes.blob_fees_unknown},
          {"blob_prices_disputed", notes.blob_prices_disputed},
          {"uncles_unknown", notes.uncles_unknown}};
}

Json report_json(const ingest::EvmSource& source, const ingest::EvmLedger& ledger,
                 const FollowReport& report) {
  Json document = {{"network", network_name(source.chain().chain_id)},
                   {"traces", traces_text(source.traces())},
                   {"added", report.added},
                   {"already_there", report.already_there},
                   {"unwound", report.unwound},
                   {"reorganisations", report.reorganisations},
                   {"deepest_reorganisation", report.deepest},
                   {"transactions", report.transactions},
                   {"transfers", ledger.transfers()},
                   {"bytes", report.bytes},
                   {"stalls", report.stalls},
                   {"seconds", report.seconds},
                   {"interrupted", report.interrupted},
                   {"tip", nullptr},
                   {"notes", notes_json(ledger.notes())},
                   {"nodes", Json::array()},
                   {"left_out", source.left_out()},
                   {"problems", report.problems}};
  if (report.tip)
    document["tip"] = {{"height", report.tip->height}, {"hash", evm::to_text(report.tip->hash)}};
  for (const auto& node : source.report())
    document["nodes"].push_back(node_json(node));
  return document;
}

void print_report(const ingest::EvmSource& source, const ingest::EvmLedger& ledger,
                  const FollowReport& report) {
  std::cout << counted(report.added, "block") << " of " << source.chain().name
            << " added: " << counted(report.transactions, "transaction") << ", "
            << counted(ledger.transfers(), "transfer");
  if (report.seconds > 0)
    std::cout << ", " << rate_text(static_cast<double>(report.transactions) / report.seconds);
  std::cout << '\n';
  if (report.already_there > 0)
    std::cout << "  " << counted(report.already_there, "was there already", "were there already")
              << '\n';
  if (report.reorganisations > 0)
    std::cout << "  " << counted(report.reorganisations, "reorganisation") << ", "
              << counted(report.unwound, "block") << " removed, the deepest " << report.deepest
              << '\n';
  if (source.traces() == TraceMethod::none)
    std::cout << "  without internal transfers: no traces were asked for, or no node has them\n";
  if (report.tip)
    std::cout << "  tip: block " << report.tip->height << ", " << evm::to_text(report.tip->hash)
              << '\n';
  for (const auto& node : source.report())
    if (node.bench)
      std::cout << "  " << node.url << " is not to be believed: " << labels::printable(*node.bench)
                << '\n';
  for (const auto& reason : source.left_out())
    std::cout << "  " << labels::printable(reason) << '\n';
  if (report.interrupted) std::cout << "Interrupted; the same command goes on from here.\n";
}

// Chains for development stand for Ethereum.
std::string ledger_name(const evm::ChainParams& chain) {
  const auto* known = evm::find_chain(chain.chain_id);
  const bool for_development = known == nullptr || known->name.starts_with("dev-");
  return for_development ? "ethereum" : chain.name;
}

ingest::FollowOptions follow_options(const IngestEvmOptions& given, ProgressBar& bar) {
  ingest::FollowOptions options;
  options.from = given.from;
  options.to = given.to;
  options.follow = given.follow;
  options.reorganisation_max = given.reorganisation_max;
  options.poll_seconds = given.poll_seconds;
  options.stop = &interrupted_flag();
  options.progress = [&bar](const ingest::FollowProgress& p) {
    if (p.blocks_total > 0)
      bar.show(p.blocks_done, p.blocks_total,
               "block " + std::to_string(p.number) + "  " + rate_text(p.transactions_per_second));
  };
  options.alarm = [](const std::string& text) {
    std::cerr << "clew: alarm: " << labels::printable(text) << '\n';
  };
  options.reorganised = [](const ingest::Reorganisation& event) {
    std::cerr << "clew: reorganisation from block " << event.from << ": "
              << counted(event.removed, "block") << " replaced, new tip "
              << evm::to_text(event.new_tip) << '\n';
  };
  return options;
}

}  // namespace

Result<ExitCode> ingest_evm(const Session& session, const IngestEvmOptions& given) {
  if (given.from && given.to && *given.from > *given.to)
    return fail(ErrorKind::usage, "--from " + std::to_string(*given.from) + " is above --to " +
                                      std::to_string(*given.to));
  ingest::EvmSourceOptions options;
  CLEW_TRY(method, parse_traces(given.traces));
  options.traces = method;
  for (const auto& text : given.wrapped) {
    CLEW_TRY(contract, parse_account(text));
    options.wrapped_coins.push_back(contract);
  }
  options.pool.patience_seconds = given.patience_seconds;
  options.pool.stop = &interrupted_flag();
  options.rpc.client.stop = &interrupted_flag();
  CLEW_TRY(source, ingest::EvmSource::open(given.urls, options));
  const auto name = given.name.empty() ? ledger_name(source->chain()) : given.name;
  CLEW_TRY(writer,
           account::Writer::open(session.chain_path(name), network_name(source->chain().chain_id)));
  ingest::EvmLedger ledger(std::move(writer));
  ProgressBar bar("ingesting", "blocks");
  auto report = ingest::follow(*source, ledger, follow_options(given, bar));
  bar.finish();
  if (!report) return fail(std::move(report).error());
  if (session.json)
    print_json(report_json(*source, ledger, *report));
  else
    print_report(*source, ledger, *report);
  for (const auto& problem : report->problems)
    std::cerr << "clew: " << labels::printable(problem) << '\n';
  // Following ends by being interrupted, and nothing is missing then.
  const bool whole = report->problems.empty() && (given.follow || !report->interrupted);
  return whole ? kOk : kData;
}

}  // namespace clew::app
