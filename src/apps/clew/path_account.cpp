#include "apps/clew/path_account.h"

#include <iostream>

#include "apps/clew/account_amount.h"
#include "apps/clew/account_known.h"
#include "apps/clew/completeness.h"
#include "apps/clew/count_text.h"
#include "graph/account/path.h"
#include "labels/printable.h"

namespace clew::app {
namespace {

void print_paths(const AccountKnown& known, const account::PathResult& result,
                 const chain::Asset& asset) {
  const auto& s = known.view.snapshot;
  std::uint32_t number = 0;
  for (const auto& path : result.paths) {
    std::cout << "path " << ++number << ": " << counted(path.hops.size(), "transfer")
              << ", at most " << money_text(known.view, asset, path.amount) << '\n';
    for (const auto& hop : path.hops) {
      const auto tx = s.tx_of_transfer(hop.transfer);
      const auto time = s.time_of(s.block_of_transfer(hop.transfer));
      std::cout << "  " << (tx ? known.view.hash_text(s.tx_hash(*tx)) : "the block's own") << "  "
                << money_text(known.view, asset, hop.value) << "  " << known.address_text(hop.to);
      if (const auto service = known.service_of(hop.to))
        std::cout << " (" << labels::printable(known.services.list[*service].name) << ")";
      std::cout << "  " << time_text(static_cast<std::uint32_t>(time)) << '\n';
    }
  }
  if (result.paths.empty()) std::cout << "no path found\n";
  std::cout << "search: " << graph::name(result.search) << ", " << counted(result.edges, "edge")
            << " looked at\n";
}

Json paths_json(const AccountKnown& known, const account::PathResult& result) {
  auto list = Json::array();
  for (const auto& path : result.paths) {
    auto hops = Json::array();
    for (const auto& hop : path.hops) {
      auto document = transfer_json(known.view, known.view.snapshot.transfer(hop.transfer));
      const auto service = known.service_of(hop.to);
      document["service"] = service ? Json(known.services.list[*service].name) : Json(nullptr);
      hops.push_back(std::move(document));
    }
    list.push_back({{"amount", path.amount.to_decimal()}, {"hops", std::move(hops)}});
  }
  return list;
}

}  // namespace

Result<ExitCode> path_accounts(const Session& session, const PathOptions& given) {
  if (given.through_coinjoins)
    return fail(ErrorKind::usage, "there are no CoinJoins on account chains");
  CLEW_TRY(known, AccountKnown::open(session));
  CLEW_TRY(from, known.find_party(given.a));
  CLEW_TRY(to, known.find_party(given.b));
  account::PathOptions options;
  options.count = given.count;
  if (given.hops_max) options.hops_max = *given.hops_max;
  if (!given.asset.empty()) {
    CLEW_TRY(asset, parse_asset(known.view, given.asset));
    options.asset = asset;
  }
  if (!given.through_services)
    options.stop = [&known](account::AddressId id) { return known.service_of(id).has_value(); };
  const auto& s = known.view.snapshot;
  CLEW_TRY(result, account::find_paths(s, from, to, options));
  // Who finds nothing must know whether nothing is there.
  std::optional<bool> only_through;
  if (result.paths.empty() && options.stop) {
    auto open = options;
    open.count = 1;
    open.stop = nullptr;
    CLEW_TRY(through, account::find_paths(s, from, to, open));
    only_through = !through.paths.empty();
  }
  const auto asset = s.asset(options.asset);
  if (!session.json) {
    print_paths(known, result, asset);
    if (only_through.value_or(false))
      std::cout << "There is a path through services (--through-services).\n";
    print_untold(known.view);
    return kOk;
  }
  Json document = {{"from", given.a}, {"to", given.b}};
  put_asset(known.view, asset, document);
  document["paths"] = paths_json(known, result);
  document["search"] = std::string(graph::name(result.search));
  document["edges"] = result.edges;
  document["only_through"] = only_through ? Json(*only_through) : Json(nullptr);
  document["basis"] = basis_json(known);
  document["snapshot"] = snapshot_json(known.view);
  print_json(document);
  return kOk;
}

}  // namespace clew::app
