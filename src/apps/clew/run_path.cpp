// `clew path`.
#include <iostream>

#include "apps/clew/account_view.h"
#include "apps/clew/commands.h"
#include "apps/clew/completeness.h"
#include "apps/clew/count_text.h"
#include "apps/clew/money_text.h"
#include "apps/clew/origin.h"
#include "apps/clew/path_account.h"
#include "graph/trace_graph.h"

namespace clew::app {
namespace {

void print_hop(const ledger::Snapshot& s, const graph::MoneyHop& hop) {
  const bool outside = hop.outside != ledger::kNone;
  const auto txid = outside ? s.outpoint(hop.outside).txid : s.txid(hop.created_by);
  const auto amount =
      hop.value == graph::kUnknownValue ? "unknown amount" : amount_text(hop.value, s.chain());
  std::cout << "  " << to_display(txid) << "  " << amount << "  "
            << (hop.address == ledger::kNoAddress ? "(no address)" : s.address_text(hop.address))
            << "  "
            << (outside ? "outside this ledger"
                        : time_text(s.time_of(s.block_of_tx(hop.created_by))))
            << '\n';
}

void print_paths(const Known& known, const graph::PathResult& result) {
  const auto& s = known.snapshot;
  std::uint32_t number = 0;
  for (const auto& path : result.paths) {
    std::cout << "path " << ++number << ": " << counted(path.hops.size() - 1, "transaction")
              << ", at most " << amount_text(path.amount, s.chain()) << '\n';
    for (const auto& hop : path.hops)
      print_hop(s, hop);
  }
  if (result.paths.empty()) std::cout << "no path found\n";
  std::cout << "search: " << graph::name(result.search) << ", " << counted(result.edges, "edge")
            << " looked at\n";
}

graph::PathOptions options_of(const PathOptions& given, const Known& known) {
  graph::PathOptions options;
  options.count = given.count;
  if (given.hops_max) options.hops_max = *given.hops_max;
  if (!given.through_services)
    options.service = [&known](ledger::AddressId id) { return known.service_of(id); };
  if (!given.through_coinjoins)
    options.coinjoin = [&known](ledger::TxIndex tx) { return known.is_coinjoin(tx); };
  return options;
}

using Addresses = std::vector<ledger::AddressId>;

// Whether there is a path if services and CoinJoins are passed through.
Result<bool> leads_through(const graph::FlowGraph& flow, const Addresses& from, const Addresses& to,
                           graph::PathOptions options) {
  options.count = 1;
  options.service = nullptr;
  options.coinjoin = nullptr;
  CLEW_TRY(result, graph::find_paths(flow, from, to, options));
  return !result.paths.empty();
}

}  // namespace

Result<ExitCode> path(const Session& session, const PathOptions& given) {
  if (const auto on = account_session(session, given.a)) return path_accounts(*on, given);
  if (!given.asset.empty())
    return fail(ErrorKind::usage, "--asset is for chains of accounts, not of outputs");
  CLEW_TRY(known, Known::open(session, {}));
  const graph::LedgerFlow flow(known.snapshot);
  CLEW_TRY(from, parse_party(given.a, known));
  CLEW_TRY(to, parse_party(given.b, known));
  const auto options = options_of(given, known);
  CLEW_TRY(result, graph::find_paths(flow, from, to, options));
  // Who finds nothing must know whether nothing is there.
  std::optional<bool> only_through;
  if (result.paths.empty() && (options.service || options.coinjoin)) {
    CLEW_TRY(through, leads_through(flow, from, to, options));
    only_through = through;
  }
  if (!session.json) {
    print_paths(known, result);
    if (only_through.value_or(false))
      std::cout << "There is a path through services or CoinJoins (--through-services, "
                   "--through-coinjoins).\n";
    print_untold(known.snapshot);
    return kOk;
  }
  Json document = {{"from", given.a},
                   {"to", given.b},
                   {"paths", Json::array()},
                   {"search", std::string(graph::name(result.search))},
                   {"edges", result.edges},
                   {"only_through", only_through ? Json(*only_through) : Json(nullptr)},
                   {"snapshot", snapshot_json(known.snapshot)}};
  for (const auto& found : result.paths)
    document["paths"].push_back(path_json(known.snapshot, found));
  print_json(document);
  return kOk;
}

}  // namespace clew::app
