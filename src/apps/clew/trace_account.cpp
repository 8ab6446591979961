#include "apps/clew/trace_account.h"

#include "apps/clew/account_amount.h"
#include "apps/clew/account_rank_view.h"
#include "apps/clew/account_trace_view.h"
#include "apps/clew/trace_window.h"

namespace clew::app {
namespace {

using account::TraceEnd;

// What follows from a service's kind.
TraceEnd reason_of(const Service& service) {
  if (service.category == labels::name(labels::ServiceKind::mixer)) return TraceEnd::mixer;
  if (service.category == labels::name(labels::ServiceKind::bridge)) return TraceEnd::bridge;
  return TraceEnd::service;
}

Result<void> check_options(const TraceCommandOptions& given) {
  if (!given.graph.empty())
    return fail(ErrorKind::usage, "--graph is for chains of outputs, not of accounts");
  if (given.paths != 1)
    return fail(ErrorKind::usage, "on chains of accounts the widest path to an end-point is shown");
  return {};
}

// The coin's least amount, or that of the asset which was asked for; others are not limited.
Result<void> set_value_min(const TraceCommandOptions& given, const AccountView& view,
                           std::optional<account::AssetId> asset, account::TraceOptions& options) {
  if (given.value_min.empty()) return {};
  const auto limited = asset.value_or(account::kCoin);
  CLEW_TRY(least, parse_units(given.value_min, decimals_of(view, view.snapshot.asset(limited))));
  options.value_min = [limited, least](account::AssetId id) {
    return id == limited ? least : U256();
  };
  return {};
}

Result<account::TraceOptions> options_of(const TraceCommandOptions& given, const AccountView& view,
                                         const Services& services,
                                         std::optional<account::AssetId> asset) {
  account::TraceOptions options;
  const auto policy = graph::find_policy(given.taint);
  if (!policy)
    return fail(ErrorKind::usage,
                "--taint is fifo, lifo, haircut or poison, not '" + given.taint + "'");
  options.policy = *policy;
  if (given.backward) options.direction = account::TraceDirection::backward;
  options.swaps = !given.no_swaps;
  if (given.hops_max) options.hops_max = *given.hops_max;
  if (given.edges_max) options.edges_max = *given.edges_max;
  CLEW_CHECK(set_value_min(given, view, asset, options));
  CLEW_TRY(window, parse_window(given.since, given.until));
  options.window = window;
  options.keep_transfers = given.outputs;
  if (!given.through_services)
    options.stop = [&services](account::AddressId id) -> std::optional<account::TraceStop> {
      const auto found = services.of_address.find(id);
      if (found == services.of_address.end()) return std::nullopt;
      return account::TraceStop{reason_of(services.list[found->second]), found->second};
    };
  return options;
}

Result<ExitCode> rank_addresses(const Session& session, const TraceCommandOptions& given,
                                const AccountView& view, const Services& services,
                                const AccountOrigin& origin, const std::string& labels_version) {
  account::RankOptions options;
  CLEW_TRY(window, parse_window(given.since, given.until));
  options.window = window;
  options.swaps = !given.no_swaps;
  if (given.edges_max) options.edges_max = *given.edges_max;
  if (!given.through_services)
    options.stop = [&services](account::AddressId id) { return services.of_address.contains(id); };
  CLEW_TRY(result, account::rank(view.snapshot, origin.transfers.list, options));
  const AccountRankView shown{given, view, services, origin, result, labels_version};
  if (session.json)
    print_json(account_rank_json(shown));
  else
    print_account_rank(shown);
  return kOk;
}

}  // namespace

Result<ExitCode> trace_account_chain(const Session& session, const TraceCommandOptions& given) {
  CLEW_CHECK(check_options(given));
  CLEW_TRY(view, open_account_chain(session));
  CLEW_TRY(prices, read_prices(given.prices));
  CLEW_TRY(store, session.labels());
  CLEW_TRY(version, store.version());
  CLEW_TRY(services, find_services(store, view.snapshot));
  account::OriginOptions how;
  if (!given.asset.empty()) {
    CLEW_TRY(asset, parse_asset(view, given.asset));
    how.asset = asset;
  }
  CLEW_TRY(options, options_of(given, view, services, how.asset));
  how.window = options.window;
  CLEW_TRY(origin, parse_account_origin(view, given.origin, how));
  if (origin.transfers.list.empty())
    return fail(ErrorKind::not_found, given.origin + " has no transfers of value to trace there");
  if (given.rank) return rank_addresses(session, given, view, services, origin, version);
  CLEW_TRY(result, account::trace(view.snapshot, origin.transfers.list, options));
  const AccountTraceView shown{given, view, services, origin, result, prices, version};
  if (session.json)
    print_json(account_trace_json(shown));
  else
    print_account_trace(shown);
  return kOk;
}

}  // namespace clew::app
