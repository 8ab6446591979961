// What a user names as the start of a trace or the end of a path: an address, a transaction, one of
// its outputs, or an entity by any of its addresses.
#pragma once

#include <string>
#include <vector>

#include "apps/clew/known.h"
#include "graph/trace_origin.h"

namespace clew::app {

struct Origin {
  std::string kind;                          // "address", "transaction", "output", "entity"
  std::vector<ledger::AddressId> addresses;  // of an address or an entity
  graph::Origins outputs;                    // of addresses: what they received in the window
};

// usage if the text is none of these; not_found if the ledger has no such thing.
Result<Origin> parse_origin(const std::string& text, const Known& known,
                            const graph::FlowGraph& flow, const graph::TraceWindow& window);
// The addresses that "ADDRESS" or "entity:ADDRESS" means.
Result<std::vector<ledger::AddressId>> parse_party(const std::string& text, const Known& known);

}  // namespace clew::app
