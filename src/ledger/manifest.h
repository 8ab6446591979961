// The manifest names the segments that make up a ledger; replacing it is the one atomic step of
// every commit. Format: docs/formats/manifest.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "chain/bitcoin/params.h"
#include "ledger/segment.h"

namespace clew::ledger {

constexpr std::string_view kSegmentSuffix = ".seg";

struct ManifestSegment {
  std::string file;        // name within the ledger directory
  std::uint64_t seal = 0;  // see write_segment_file
};

struct Manifest {
  const bitcoin::ChainParams* chain = nullptr;
  std::uint64_t hash_key = 0;             // secret of the bucket indexes
  std::uint64_t generation = 0;           // counts commits
  std::uint64_t next_file = 1;            // number of the next segment file
  std::vector<ManifestSegment> segments;  // in order of arrival
};

// Whether there is a ledger, or what is left of one.
bool holds_ledger(FileSystem& files, const std::string& directory);
// not_found if the directory holds no ledger; corrupt if the checksum does not match, or if there
// are segments and no manifest (it is written before the first of them).
Result<Manifest> read_manifest(FileSystem& files, const std::string& directory);
Result<void> write_manifest(FileSystem& files, const std::string& directory,
                            const Manifest& manifest);

// Opens all segments of the manifest that is current; `manifest` receives it. A merge that removes
// a file between the two steps makes it start again.
using Segments = std::vector<std::shared_ptr<const Segment>>;
Result<Segments> open_segments(FileSystem& files, const std::string& directory, Manifest& manifest);

}  // namespace clew::ledger
