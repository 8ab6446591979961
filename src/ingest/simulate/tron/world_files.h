// What a TRON world is on disk. Formats: docs/formats/simulated-tron.md.
#pragma once

#include <string>

#include "base/file.h"
#include "base/result.h"
#include "ingest/simulate/tron/simulate_tron.h"

namespace clew::simulate::tron {

// Makes the folder and removes what a former world left in it; usage if there is anything that a
// simulator did not write.
Result<void> prepare_world(FileSystem& files, const std::string& out);

// Everything. world.json comes last: a world without it, or with "complete": false, is not
// finished.
Result<Summary> write_world(FileSystem& files, const Options& options, const World& world);

}  // namespace clew::simulate::tron
