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

}  // namespace

Result<std::vector<std::string>> verify(const std::string& directory, FileSystem& files) {
  std::vector<std::string> problems;
  auto manifest = read_manifest(files, directory);
  if (!manifest && manifest.error().kind == ErrorKind::corrupt)
    return std::vector{manifest.error().message};
  if (!manifest) return fail(std::move(manifest).error());
  for (const auto& entry : manifest->segments) {
    auto file = SegmentFile::open(files, directory + "/" + entry.file, entry.seal);
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
