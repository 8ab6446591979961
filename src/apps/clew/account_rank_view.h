// How ranks of addresses on a chain of accounts are shown: as text, as a document.
#pragma once

#include "apps/clew/account_origin.h"
#include "apps/clew/commands.h"
#include "graph/account/trace_rank.h"

namespace clew::app {

struct AccountRankView {
  const TraceCommandOptions& given;
  const AccountKnown& known;
  const AccountOrigin& origin;
  const account::RankResult& result;
};

Json account_rank_json(const AccountRankView& view);
void print_account_rank(const AccountRankView& view);

}  // namespace clew::app
