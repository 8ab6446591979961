// The files beside the blocks: labels, truth, world.json, README.txt. Formats:
// docs/formats/simulated-world.md.
#pragma once

#include <string>

#include "base/file.h"
#include "base/result.h"
#include "ingest/simulate/world.h"

namespace clew::simulate {

// Makes the directories and removes what a former world left in them; usage if there is anything
// that a simulator did not write.
Result<void> prepare_directory(FileSystem& files, const std::string& out);

// Everything but blocks/, truth/wallets.csv and truth/coinjoins.csv. world.json comes last: a world
// without it, or with "complete": false, is not finished.
Result<void> write_world_files(FileSystem& files, const World& world);

}  // namespace clew::simulate
