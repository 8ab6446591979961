// Trails as JSON: truth/theft-N.json and truth/scam-N.json.
#pragma once

#include <string>

#include "ingest/simulate/ethereum/world.h"

namespace clew::simulate::ethereum {

// "theft-1", "scam-2".
std::string file_stem(const Trail& trail);
std::string trail_json(const World& world, const Trail& trail);

}  // namespace clew::simulate::ethereum
