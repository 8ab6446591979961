// Which network block data is of, when nobody says.
#pragma once

#include <span>

#include "ingest/source.h"

namespace clew::ingest {

// A block file's magic tells its network. The header of a raw block or of a block in text only
// leaves out networks whose proof of work it does not meet (a genesis block tells it for sure), so
// that several may remain: then the first row of the table is taken and `sure` is false.
struct DetectedChain {
  const bitcoin::ChainParams* chain = nullptr;  // null if nothing tells
  bool sure = false;
};
Result<DetectedChain> detect_chain(FileSystem& files, std::span<const Source> sources);

// The network of the first magic of any network near the start of a file, or null.
Result<const bitcoin::ChainParams*> find_magic(FileSystem& files, const Source& source);

}  // namespace clew::ingest
