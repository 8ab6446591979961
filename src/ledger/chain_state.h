// What snapshots and writers of every kind of ledger say of the chain.
#pragma once

#include <cstdint>
#include <stdexcept>

#include "base/bytes.h"

namespace clew::ledger {

// A stored page does not match its checksum. what() names the file, the column and the page.
struct Corruption : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Tip {
  std::uint32_t height = 0;
  Hash256 hash{};
};
struct Gap {  // heights [from, to] are missing
  std::uint32_t from = 0, to = 0;
};

}  // namespace clew::ledger
