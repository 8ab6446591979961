// A trace as GraphML (graphml.graphdrawing.org), for Gephi, networkx, yEd and the like.
//
// Nodes are addresses and transactions (and, without an address, single outputs; one node for all
// fees). An output is an edge from the transaction that created it to its address, and, where the
// trace followed it, one from there to the transaction that spends it. Edges run with the money.
#pragma once

#include <functional>
#include <string>

#include "graph/trace.h"

namespace clew::graph {

// How ids are shown. Any text is fine: it is escaped.
struct GraphNames {
  std::function<std::string(AddressId)> address;
  std::function<std::string(TxIndex)> transaction;
  std::function<std::string(InputId)> outside;   // txid:vout that an input from outside spends
  std::function<std::string(AddressId)> label;   // empty text: none; the function may be empty
  std::function<std::string(AddressId)> entity;  // likewise
};
// Encoded addresses and txids of a snapshot, which must outlive it; no labels, no entities.
GraphNames ledger_names(const ledger::Snapshot& snapshot);

struct GraphFile {
  std::string text;
  std::uint64_t nodes = 0, edges = 0;
  std::uint64_t outputs_left_out = 0;  // the smallest amounts, beyond `outputs_max`
};

// `result` must have its outputs (TraceOptions::keep_outputs). What is left out is also said in the
// file, as the graph's attribute "outputs_left_out".
GraphFile write_graphml(const FlowGraph& graph, const TraceResult& result, const GraphNames& names,
                        std::uint64_t outputs_max = 10'000);

// Text that may stand in XML 1.0 as an attribute's value or an element's content: markup is
// escaped; bytes that are not UTF-8, and characters that XML forbids, become U+FFFD.
std::string xml_text(std::string_view text);

}  // namespace clew::graph
