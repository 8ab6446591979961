// What blocks earn their producers and those of uncles (yellow paper, section 11.3).
#pragma once

#include <vector>

#include "base/result.h"
#include "chain/evm/block.h"
#include "chain/evm/call.h"
#include "chain/evm/chain_params.h"
#include "chain/transfer.h"

namespace clew::evm {

// Adds the block's reward (with what it gets for naming uncles) and one for every uncle, in the
// block's order; their places count from 0. By the chain's rule, or if it has none as `traced`
// says, which else tells only of uncles whose headers are not known. What both say must agree: else
// data. After the Merge nothing traced counts: releases of Erigon went on telling of rewards.
// Returns for how many uncles nobody says who earned what.
Result<std::uint64_t> append_rewards(const Block& block, const ChainParams& chain,
                                     std::span<const TracedReward> traced,
                                     std::vector<chain::Transfer>& out);

}  // namespace clew::evm
