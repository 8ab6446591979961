// At which height each tree of blocks stands. A tree that does not start with the genesis block or
// touch the ledger is a fragment of history; then its blocks say it themselves (BIP 34), or the
// source does, or the user.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "ingest/block_index.h"
#include "ingest/block_reader.h"
#include "ingest/problem.h"
#include "ledger/writer.h"

namespace clew::ingest {

struct PlacementOptions {
  const bitcoin::ChainParams* chain = nullptr;
  std::span<const Source> sources;
  std::optional<std::uint32_t> first_height;  // of one fragment whose height nothing tells
};

// Heights of the tree's roots, in their order; nothing where it cannot be known or where what is
// known contradicts itself, which is a problem in the log.
std::vector<std::optional<std::uint32_t>> place_roots(const BlockIndex& index,
                                                      const ledger::Writer& writer,
                                                      BlockReader& reader,
                                                      const PlacementOptions& options,
                                                      ProblemLog& log);

}  // namespace clew::ingest
