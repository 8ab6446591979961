#include "apps/clew/follow_text.h"

#include <iostream>

#include "apps/clew/count_text.h"
#include "apps/clew/interrupt.h"
#include "labels/printable.h"

namespace clew::app {
namespace {

Json node_json(const ingest::NodeReport& node) {
  return {{"url", node.url},
          {"requests", node.requests},
          {"bytes", node.bytes},
          {"failures", node.failures},
          {"refusals", node.refusals},
          {"last_failure", node.last_failure},
          {"benched", node.bench ? Json(*node.bench) : Json(nullptr)}};
}

}  // namespace

bool is_url(std::string_view source) {
  return source.starts_with("http://") || source.starts_with("https://");
}

ingest::FollowOptions follow_options(const LiveOptions& given, ProgressBar& bar,
                                     HashText hash_text) {
  ingest::FollowOptions options;
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
  options.waiting = [](const std::string& text) {
    std::cerr << "clew: " << labels::printable(text) << '\n';
  };
  options.reorganised = [hash_text](const ingest::Reorganisation& event) {
    std::cerr << "clew: reorganisation from block " << event.from << ": "
              << counted(event.removed, "block") << " replaced, new tip "
              << hash_text(event.new_tip) << '\n';
  };
  return options;
}

ingest::PoolOptions pool_options(const LiveOptions& given) {
  ingest::PoolOptions options;
  options.patience_seconds = given.patience_seconds;
  options.stop = &interrupted_flag();
  return options;
}

Json report_json(const ingest::FollowReport& report, const HashText& hash_text) {
  Json document = {{"added", report.added},
                   {"already_there", report.already_there},
                   {"unwound", report.unwound},
                   {"reorganisations", report.reorganisations},
                   {"deepest_reorganisation", report.deepest},
                   {"transactions", report.transactions},
                   {"bytes", report.bytes},
                   {"stalls", report.stalls},
                   {"seconds", report.seconds},
                   {"interrupted", report.interrupted},
                   {"tip", nullptr},
                   {"problems", report.problems}};
  if (report.tip)
    document["tip"] = {{"height", report.tip->height}, {"hash", hash_text(report.tip->hash)}};
  return document;
}

Json nodes_json(const std::vector<ingest::NodeReport>& nodes) {
  auto list = Json::array();
  for (const auto& node : nodes)
    list.push_back(node_json(node));
  return list;
}

void print_report(const ingest::FollowReport& report, const HashText& hash_text) {
  if (report.already_there > 0)
    std::cout << "  " << counted(report.already_there, "was there already", "were there already")
              << '\n';
  if (report.reorganisations > 0)
    std::cout << "  " << counted(report.reorganisations, "reorganisation") << ", "
              << counted(report.unwound, "block") << " removed, the deepest " << report.deepest
              << '\n';
  if (report.tip)
    std::cout << "  tip: block " << report.tip->height << ", " << hash_text(report.tip->hash)
              << '\n';
  if (report.interrupted) std::cout << "Interrupted; the same command goes on from here.\n";
}

void print_nodes(const std::vector<ingest::NodeReport>& nodes,
                 const std::vector<std::string>& left_out) {
  for (const auto& node : nodes)
    if (node.bench)
      std::cout << "  " << node.url << " is not to be believed: " << labels::printable(*node.bench)
                << '\n';
  for (const auto& reason : left_out)
    std::cout << "  " << labels::printable(reason) << '\n';
}

std::string rate_text(double transactions_per_second) {
  return grouped(static_cast<std::uint64_t>(transactions_per_second)) + " transactions/s";
}

// Following ends by being interrupted, and nothing is missing then.
ExitCode tell_problems(const ingest::FollowReport& report, bool following) {
  for (const auto& problem : report.problems)
    std::cerr << "clew: " << labels::printable(problem) << '\n';
  // Whoever follows ends it by an interrupt, whatever the nodes were at just then.
  const bool whole = following ? report.interrupted || report.problems.empty()
                               : !report.interrupted && report.problems.empty();
  return whole ? kOk : kData;
}

}  // namespace clew::app
