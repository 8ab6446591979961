// Numbers on the command line are what they say or an error: CLI11 takes -1 for a large number,
// cuts one that is too large down to the largest, and reads 010 as eight.
#pragma once

#include <CLI/CLI.hpp>

namespace clew::app {

// To be called once all options are declared, of `app` and all its subcommands. Options of unsigned
// integers then take decimal digits (or 0x and hexadecimal ones) up to 2^64 - 1, which CLI11 itself
// holds against narrower types; those of floating point, all of which are durations and rates,
// finite numbers that are not negative.
void check_numbers(CLI::App& app);

}  // namespace clew::app
