// Files of TRON's blocks into the ledger.
#pragma once

#include <string>
#include <vector>

#include "base/file.h"
#include "ingest/live/follow.h"
#include "ingest/tron_node/tron_file_source.h"

namespace clew::ingest {

// Problems that a report lists; of more, the number.
inline constexpr std::size_t kFileProblemsMax = 100;

struct TronFilesReport {
  FollowReport follow;
  std::vector<TronFileCounts> files;
  std::uint64_t stale = 0;  // blocks of a branch that another of the files replaces
};

// Stores the blocks of all files in order of number, wherever they stand, each run of consecutive
// numbers as if it came from a node: `options` but for `follow`. A block that cannot be had leaves
// a gap and a problem, which names file and place; so does one beside which the ledger holds
// another of its number. An error if a file cannot be opened or the ledger not be written.
Result<TronFilesReport> ingest_tron_files(const std::vector<std::string>& paths, LiveLedger& ledger,
                                          FollowOptions options, FileSystem& files = real_files());

}  // namespace clew::ingest
