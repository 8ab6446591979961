// Which outputs of a transaction may be its change, by rule: pure functions over TxFacts.
// Definitions and sources: docs/entities.md.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "graph/tx_facts.h"

namespace clew::graph {

struct ChangeOptions {
  // power_of_ten_value: outputs that are multiples of 10^digits satoshi are payments.
  int power_of_ten_digits = 6;
  // multi_input_change: whether two addresses are spent together elsewhere; without it, no output
  // is found.
  std::function<bool(AddressId, AddressId)> together;
};

// Numbers of the outputs that the rule cannot rule out, in order. BlockSci's rules may leave
// several; GraphSense's one_time_change at most one. None for a coinbase and for multi_input.
// What is unknown (an input's value or type outside the ledger) never makes a candidate.
std::vector<std::uint32_t> change_candidates(Rule rule, const TxFacts& tx,
                                             const ChangeOptions& options = {});

// Numbers of the outputs whose addresses the rule joins with the inputs: the candidates of the two
// rules that follow addresses (direct_change, multi_input_change); for all others the candidate,
// if there is exactly one. Outputs without address are left out.
std::vector<std::uint32_t> change_to_join(Rule rule, const TxFacts& tx,
                                          const ChangeOptions& options = {});

// The structural CoinJoin test of the BlockSci rule set, part of `legacy`: every participant has
// an equal output and at most one change output. The product's CoinJoin detection is another.
bool has_coinjoin_structure(const TxFacts& tx);

}  // namespace clew::graph
