// Amounts in whole units of an asset.
#pragma once

#include <string>

#include "base/u256.h"

namespace clew {

// "1.5" of 1500000 smallest units with six decimals.
std::string decimal_text(const U256& value, unsigned decimals);

}  // namespace clew
