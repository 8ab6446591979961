// Labels out of the store, in the forms that label_file.h reads back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "labels/store.h"

namespace clew::labels {

enum class ExportFormat : std::uint8_t {
  tagpack,  // YAML, one file a pack; loses nothing of a TagPack
  csv,      // one table; of packs it tells title, creator and whether they are public
  jsonl,    // one file; a store made from it has the same version()
};
std::optional<ExportFormat> find_export_format(std::string_view name);  // "tagpack", "csv", "jsonl"

struct ExportReport {
  std::uint64_t packs = 0, labels = 0, actors = 0;
  std::vector<std::string> files;  // written
};

// Whole files appear at once or not at all. `path` is a file, or a folder if it exists as one or
// ends with "/": then every pack has a file there. usage if TagPacks of several packs are to go
// into one file; not_found if the filter names a pack that is not there: then nothing is written.
Result<ExportReport> export_labels(const Store& store, const std::string& path, ExportFormat format,
                                   const LabelFilter& filter = {},
                                   FileSystem& files = real_files());
// The same as text, for a pipe.
Result<std::string> export_text(const Store& store, ExportFormat format,
                                const LabelFilter& filter = {});

}  // namespace clew::labels
