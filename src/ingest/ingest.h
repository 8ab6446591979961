// Blocks in, ledger out: block files, raw blocks and verbose JSON, from any height, in any order.
// Interrupted or repeated, it goes on where it stopped; see docs/ingest.md.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "chain/bitcoin/params.h"
#include "ingest/problem.h"
#include "ledger/writer.h"

namespace clew::ingest {

struct IngestProgress {
  enum class Phase : std::uint8_t { indexing, storing };
  Phase phase = Phase::indexing;
  std::uint64_t bytes_done = 0, bytes_total = 0;    // of the sources; of the blocks to store
  std::uint64_t blocks_done = 0, blocks_total = 0;  // 0 while indexing
  std::uint32_t height = 0;
  double bytes_per_second = 0;
  std::optional<double> seconds_left;
};

struct IngestOptions {
  // Null: the network that the sources are of; if they do not tell, that of the ledger.
  const bitcoin::ChainParams* chain = nullptr;
  // Blocks below or above are left out. `from_height` is also the height of the first block of a
  // fragment whose height nothing else tells.
  std::optional<std::uint32_t> from_height, to_height;
  bool check_witness_root = true;
  ledger::WriterOptions writer;
  // About ten times a second, from the calling thread.
  std::function<void(const IngestProgress&)> progress;
  // When set, what is complete is committed and the ingest ends. Polled after every block.
  const std::atomic<bool>* stop = nullptr;
  std::function<double()> clock;  // seconds, monotonic; null: the machine's
};

struct IngestReport {
  const bitcoin::ChainParams* chain = nullptr;
  std::string directory;          // of the chain's ledger
  std::uint64_t blocks_read = 0;  // found in the sources, copies included
  std::uint64_t added = 0;
  std::uint64_t already_there = 0;
  std::uint64_t copies = 0;      // of blocks found more than once
  std::uint64_t stale = 0;       // good headers that are not on the branch with most work
  std::uint64_t left_out = 0;    // outside from_height … to_height
  std::uint64_t refused = 0;     // bad, building on a bad one, or of unknown height: see problems
  std::uint64_t not_stored = 0;  // good, but the ledger did not take them, or not yet: see problems
  std::uint64_t unwound = 0;     // removed from the ledger because a branch had more work
  std::uint64_t bytes = 0;       // of the blocks added, as they are in the source
  std::uint64_t transactions = 0;  // of the blocks added
  double seconds = 0;
  bool interrupted = false;
  std::optional<ledger::Tip> tip;  // of the ledger now
  // What a careful reader should know though nothing is wrong, a sentence each.
  std::vector<std::string> notes;
  // Anything here means that not everything given is in the ledger; what was good is.
  std::vector<Problem> problems;
};

// Ingests `paths` (see source.h) into the chain's ledger, the folder <ledger_root>/<chain>. An
// error if nothing could be begun: no such path, no way to know the network, the ledger busy,
// damaged or of another network. What goes wrong later is in the report; a full disk too, then the
// ledger holds what was committed before.
Result<IngestReport> ingest_bitcoin(const std::string& ledger_root,
                                    const std::vector<std::string>& paths,
                                    const IngestOptions& options = {},
                                    FileSystem& files = real_files());

}  // namespace clew::ingest
