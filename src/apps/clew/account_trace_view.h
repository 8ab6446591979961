// How a trace on a chain of accounts is shown: as text, as a document.
#pragma once

#include "apps/clew/account_origin.h"
#include "apps/clew/account_prices.h"
#include "apps/clew/commands.h"
#include "apps/clew/services.h"

namespace clew::app {

struct AccountTraceView {
  const TraceCommandOptions& given;
  const AccountView& chain;
  const Services& services;
  const AccountOrigin& origin;
  const account::TraceResult& result;
  const std::optional<PriceFile>& prices;
  std::string labels_version;
};

Json account_trace_json(const AccountTraceView& view);
void print_account_trace(const AccountTraceView& view);

}  // namespace clew::app
