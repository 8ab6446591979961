// Trails as JSON: truth/theft-N.json, truth/ransom-N.json and truth/events.json.
#pragma once

#include <string>

#include "ingest/simulate/world.h"

namespace clew::simulate {

// "theft-1", "ransom-2".
std::string file_stem(const Trail& trail);
// One trail with its origins, end-points and sums.
std::string trail_json(const World& world, const Trail& trail);
// Every transaction that moved loot, trail by trail, in chain order.
std::string events_json(const World& world);

}  // namespace clew::simulate
