// Where in the ascending list of a segment's older addresses to look for one: for each of as many
// ranges of numbers as there are eights of addresses, the first row that is not below the range.
// So a look-up that most often finds nothing costs two cache misses, not twenty.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ledger/account/ids.h"

namespace clew::account {

// The length of a range is 2 to this power. `below`: all numbers are; `count`: of addresses.
unsigned directory_shift(std::uint64_t below, std::uint64_t count);

// One more than ranges. Empty if there are no addresses.
std::vector<std::uint32_t> build_directory(std::span<const AddressId> ascending,
                                           std::uint64_t below);

}  // namespace clew::account
