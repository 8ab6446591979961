// `clew ingest bitcoin`.
#include <cstdio>
#include <iostream>

#include "apps/clew/commands.h"
#include "apps/clew/count_text.h"
#include "apps/clew/follow_text.h"
#include "apps/clew/interrupt.h"
#include "apps/clew/progress.h"
#include "ingest/ingest.h"
#include "labels/printable.h"

namespace clew::app {
namespace {

std::string megabytes_text(double bytes_per_second) {
  char text[32];
  std::snprintf(text, sizeof text, "%.0f MB/s", bytes_per_second / 1e6);
  return text;
}

std::string network_of(const ingest::IngestReport& report) {
  return report.chain != nullptr ? std::string(report.chain->network) : "unknown network";
}

Json report_json(const ingest::IngestReport& report) {
  Json document = {{"network", network_of(report)},
                   {"directory", report.directory},
                   {"blocks_read", report.blocks_read},
                   {"added", report.added},
                   {"already_there", report.already_there},
                   {"copies", report.copies},
                   {"stale", report.stale},
                   {"left_out", report.left_out},
                   {"refused", report.refused},
                   {"not_stored", report.not_stored},
                   {"unwound", report.unwound},
                   {"bytes", report.bytes},
                   {"transactions", report.transactions},
                   {"seconds", report.seconds},
                   {"interrupted", report.interrupted},
                   {"tip", nullptr},
                   {"notes", report.notes},
                   {"problems", Json::array()}};
  if (report.tip)
    document["tip"] = {{"height", report.tip->height}, {"hash", to_display(report.tip->hash)}};
  for (const auto& problem : report.problems)
    document["problems"].push_back(
        {{"file", problem.file},
         {"offset", problem.offset ? Json(*problem.offset) : Json(nullptr)},
         {"reason", problem.reason}});
  return document;
}

void print_report(const ingest::IngestReport& report) {
  // What follows the number of blocks: of one of them, of several.
  const auto say = [](std::uint64_t count, const char* one, const char* many) {
    if (count > 0) std::cout << "  " << counted(count, one, many) << '\n';
  };
  std::cout << counted(report.added, "block") << " added to " << report.directory << " ("
            << network_of(report) << "): " << counted(report.transactions, "transaction") << ", "
            << counted(report.bytes, "byte");
  if (report.seconds > 0)
    std::cout << ", " << megabytes_text(static_cast<double>(report.bytes) / report.seconds);
  std::cout << '\n';
  say(report.already_there, "was there already", "were there already");
  say(report.copies, "was a copy of another one given", "were copies of others given");
  say(report.stale, "is stale: not on the branch with most work",
      "are stale: not on the branch with most work");
  say(report.left_out, "left out by height", "left out by height");
  say(report.unwound, "removed: another branch has more work",
      "removed: another branch has more work");
  say(report.refused, "refused", "refused");
  say(report.not_stored, "is good but not stored", "are good but not stored");
  if (report.tip)
    std::cout << "  tip: height " << report.tip->height << ", " << to_display(report.tip->hash)
              << '\n';
  for (const auto& note : report.notes)
    std::cout << "  " << labels::printable(note) << '\n';
  if (report.interrupted) std::cout << "Interrupted; the same command goes on from here.\n";
}

}  // namespace

Result<ExitCode> ingest(const Session& session, const IngestOptions& given) {
  if (given.from_height && given.to_height && *given.from_height > *given.to_height)
    return fail(ErrorKind::usage, "--from-height " + std::to_string(*given.from_height) +
                                      " is above --to-height " + std::to_string(*given.to_height));
  ingest::IngestOptions options;
  if (!given.network.empty()) {
    options.chain = bitcoin::find_chain(given.network);
    if (options.chain == nullptr) {
      std::string known;
      for (const auto& chain : bitcoin::all_chains())
        known += (known.empty() ? "" : ", ") + std::string(chain.network);
      return fail(ErrorKind::usage, "unknown network '" + given.network + "'; there are " + known);
    }
  }
  if (is_url(given.paths.front())) return ingest_bitcoin_node(session, given, options.chain);
  options.from_height = given.from_height;
  options.to_height = given.to_height;
  options.stop = &interrupted_flag();
  ProgressBar bar("ingesting", "blocks"), scan("reading headers", "bytes");
  options.progress = [&](const ingest::IngestProgress& p) {
    if (p.phase == ingest::IngestProgress::Phase::indexing)
      scan.show(p.bytes_done, p.bytes_total);
    else
      bar.show(p.blocks_done, p.blocks_total,
               "height " + std::to_string(p.height) + "  " + megabytes_text(p.bytes_per_second));
  };
  auto report = ingest::ingest_bitcoin(session.directory, given.paths, options);
  scan.finish();
  bar.finish();
  if (!report) return fail(std::move(report).error());
  if (session.json)
    print_json(report_json(*report));
  else
    print_report(*report);
  for (const auto& problem : report->problems)
    std::cerr << "clew: " << labels::printable(ingest::to_text(problem)) << '\n';
  return report->problems.empty() && !report->interrupted ? kOk : kData;
}

}  // namespace clew::app
