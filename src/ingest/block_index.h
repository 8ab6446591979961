// The first pass over the sources: which blocks they hold and where, from their headers alone.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "ingest/header_tree.h"
#include "ingest/problem.h"
#include "ingest/source.h"

namespace clew::ingest {

struct StatedHeight {
  NodeId node = kNoNode;
  std::uint32_t height = 0;
};

struct BlockIndex {
  explicit BlockIndex(const bitcoin::ChainParams& chain) : tree(chain.pow_limit_bits) {}
  HeaderTree tree;
  std::vector<StatedHeight> stated;      // what verbose blocks say
  std::uint64_t records = 0;             // blocks found, copies included
  std::uint64_t incomplete_headers = 0;  // verbose blocks without bits or nonce
};

// Called now and then with the bytes of the sources that are done; false stops.
using IndexProgress = std::function<bool(std::uint64_t bytes_done)>;

// Adds every block of `sources` whose proof of work holds (where it is scrypt: every block) to the
// index; what is wrong goes to the log. A source that cannot be read any further is a problem like
// others. False if it was stopped.
bool index_blocks(FileSystem& files, std::span<const Source> sources,
                  const bitcoin::ChainParams& chain, const IndexProgress& progress,
                  BlockIndex& index, ProblemLog& log);

}  // namespace clew::ingest
