// What a trace starts from, as people name it: an output (txid:vout), a transaction (txid) or an
// address; and the outputs that this means.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "graph/trace.h"

namespace clew::graph {

enum class SubjectKind : std::uint8_t { output, transaction, address };
struct Subject {
  SubjectKind kind = SubjectKind::address;
  OutputId output = kNone;         // of an output
  TxIndex tx = kNone;              // of an output or a transaction
  AddressId address = kNoAddress;  // of an address
};
// usage if the text is none of these for the snapshot's chain, not_found if the ledger lacks it.
Result<Subject> find_subject(const ledger::Snapshot& snapshot, std::string_view text);

struct OriginOptions {
  // Of an address or entity: only what it received inside the window.
  TraceWindow window;
  std::uint64_t origins_max = 100'000;
  bool apart = false;  // number every output as a source of its own
};
struct Origins {
  std::vector<TraceOrigin> outputs;  // in chain order; without value-less ones
  bool cut = false;                  // there were more than origins_max: the earliest are given
};
// Every output of the transaction.
Origins origins_of(const FlowGraph& graph, TxIndex tx, const OriginOptions& options);
// What the addresses received, be it spent or not.
Origins origins_of(const FlowGraph& graph, std::span<const AddressId> addresses,
                   const OriginOptions& options);

}  // namespace clew::graph
