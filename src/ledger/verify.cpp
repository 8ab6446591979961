#include "ledger/manifest.h"
#include "ledger/segment_data.h"
#include "ledger/writer.h"

namespace clew::ledger {
namespace {

// The index that the truth columns give, against the one in the file.
void compare_index(const Segment& segment, std::vector<std::string>& problems) {
  SegmentData data;
  data.hash_key = segment.file->hash_key();
  auto base = segment.counts;
  base.block_count = base.tx_count = base.input_count = base.output_count = base.address_count = 0;
  data.restart(base, base.first_height);
  data.append(segment, static_cast<std::uint32_t>(segment.counts.block_count));
  const auto index = build_index(data);
  const auto sections = sections_of(data, index);
  for (const auto& [section, bytes] : sections.list) {
    const auto stored = segment.file->section(section);
    if (!std::equal(bytes.begin(), bytes.end(), stored.begin(), stored.end()))
      problems.push_back(segment.file->path() + ": section " +
                         std::to_string(static_cast<std::uint32_t>(section)) +
                         " is not what the other columns give");
  }
}

using Opened = std::vector<Result<std::unique_ptr<SegmentFile>>>;

// Maps every file before any is read: a merge that goes on meanwhile takes their names away, not
// their bytes. A file that is gone already makes it start again, with the manifest of the merge.
Result<Opened> open_all(FileSystem& files, const std::string& directory) {
  constexpr int kTries = 50;
  for (int tries = 1;; ++tries) {
    CLEW_TRY(manifest, read_manifest(files, directory));
    Opened opened;
    bool gone = false;
    for (const auto& entry : manifest.segments) {
      opened.push_back(SegmentFile::open(files, directory + "/" + entry.file, entry.seal));
      gone |= !opened.back() && opened.back().error().kind == ErrorKind::not_found;
    }
    if (!gone || tries == kTries) return opened;
  }
}

}  // namespace

Result<std::vector<std::string>> verify(const std::string& directory, FileSystem& files) {
  std::vector<std::string> problems;
  auto opened = open_all(files, directory);
  if (!opened && opened.error().kind == ErrorKind::corrupt)
    return std::vector{opened.error().message};
  if (!opened) return fail(std::move(opened).error());
  for (auto& file : *opened) {
    if (!file) {
      problems.push_back(file.error().message);
      continue;
    }
    const auto damaged = (*file)->verify_all();
    problems.insert(problems.end(), damaged.begin(), damaged.end());
    if (damaged.empty()) compare_index(Segment(std::move(*file)), problems);
  }
  return problems;
}

}  // namespace clew::ledger
