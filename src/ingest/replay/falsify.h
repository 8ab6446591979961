// Makes a block's facts untrue as a fault says.
#pragma once

#include "ingest/replay/block_facts.h"
#include "ingest/replay/faults.h"

namespace clew::replay {

// False if the block has nothing that this fault could change.
bool falsify(BlockFacts& facts, Fault fault, Faults& faults);

}  // namespace clew::replay
