// Dividing a JoinMarket round's inputs among its makers: the test that a batch payout fails.
#pragma once

#include <cstdint>
#include <span>

namespace clew::detect {

struct PartitionProblem {
  std::span<const std::int64_t> inputs;   // satoshi
  std::span<const std::int64_t> targets;  // what a maker's inputs should add up to, satoshi
  // A share may miss its target by so much (both ≥ 0).
  std::int64_t below = 0, above = 0;
  std::size_t left_out = 0;  // exactly so many targets get no share (the taker's own)
};

enum class Partition {
  found,       // disjoint shares exist, and at least one input is left over
  impossible,  // the search was complete
  undecided,   // too many combinations; the search was given up
};

// Shares of few inputs are tried first. Work is bounded by a constant.
Partition divide_inputs(const PartitionProblem& problem);

}  // namespace clew::detect
