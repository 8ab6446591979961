// Verification of a ledger of any kind: every checksum, and every index against the columns that it
// follows from.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "ledger/manifest.h"

namespace clew::ledger {

// The index that the truth columns give, against the one in the file. A Kind is as segment_store.h
// says, and has an Index and its Sections.
template <class Kind>
void compare_index(const typename Kind::Segment& segment, std::vector<std::string>& problems) {
  typename Kind::Data data;
  data.restart_like(segment);
  data.append(segment, static_cast<std::uint32_t>(segment.counts.block_count));
  const auto index = build_index(data);
  const auto sections = sections_of(data, index);
  for (const auto& [section, bytes] : sections.list) {
    const auto stored = segment.file->section(section);
    if (!std::equal(bytes.begin(), bytes.end(), stored.begin(), stored.end()))
      problems.push_back(segment.file->path() + ": section " + std::to_string(section) +
                         " is not what the other columns give");
  }
}

// Each problem is one sentence naming file, column and page.
template <class Kind>
Result<std::vector<std::string>> verify_segments(const std::string& directory, FileSystem& files) {
  Manifest manifest;
  auto opened = open_segment_files(files, directory, Kind::kName, manifest);
  if (!opened && opened.error().kind == ErrorKind::corrupt)
    return std::vector{opened.error().message};
  if (!opened) return fail(std::move(opened).error());
  std::vector<std::string> problems;
  for (auto& file : *opened) {
    if (!file) {
      problems.push_back(file.error().message);
      continue;
    }
    const auto damaged = (*file)->verify_all();
    problems.insert(problems.end(), damaged.begin(), damaged.end());
    if (damaged.empty()) compare_index<Kind>(typename Kind::Segment(std::move(*file)), problems);
  }
  return problems;
}

}  // namespace clew::ledger
