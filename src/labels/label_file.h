// Files of labels in the forms in which they are published, told apart by their content: TagPacks
// and ActorPacks (YAML), the sanctions list as JSON (asset → addresses), OFAC's SDN XML, CSV with a
// header, JSON lines as we export them; each plain, gzip-compressed, or in a tar archive.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "labels/label.h"

namespace clew::labels {

struct ImportOptions {
  // CSV: which column holds what (see csv_labels.h); empty: as the header names them. Files of
  // other forms are read as if there were no map.
  std::string map;
  // For what the file does not state itself.
  std::string title, creator, source, licence, confidence, currency, category, lastmod;
  std::optional<bool> is_public;
  // Identity of the pack, if not what the file says; only for files that hold one pack.
  std::string identity;
  std::uint64_t unpacked_bytes_max = 2ull << 30;  // of a compressed file: stops gzip bombs
};

// Gives each pack of the file to `take`, in the order of the file. Members of an archive that are
// no label files are skipped and named in `skipped`.
using TakePack = std::function<Result<void>(PackContent)>;
Result<void> read_label_file(const std::string& path, Bytes bytes, const ImportOptions& options,
                             Skips& skipped, const TakePack& take);

enum class LabelFormat : std::uint8_t { unknown, yaml, json, jsonl, xml, csv };
// By the first bytes and, where these leave a doubt between CSV and YAML, the first line.
LabelFormat detect_format(std::string_view text);

}  // namespace clew::labels
