// How ranks of addresses on a chain of accounts are shown: as text, as a document.
#pragma once

#include "apps/clew/account_origin.h"
#include "apps/clew/commands.h"
#include "apps/clew/services.h"
#include "graph/account/trace_rank.h"

namespace clew::app {

struct AccountRankView {
  const TraceCommandOptions& given;
  const AccountView& chain;
  const Services& services;
  const AccountOrigin& origin;
  const account::RankResult& result;
  std::string labels_version;
};

Json account_rank_json(const AccountRankView& view);
void print_account_rank(const AccountRankView& view);

}  // namespace clew::app
