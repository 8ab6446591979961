// Brings a ledger to the head of a chain and keeps it there: back-fill of a range, then block by
// block; reorganisations unwound to a stated depth; never silently wrong. For every chain.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ingest/live/fetch_window.h"
#include "ingest/live/live_chain.h"

namespace clew::ingest {

struct FollowProgress {
  std::uint64_t number = 0;                         // of the block stored last
  std::uint64_t blocks_done = 0, blocks_total = 0;  // of this back-fill; total 0: at the head
  std::uint64_t bytes_done = 0, transactions_done = 0;
  double transactions_per_second = 0;
  std::optional<double> seconds_left;
};

struct Reorganisation {
  std::uint64_t from = 0;  // the first block that was replaced
  std::uint32_t removed = 0, added = 0;
  Hash256 old_tip{}, new_tip{};
};

struct FollowOptions {
  // Unset: after the ledger's tip, or from 0 if it is empty. Blocks of the range that the ledger
  // has already are not asked for again.
  std::optional<std::uint64_t> from, to;  // `to` unset: the head
  bool follow = false;                    // go on with new blocks until stopped
  // Blocks that a reorganisation may remove. A deeper one ends everything with an error: it is for
  // somebody to look at.
  std::uint32_t reorganisation_max = 64;
  FetchWindow::Limits limits;
  std::uint64_t commit_blocks = 256;  // in back-fill; at the head every block is committed
  double poll_seconds = 1;            // at most between two looks at the head
  double stall_seconds = 120;         // without a new block while following: an alarm
  double retry_seconds = 1, retry_seconds_max = 30;  // while following and nothing can be had
  // About ten times a second at most, from the calling thread.
  std::function<void(const FollowProgress&)> progress;
  std::function<void(const LiveBlock&)> stored;  // after the commit that made it visible
  std::function<void(const Reorganisation&)> reorganised;
  // A sentence; once for each stall.
  std::function<void(const std::string&)> alarm;
  // A sentence; once, if following begins at a block that the chain has yet to reach.
  std::function<void(const std::string&)> waiting;
  const std::atomic<bool>* stop = nullptr;
  std::function<double()> clock;      // seconds, monotonic; null: the machine's
  std::function<void(double)> sleep;  // null: the machine's, woken by `stop`
};

struct FollowReport {
  std::uint64_t added = 0, already_there = 0, unwound = 0;
  std::uint64_t bytes = 0, transactions = 0;  // of the blocks added
  std::uint32_t reorganisations = 0, deepest = 0;
  std::uint64_t stalls = 0;
  double seconds = 0;
  bool interrupted = false;
  std::optional<ledger::Tip> tip;  // of the ledger now
  // Why not all that was asked for is in the ledger; empty if it is.
  std::vector<std::string> problems;
};

// An error only if the ledger cannot be written; what the nodes could not give is in the report.
Result<FollowReport> follow(LiveSource& source, LiveLedger& ledger, const FollowOptions& options);

}  // namespace clew::ingest
