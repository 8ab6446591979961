// The manifest names the segments that make up a ledger; replacing it is the one atomic step of
// every commit. Format: docs/formats/manifest.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "ledger/segment_file.h"

namespace clew::ledger {

constexpr std::string_view kSegmentSuffix = ".seg";

struct ManifestSegment {
  std::string file;        // name within the ledger directory
  std::uint64_t seal = 0;  // see write_segment_file
};

struct Manifest {
  std::string kind;                       // of ledger: which sections its segments have
  std::string network;                    // which chain
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

// Opens the files of the manifest that is current, which `manifest` receives; all of them before
// any is read: a merge that goes on meanwhile takes their names away, not their bytes. One that did
// so between the two steps makes it start again. usage if the ledger is of another kind.
using OpenedFiles = std::vector<Result<std::unique_ptr<SegmentFile>>>;
Result<OpenedFiles> open_segment_files(FileSystem& files, const std::string& directory,
                                       std::string_view kind, Manifest& manifest);

}  // namespace clew::ledger
