// GraphSense TagPacks and ActorPacks: YAML with a header and a list of `tags` or `actors`. A field
// of a tag that stands in the header holds for every tag that does not state it itself.
// Format: https://github.com/graphsense/graphsense-tagpacks/wiki/GraphSense-TagPacks and the schema
// in graphsense-lib (tagpack/conf/*.yaml). Fields that are not in the schema are kept, not refused.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "labels/label.h"

namespace clew::labels {

// `name` is the path that errors show; its last part becomes Pack::origin. A tag without address
// and transaction is skipped with its reason; a field of the wrong type is an error (data) that
// names file, line, column and key.
Result<PackContent> parse_tagpack(std::string_view text, std::string_view name);

// YAML that parse_tagpack() reads back equal, field by field (Pack::origin and identity come from
// the file's name). Fields that all tags share stand in the header.
std::string write_tagpack(const PackContent& content);

// The identity of a pack read from a file: creators give several packs one title, so the file's
// name is part of it.
std::string file_identity(const Pack& pack);
// The last part of a path, without ".gz".
std::string origin_of(std::string_view path);

}  // namespace clew::labels
