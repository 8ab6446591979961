// What moved through an address or an entity, as text and as JSON.
#pragma once

#include "apps/clew/session.h"
#include "graph/totals.h"

namespace clew::app {

void print_totals(const graph::Totals& totals, const bitcoin::ChainParams& chain);
// {balance, received, spent, outputs, inputs, unknown_inputs, first_seen, last_seen, …}; a sum of
// which nothing is known is null.
Json totals_json(const graph::Totals& totals);

}  // namespace clew::app
