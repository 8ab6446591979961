#include "apps/clew/trace_account.h"

#include "apps/clew/account_amount.h"
#include "apps/clew/account_known.h"
#include "apps/clew/account_rank_view.h"
#include "apps/clew/account_trace_view.h"
#include "apps/clew/completeness.h"
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

// What would be ignored is refused, for who asks it would believe the answer to be another.
Result<void> check_options(const TraceCommandOptions& given) {
  if (!given.graph.empty())
    return fail(ErrorKind::usage, "--graph is for chains of outputs, not of accounts");
  if (given.paths != 1)
    return fail(ErrorKind::usage, "on chains of accounts the widest path to an end-point is shown");
  if (given.through_coinjoins)
    return fail(ErrorKind::usage, "there are no CoinJoins on account chains");
  if (!given.rank) return {};
  const std::pair<bool, const char*> amounts_only[] = {{given.backward, "--backward"},
                                                       {given.taint != "fifo", "--taint"},
                                                       {given.hops_max.has_value(), "--max-hops"},
                                                       {!given.value_min.empty(), "--min-value"},
                                                       {!given.prices.empty(), "--prices"},
                                                       {given.outputs, "--outputs"}};
  for (const auto& [is_given, option] : amounts_only)
    if (is_given)
      return fail(
          ErrorKind::usage,
          std::string(option) + " is about amounts that are followed, and --rank follows none");
  return {};
}

// Deposit addresses are looked for only where the answer may rest on them.
Deposits deposits_for(const TraceCommandOptions& given) {
  if (named_entity(given.origin)) return Deposits::found;
  const bool unused = given.own_labels || (given.through_services && !given.rank);
  return unused ? Deposits::left_out : Deposits::found;
}

// The service that an address is, or deposits for; of those that carry its label alone if asked.
std::optional<graph::ServiceId> service_at(const TraceCommandOptions& given,
                                           const AccountKnown& known, account::AddressId id) {
  return given.own_labels ? known.own_service_of(id) : known.service_of(id);
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

Result<account::TraceOptions> options_of(const TraceCommandOptions& given,
                                         const AccountKnown& known,
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
  CLEW_CHECK(set_value_min(given, known.view, asset, options));
  CLEW_TRY(window, parse_window(given.since, given.until, block_times(known.view.snapshot)));
  options.window = window;
  options.keep_transfers = given.outputs;
  if (!given.through_services)
    options.stop = [&given, &known](account::AddressId id) -> std::optional<account::TraceStop> {
      const auto service = service_at(given, known, id);
      if (!service) return std::nullopt;
      return account::TraceStop{reason_of(known.services.list[*service]), *service};
    };
  return options;
}

Result<ExitCode> rank_addresses(const Session& session, const TraceCommandOptions& given,
                                const AccountKnown& known, const AccountOrigin& origin) {
  account::RankOptions options;
  CLEW_TRY(window, parse_window(given.since, given.until, block_times(known.view.snapshot)));
  options.window = window;
  options.swaps = !given.no_swaps;
  if (given.edges_max) options.edges_max = *given.edges_max;
  if (!given.through_services)
    options.stop = [&](account::AddressId id) { return service_at(given, known, id).has_value(); };
  CLEW_TRY(result, account::rank(known.view.snapshot, origin.transfers.list, options));
  const AccountRankView shown{given, known, origin, result};
  if (session.json) {
    print_json(account_rank_json(shown));
    return kOk;
  }
  print_account_rank(shown);
  print_untold(known.view);
  return kOk;
}

}  // namespace

Result<ExitCode> trace_account_chain(const Session& session, const TraceCommandOptions& given) {
  CLEW_CHECK(check_options(given));
  CLEW_TRY(known, AccountKnown::open(session, {}, deposits_for(given)));
  CLEW_TRY(prices, read_prices(given.prices));
  account::OriginOptions how;
  if (!given.asset.empty()) {
    CLEW_TRY(asset, parse_asset(known.view, given.asset));
    how.asset = asset;
  }
  CLEW_TRY(options, options_of(given, known, how.asset));
  how.window = options.window;
  CLEW_TRY(origin, parse_account_origin(known, given.origin, how));
  if (origin.transfers.list.empty())
    return fail(ErrorKind::not_found, given.origin + " has no transfers of value to trace there");
  if (given.rank) return rank_addresses(session, given, known, origin);
  CLEW_TRY(result, account::trace(known.view.snapshot, origin.transfers.list, options));
  const AccountTraceView shown{given,  known.view, known.services,      origin,
                               result, prices,     known.labels_version};
  if (session.json) {
    print_json(account_trace_json(shown));
    return kOk;
  }
  print_account_trace(shown);
  print_untold(known.view);
  return kOk;
}

}  // namespace clew::app
