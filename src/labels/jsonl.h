// Labels as JSON lines: the form that keeps packs, labels and actors together and loses nothing.
// A line is an object with "record": "pack", "label" or "actor"; labels and actors belong to the
// pack before them. Keys are those of a TagPack; docs/formats/labels.md lists them.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "labels/label.h"

namespace clew::labels {

std::string jsonl_pack(const Pack& pack);
std::string jsonl_label(const Label& label);
std::string jsonl_actor(const Actor& actor);

// Gives each pack to `take`. Labels before the first pack line make a pack named after the file.
// data names file and line. Private labels of another store become a pack of their own, so that
// they never replace the user's.
Result<void> parse_jsonl(std::string_view text, std::string_view name,
                         const std::function<Result<void>(PackContent)>& take);

}  // namespace clew::labels
