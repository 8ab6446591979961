// `clew path`.
#include <iostream>

#include "apps/clew/commands.h"
#include "apps/clew/money_text.h"
#include "apps/clew/origin.h"
#include "graph/trace_graph.h"

namespace clew::app {
namespace {

void print_paths(const Known& known, const graph::PathResult& result) {
  const auto& s = known.snapshot;
  std::uint32_t number = 0;
  for (const auto& path : result.paths) {
    std::cout << "path " << ++number << ": " << path.hops.size() - 1 << " transactions, at most "
              << amount_text(path.amount, s.chain()) << '\n';
    for (const auto& hop : path.hops)
      std::cout << "  " << to_display(s.txid(hop.created_by)) << "  "
                << amount_text(hop.value, s.chain()) << "  "
                << (hop.address == ledger::kNoAddress ? "(no address)"
                                                      : s.address_text(hop.address))
                << "  " << time_text(s.time_of(s.block_of_tx(hop.created_by))) << '\n';
  }
  if (result.paths.empty()) std::cout << "no path found\n";
  std::cout << "search: " << graph::name(result.search) << ", " << grouped(result.edges)
            << " edges looked at\n";
}

}  // namespace

Result<ExitCode> path(const Session& session, const PathOptions& given) {
  CLEW_TRY(known, Known::open(session, {}));
  const graph::LedgerFlow flow(known.snapshot);
  CLEW_TRY(from, parse_party(given.a, known));
  CLEW_TRY(to, parse_party(given.b, known));
  graph::PathOptions options;
  options.count = given.count;
  if (given.hops_max) options.hops_max = *given.hops_max;
  CLEW_TRY(result, graph::find_paths(flow, from, to, options));
  if (!session.json) {
    print_paths(known, result);
    return kOk;
  }
  Json document = {{"from", given.a},        {"to", given.b},
                   {"paths", Json::array()}, {"search", std::string(graph::name(result.search))},
                   {"edges", result.edges},  {"snapshot", snapshot_json(known.snapshot)}};
  for (const auto& found : result.paths)
    document["paths"].push_back(path_json(known.snapshot, found));
  print_json(document);
  return kOk;
}

}  // namespace clew::app
