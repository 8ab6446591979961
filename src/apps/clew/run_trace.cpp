// `clew trace`.
#include <fstream>
#include <iostream>

#include "apps/clew/account_view.h"
#include "apps/clew/commands.h"
#include "apps/clew/completeness.h"
#include "apps/clew/count_text.h"
#include "apps/clew/money_text.h"
#include "apps/clew/origin.h"
#include "apps/clew/trace_account.h"
#include "apps/clew/trace_window.h"
#include "graph/trace_graphml.h"
#include "labels/printable.h"

namespace clew::app {
namespace {

using graph::TraceEnd;
using graph::TraceEndPoint;

Result<graph::TraceOptions> options_of(const TraceCommandOptions& given, const Known& known) {
  graph::TraceOptions options;
  if (given.backward) options.direction = graph::TraceDirection::backward;
  const auto policy = graph::find_policy(given.taint);
  if (!policy)
    return fail(ErrorKind::usage,
                "--taint is fifo, lifo, haircut, poison or tiho, not '" + given.taint + "'");
  options.policy = *policy;
  if (given.hops_max) options.hops_max = *given.hops_max;
  if (given.edges_max) options.edges_max = *given.edges_max;
  if (!given.value_min.empty()) {
    CLEW_TRY(value, parse_amount(given.value_min));
    options.value_min = value;
  }
  CLEW_TRY(window, parse_window(given.since, given.until, block_times(known.snapshot)));
  options.window = window;
  options.paths = given.paths;
  options.keep_outputs = !given.graph.empty() || given.outputs;
  if (!given.through_services)
    options.service = [&known, own = given.own_labels](ledger::AddressId id) {
      return own ? known.own_service_of(id) : known.service_of(id);
    };
  if (!given.through_coinjoins)
    options.coinjoin = [&known](ledger::TxIndex tx) { return known.is_coinjoin(tx); };
  return options;
}

Json end_json(const Known& known, const TraceEndPoint& end) {
  const auto& s = known.snapshot;
  Json document = {{"reason", std::string(graph::name(end.reason))},
                   {"amount", end.amount},
                   {"tainted", end.tainted},
                   {"outputs", end.outputs},
                   {"service", nullptr},
                   {"coinjoin", nullptr},
                   {"address", nullptr},
                   {"addresses", Json::array()},
                   {"first", {{"height", end.height_first}, {"time", end.time_first}}},
                   {"last", {{"height", end.height_last}, {"time", end.time_last}}},
                   {"paths", Json::array()},
                   {"paths_cut", end.paths_cut}};
  if (end.reason == TraceEnd::service) {
    const auto& service = known.services().list[end.service];
    document["service"] = {{"name", service.name}, {"category", service.category}};
  }
  if (end.reason == TraceEnd::coinjoin) document["coinjoin"] = to_display(s.txid(end.coinjoin));
  if (end.address != ledger::kNoAddress) document["address"] = s.address_text(end.address);
  for (const auto id : end.addresses)
    if (id != ledger::kNoAddress) document["addresses"].push_back(s.address_text(id));
  for (const auto& path : end.paths)
    document["paths"].push_back(path_json(s, path));
  return document;
}

Json txid_json(const ledger::Snapshot& s, ledger::TxIndex tx) {
  return tx == ledger::kNone ? Json(nullptr) : Json(to_display(s.txid(tx)));
}

Json touched_json(const ledger::Snapshot& s, const graph::TracedOutput& output) {
  auto document = output_json(s, {output.output, output.outside, output.created_by, output.address,
                                  output.value, output.least});
  document["amount"] = output.amount;
  document["hops"] = output.hops;
  document["end"] = nullptr;
  if (output.end != TraceEnd::followed) document["end"] = std::string(graph::name(output.end));
  document["spent_by"] = txid_json(s, output.spent_by);
  return document;
}

Json result_json(const TraceCommandOptions& given, const Known& known, const Origin& origin,
                 const graph::TraceResult& result) {
  Json totals = Json::object();
  std::int64_t accounted = 0;
  for (std::size_t i = 0; i < graph::kTraceEnds; ++i) {
    if (result.by_reason[i] == 0) continue;
    totals[std::string(graph::name(static_cast<TraceEnd>(i)))] = result.by_reason[i];
    accounted += result.by_reason[i];
  }
  Json document = {{"origin",
                    {{"text", given.origin},
                     {"kind", origin.kind},
                     {"outputs", origin.outputs.outputs.size()},
                     {"cut", origin.outputs.cut}}},
                   {"direction", given.backward ? "backward" : "forward"},
                   {"taint", given.taint},
                   {"started", result.started},
                   {"totals", totals},
                   {"accounted", accounted},
                   {"tainted_started", result.tainted_started},
                   {"joined", result.joined},
                   {"tainted_ended", result.tainted_ended},
                   {"ends", Json::array()},
                   {"partial", Json::array()},
                   {"transactions", result.transactions},
                   {"outputs_touched", result.outputs_touched},
                   {"edges", result.edges},
                   {"edges_exhausted", result.edges_exhausted},
                   {"snapshot", snapshot_json(known.snapshot)},
                   {"labels", known.labels_version}};
  for (const auto& end : result.ends)
    document["ends"].push_back(end_json(known, end));
  for (const auto tx : result.partial)
    document["partial"].push_back(to_display(known.snapshot.txid(tx)));
  if (given.outputs) {
    document["outputs"] = Json::array();
    for (const auto& output : result.outputs)
      document["outputs"].push_back(touched_json(known.snapshot, output));
  }
  return document;
}

std::string end_text(const Known& known, const TraceEndPoint& end) {
  const auto& s = known.snapshot;
  std::string text(graph::name(end.reason));
  if (end.reason == TraceEnd::service) {
    const auto& service = known.services().list[end.service];
    text = labels::printable(service.name) + " (" + service.category + ")";
  } else if (end.reason == TraceEnd::coinjoin) {
    text += " " + to_display(s.txid(end.coinjoin));
  } else if (end.address != ledger::kNoAddress) {
    text += " " + s.address_text(end.address);
  }
  return text;
}

void print_hop(const ledger::Snapshot& s, const graph::TraceHop& hop) {
  const bool outside = hop.outside != ledger::kNone;
  std::cout << "      " << to_display(outside ? s.outpoint(hop.outside).txid : s.txid(hop.tx))
            << "  " << amount_text(hop.amount, s.chain());
  if (hop.least)
    std::cout << " of at least " << amount_text(hop.value, s.chain());
  else if (hop.value != hop.amount)
    std::cout << " of " << amount_text(hop.value, s.chain());
  if (hop.address != ledger::kNoAddress) std::cout << "  " << s.address_text(hop.address);
  if (outside) std::cout << "  outside this ledger";
  if (hop.output == ledger::kNone && !outside) std::cout << "  as fee";
  std::cout << '\n';
}

// The ends of a long path tell most; the document of --json has all of it.
void print_path(const Known& known, const graph::TracePath& path) {
  constexpr std::size_t kEnds = 3;
  for (std::size_t i = 0; i < path.hops.size(); ++i) {
    if (i == kEnds && path.hops.size() > 2 * kEnds + 1) {
      std::cout << "      … " << counted(path.hops.size() - 2 * kEnds, "more hop") << " …\n";
      i = path.hops.size() - kEnds;
    }
    print_hop(known.snapshot, path.hops[i]);
  }
}

void print_result(const TraceCommandOptions& given, const Known& known, const Origin& origin,
                  const graph::TraceResult& result) {
  const auto& chain = known.snapshot.chain();
  std::cout << (given.backward ? "Backward from " : "Forward from ") << origin.kind << ' '
            << given.origin << " by " << given.taint << ": " << amount_text(result.started, chain)
            << " in " << counted(origin.outputs.outputs.size(), "output") << "\n\n";
  std::uint32_t shown = 0;
  for (const auto& end : result.ends) {
    if (++shown > given.limit) {
      std::cout << "  … and " << counted(result.ends.size() - given.limit, "more end-point")
                << " (--limit)\n";
      break;
    }
    std::cout << "  " << amount_text(end.amount, chain) << "  " << end_text(known, end) << '\n';
    if (end.tainted != end.amount)
      std::cout << "      tainted in all: " << amount_text(end.tainted, chain) << '\n';
    std::cout << "      " << counted(end.outputs, "output") << ", " << time_text(end.time_first);
    if (end.time_last != end.time_first) std::cout << " to " << time_text(end.time_last);
    std::cout << " UTC\n";
    for (const auto& path : end.paths)
      print_path(known, path);
  }
  std::cout << (given.backward ? "\nWhere it came from\n" : "\nWhat became of it\n");
  std::int64_t accounted = 0;
  for (std::size_t i = 0; i < graph::kTraceEnds; ++i) {
    accounted += result.by_reason[i];
    if (result.by_reason[i] != 0)
      std::cout << "  " << amount_text(result.by_reason[i], chain) << "  "
                << graph::name(static_cast<TraceEnd>(i)) << '\n';
  }
  std::cout << "  " << amount_text(accounted, chain) << "  accounted for, of "
            << amount_text(result.started, chain) << " started\n";
  std::cout << "Looked at " << counted(result.transactions, "transaction") << ", "
            << counted(result.edges, "edge") << ".\n";
  if (result.edges_exhausted)
    std::cout << "The work budget is used up: what was not followed is shown as 'edges' "
                 "(--max-edges).\n";
  if (!result.partial.empty())
    std::cout
        << counted(result.partial.size(), "transaction has", "transactions have")
        << " inputs of unknown value; what lies behind rests on the least that these can have "
           "brought.\n";
}

Result<void> write_graph(const std::string& path, const Known& known, const graph::FlowGraph& flow,
                         const graph::TraceResult& result) {
  auto names = graph::ledger_names(known.snapshot);
  names.label = [&known](ledger::AddressId id) {
    const auto service = known.service_of(id);
    return service ? known.services().list[*service].name : std::string();
  };
  names.entity = [&known](ledger::AddressId id) {
    return known.snapshot.address_text(known.entity_of(id));
  };
  const auto graph = graph::write_graphml(flow, result, names);
  std::ofstream out(path, std::ios::binary);
  out << graph.text;
  if (!out.flush()) return fail(ErrorKind::io, "cannot write " + path);
  std::cerr << path << ": " << counted(graph.nodes, "node") << ", " << counted(graph.edges, "edge");
  if (graph.outputs_left_out > 0)
    std::cerr << "; " << counted(graph.outputs_left_out, "output is", "outputs are")
              << " left out, the smallest";
  std::cerr << '\n';
  return {};
}

}  // namespace

Result<ExitCode> trace(const Session& session, const TraceCommandOptions& given) {
  if (const auto on = account_session(session, given.origin))
    return trace_account_chain(*on, given);
  if (!given.asset.empty() || !given.prices.empty() || given.rank)
    return fail(ErrorKind::usage, "--asset, --prices and --rank are for chains of accounts");
  CLEW_TRY(known, Known::open(session, {}));
  const graph::LedgerFlow flow(known.snapshot);
  CLEW_TRY(options, options_of(given, known));
  CLEW_TRY(origin, parse_origin(given.origin, known, flow, options.window));
  if (origin.outputs.outputs.empty())
    return fail(ErrorKind::not_found, given.origin + " has no outputs of value to trace there");
  CLEW_TRY(result, graph::trace(flow, origin.outputs.outputs, options));
  if (!given.graph.empty()) CLEW_CHECK(write_graph(given.graph, known, flow, result));
  if (session.json) {
    print_json(result_json(given, known, origin, result));
  } else {
    print_result(given, known, origin, result);
    print_untold(known.snapshot);
  }
  return kOk;
}

}  // namespace clew::app
