// Makes a small Bitcoin world: block files in real consensus format (network regtest), labels, and
// the ground truth of everything that happened in it, written by the actors that move the coins.
// The same options give the same bytes on every machine. See docs/simulator.md.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/file.h"
#include "base/result.h"

namespace clew::simulate {

enum class Profile : std::uint8_t {
  story,      // everything: hacks, ransoms, CoinJoins, complete ground truth
  benchmark,  // full blocks of ordinary traffic with a mean transaction of 400 to 600 bytes; the
              // truth holds no list of addresses, because it would outgrow the blocks
};

struct Options {
  std::string out;              // directory; created; a former world in it is replaced
  std::uint32_t blocks = 2000;  // genesis included, 200 to 1,000,000
  std::uint64_t seed = 1;
  // Transactions aimed at per block once there are coins to move; 0: 12, or 2,000 for benchmarks.
  std::uint32_t transactions_per_block = 0;
  Profile profile = Profile::story;
  bool obfuscate = true;  // XOR the block files with a key, as nodes do since Bitcoin Core 28
  // The last block file is padded with zeros to a multiple of this many bytes, as a node's
  // preallocation leaves it (nodes take 16 MiB). 0: no padding.
  std::uint32_t preallocation = 1u << 18;
};

struct Summary {
  std::uint64_t blocks = 0;        // of the best branch, genesis included
  std::uint64_t transactions = 0;  // these and the following: of the best branch
  std::uint64_t inputs = 0;        // coinbase inputs included
  std::uint64_t outputs = 0;
  std::int64_t output_value = 0;  // satoshi, every output
  std::uint64_t addresses = 0;    // distinct addresses paid
  std::uint32_t tip_height = 0;
  Hash256 tip_hash{};
  std::uint64_t stale_blocks = 0;
  std::uint64_t raw_bytes = 0;  // of the block files
  std::uint32_t block_files = 0;
  std::uint64_t coinjoins = 0;
  std::vector<Hash256> thefts;  // the transaction that stole, one a hack: what to trace
};

using Progress = std::function<void(std::uint32_t blocks_done, std::uint32_t blocks_total)>;

// usage if the options are out of range or `out` holds something that is not a world of ours.
// Memory is bounded by the coins that actors hold, not by the number of blocks.
Result<Summary> simulate_bitcoin(const Options& options, const Progress& progress = {},
                                 FileSystem& files = real_files());

}  // namespace clew::simulate
