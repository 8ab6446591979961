// First in, first out, satoshi by satoshi: the inputs of a transaction laid end to end in their
// order are cut into its outputs in theirs, and what is left at the end is the fee. (The rule of
// Clayton's Case as Anderson, Shumailov and Ahmed apply it to coins: "Making Bitcoin Legal", 2018.)
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ingest/simulate/coin.h"

namespace clew::simulate {

struct Carried {
  std::vector<Stains> outputs;  // one an output, each in order of start, then trail
  Stains fee;                   // positions within the fee
};

Carried carry_fifo(std::span<const Coin> inputs, std::span<const Payment> outputs);

// Satoshi of `trail` among the stains.
std::int64_t stained(const Stains& stains, std::uint32_t trail);

}  // namespace clew::simulate
