// Makes a small Ethereum world: blocks, receipts and calls in the form that nodes have them,
// labels, and the ground truth of everything that happened in it, written by the actors that move
// the money. The same options give the same bytes on every machine. See docs/simulator.md.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/file.h"
#include "base/result.h"

namespace clew::simulate::ethereum {

// A future that did not come true: `length` blocks beside those of the best chain, the first of
// which has the number `from`. Branches are numbered from 1 on in the order of their first blocks.
struct BranchPlan {
  std::uint64_t from = 0;
  std::uint32_t length = 0;
};

struct Options {
  std::string out;              // directory; created; a former world in it is replaced
  std::uint32_t blocks = 2000;  // genesis included, 200 to 1,000,000
  std::uint64_t seed = 1;
  std::uint32_t transactions_per_block = 30;  // aimed at, 4 to 10,000
  std::uint64_t chain_id = 1;
  std::vector<BranchPlan> branches = {};
  bool transfers = true;  // write truth/transfers.csv, which grows with the chain
};

struct Summary {
  std::uint64_t blocks = 0;  // of the best chain, as all that follows
  std::uint64_t transactions = 0, logs = 0, transfers = 0;
  std::uint64_t accounts = 0;  // that took part in anything
  std::uint64_t branch_blocks = 0;
  std::uint64_t raw_bytes = 0;  // of chain/blocks.dat
  std::uint64_t tip_number = 0;
  Hash256 tip_hash{};
  std::vector<Hash256> thefts;  // the first transaction of each: what to trace
};

using Progress = std::function<void(std::uint32_t blocks_done, std::uint32_t blocks_total)>;

// usage if the options are out of range or `out` holds something that is not a world of ours.
// Memory is bounded by the accounts that actors hold, not by the number of blocks.
Result<Summary> simulate_ethereum(const Options& options, const Progress& progress = {},
                                  FileSystem& files = real_files());

}  // namespace clew::simulate::ethereum
