// How far a label can be relied on: the scale that GraphSense's TagPacks use (14 ids, levels 5 to
// 100; graphsense-lib 2.18, tagpack/db/confidence.csv).
#pragma once

#include <span>
#include <string_view>

namespace clew::labels {

struct Confidence {
  std::string_view id;  // as in a TagPack: "service_data"
  int level;            // 0 to 100
  std::string_view meaning;
};

// The whole scale, highest level first.
std::span<const Confidence> confidence_scale();
// Null for an id that is not in the scale.
const Confidence* find_confidence(std::string_view id);
// The level of an id; of "unknown" (5) for an empty id and for one that is not in the scale.
int confidence_level(std::string_view id);

}  // namespace clew::labels
