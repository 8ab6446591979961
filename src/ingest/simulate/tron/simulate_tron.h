// Makes a small world of stable coins on TRON in which some launder: the history of every address,
// what a sanctions list says, labels, and the truth, written by the actors that move the coins. The
// same options give the same bytes on every machine. See docs/simulator.md.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "ingest/simulate/tron/world.h"

namespace clew::simulate::tron {

struct Options {
  std::string out;            // directory; created; a former world in it is replaced
  std::uint32_t users = 200;  // that are honest, 20 to 10,000
  std::uint32_t days = 120;   // 30 to 1,000
  std::uint64_t seed = 1;
};

struct Summary {
  std::uint64_t transfers = 0, addresses = 0, users = 0, launderers = 0, cases = 0;
};

// The world alone, in memory; `out` is not looked at. usage if the options are out of range.
Result<std::unique_ptr<const World>> make_world(const Options& options);

// usage also if `out` holds something that is not a world of ours.
Result<Summary> simulate_tron(const Options& options, FileSystem& files = real_files());

}  // namespace clew::simulate::tron
