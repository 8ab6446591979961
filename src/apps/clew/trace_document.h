// How a transaction ran, as a document and as a tree for people.
#pragma once

#include "chain/evm/signature_book.h"
#include "ingest/evm/evm_tracer.h"

namespace clew::app {

// Parity's form ("output", "stateDiff", "trace", "vmTrace") and what it means: "calls" and "logs"
// by name, "transfers".
std::string run_document(const ingest::TracedRun& run, const evm::SignatureBook& book);

void print_run(const ingest::TracedRun& run, const evm::SignatureBook& book);

}  // namespace clew::app
