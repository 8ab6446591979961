// The files beside the blocks: labels, truth, world.json, README.txt. Formats:
// docs/formats/simulated-ethereum.md.
#pragma once

#include <string>

#include "base/file.h"
#include "base/result.h"
#include "ingest/simulate/ethereum/simulate_ethereum.h"
#include "ingest/simulate/ethereum/town.h"

namespace clew::simulate::ethereum {

// Makes the folders; usage if there is anything that a simulator did not write.
Result<void> prepare_world(FileSystem& files, const std::string& out);

// Everything but chain/ and the tables that are written line by line. world.json comes last.
Result<void> write_world_files(FileSystem& files, const Options& options, const Town& town,
                               const Summary& summary);

}  // namespace clew::simulate::ethereum
